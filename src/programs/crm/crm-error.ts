import type { Program } from '../../shell/process';
import { type CodeRow, EXIT_CODES, LEGACY_CODES, RETURN_CODES } from './exit-codes';
import { xml } from './output';
import { defineTool, EX, type Tool } from './tool';

function table(tool: Tool): readonly CodeRow[] {
  if (tool.args.has('exit')) return EXIT_CODES;
  return tool.args.has('rc') ? RETURN_CODES : LEGACY_CODES;
}

/** Name and text of a code that isn't in a table. */
function unknown(tool: Tool, code: number): CodeRow {
  if (tool.args.has('exit')) return [code, 'CRM_EX_UNKNOWN', 'Unknown exit status'];
  return [code, 'Unknown', tool.args.has('rc') ? 'Error' : `Unknown error ${code}`];
}

function show(tool: Tool, row: CodeRow, listed: boolean): void {
  const [code, name, text] = row;
  const named = tool.args.has('name');
  const number = listed ? `${String(code).padStart(5)}: ` : '';
  const line = named ? (listed ? `${name.padEnd(26)}  ${text}` : `${name} - ${text}`) : text;
  tool.item(number + line, () =>
    xml('result-code', { code: String(code), name: named ? name : undefined, description: text }),
  );
}

/** `crm_error`: what result codes mean. */
export const crmError: Program = defineTool({
  name: 'crm_error',
  purpose: 'Shows names and meanings of result codes.',
  formatted: true,
  options: [
    { name: 'name', letter: 'n', help: "Show the code's symbol too" },
    { name: 'list', letter: 'l', help: 'Show all codes' },
    { name: 'exit', letter: 'X', help: 'The numbers are exit statuses' },
    { name: 'rc', letter: 'r', help: 'The numbers are return codes' },
  ],
  run(tool) {
    const rows = table(tool);
    const operands = tool.args.operands;
    if (tool.args.has('list') || operands.length === 0) {
      for (const row of rows) show(tool, row, true);
      return EX.ok;
    }
    for (const operand of operands) {
      const code = Number.parseInt(operand, 10);
      if (Number.isNaN(code)) {
        tool.error(`Error parsing '${operand}' as a return code`);
        continue;
      }
      const lookup = rows === LEGACY_CODES ? Math.abs(code) : code;
      show(tool, rows.find(([each]) => each === lookup) ?? unknown(tool, code), false);
    }
    return EX.ok;
  },
});
