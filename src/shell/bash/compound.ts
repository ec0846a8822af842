import type {
  ArithmeticFor,
  Case,
  CommandNode,
  CompoundList,
  For,
  Function as FunctionNode,
  If,
  Select,
  While,
} from 'unbash';
import { BoundInput } from '../view';
import { runTest } from './conditional';
import { ExpansionError, LoopJump } from './errors';
import { asCondition, checkFailure, forkShell, runCommandNode, runList, runPendingTraps } from './execute';
import { expandPattern, expandText, expandWords } from './expand';
import { matchesPattern } from './pattern';
import { startCoprocess, waitForeground } from './pipeline';
import { applyRedirects, RedirectFailure } from './redirect';
import type { Shell } from './shell';
import { lineOf } from './syntax';

/** Runs a compound command or defines a function. */
export async function runCompound(shell: Shell, node: Exclude<CommandNode, { type: 'Command' }>): Promise<void> {
  switch (node.type) {
    case 'If':
      return runIf(shell, node);
    case 'For':
      return runFor(shell, node);
    case 'ArithmeticFor':
      return runArithmeticFor(shell, node);
    case 'While':
      return runWhile(shell, node);
    case 'Case':
      return runCase(shell, node);
    case 'Select':
      return runSelect(shell, node);
    case 'BraceGroup':
      return runList(shell, node.body);
    case 'Subshell':
      return runSubshellNode(shell, node.body);
    case 'TestCommand':
      shell.status = await runTest(shell, node.expression);
      return checkFailure(shell);
    case 'ArithmeticCommand':
      return runArithmetic(shell, node.body);
    case 'Redirected':
      return runRedirected(shell, node);
    case 'Function':
      return define(shell, node);
    case 'Coproc':
      return startCoprocess(shell, node);
  }
}

async function runRedirected(shell: Shell, node: Extract<CommandNode, { type: 'Redirected' }>): Promise<void> {
  let restore: () => void;
  const outer = shell.temporaries;
  shell.temporaries = [];
  try {
    restore = await applyRedirects(shell, node.redirects);
  } catch (error) {
    if (!(error instanceof RedirectFailure)) throw error;
    shell.status = error.status;
    await checkFailure(shell);
    return;
  }
  try {
    await runCommandNode(shell, node.command);
  } finally {
    restore();
    const own = shell.temporaries;
    shell.temporaries = outer;
    for (const clean of own) await clean();
  }
}

async function runSubshellNode(shell: Shell, body: CompoundList): Promise<void> {
  const monitor = shell.options.has('monitor');
  const child = forkShell(shell, (copy) => runList(copy, body), monitor ? { group: 'new' } : {});
  shell.status = await waitForeground(shell, [child], `( ${shell.source.text.slice(body.pos, body.end)} )`);
  shell.pipeStatus = [shell.status];
  await checkFailure(shell);
}

async function runArithmetic(shell: Shell, body: string): Promise<void> {
  try {
    shell.status = (await shell.evaluateText(body)) === 0n ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    await shell.error(`((: ${error.message}`);
    shell.status = 1;
  }
  await checkFailure(shell);
}

async function runIf(shell: Shell, node: If): Promise<void> {
  for (const branch of [node, ...node.elif]) {
    await asCondition(shell, () => runList(shell, branch.clause));
    if (shell.status === 0) return runList(shell, branch.then);
  }
  shell.status = 0;
  if (node.else) await runList(shell, node.else);
}

/** Runs a loop's body once. Gives false where the loop has to end. */
async function iterate(shell: Shell, body: CompoundList): Promise<boolean> {
  await shell.step();
  await runPendingTraps(shell);
  shell.loopDepth++;
  try {
    await runList(shell, body);
    return true;
  } catch (error) {
    if (!(error instanceof LoopJump)) throw error;
    if (error.levels > 1 && shell.loopDepth > 1) {
      error.levels--;
      throw error;
    }
    shell.status = 0;
    return error.kind === 'continue';
  } finally {
    shell.loopDepth--;
  }
}

async function runFor(shell: Shell, node: For): Promise<void> {
  const words = node.wordlist ? await expandWords(shell, node.wordlist) : [...shell.positional];
  const name = node.name.text;
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new ExpansionError(`\`${name}': not a valid identifier`, true);
  shell.status = 0;
  for (const word of words) {
    await traceLine(shell, `for ${name} in ${node.wordlist?.map((w) => w.text).join(' ') ?? '"$@"'}`);
    shell.setVariable(shell.vars.ensure(name), name, word);
    if (!(await iterate(shell, node.body))) break;
  }
}

async function traceLine(shell: Shell, text: string): Promise<void> {
  if (shell.options.has('xtrace')) await shell.writeError(`${shell.vars.get('PS4') ?? '+ '}${text}\n`);
}

async function runArithmeticFor(shell: Shell, node: ArithmeticFor): Promise<void> {
  const [initialize, test, update] = headOf(shell, node);
  const evaluate = async (text: string) => {
    try {
      return await shell.evaluateText(text);
    } catch (error) {
      if (!(error instanceof ExpansionError)) throw error;
      await shell.error(`((: ${error.message}`);
      return undefined;
    }
  };
  const fail = () => {
    shell.status = 1;
  };
  if ((await evaluate(initialize)) === undefined) return fail();
  let status = 0;
  for (;;) {
    const value = test.trim() === '' ? 1n : await evaluate(test);
    if (value === undefined) return fail();
    if (value === 0n) break;
    const goOn = await iterate(shell, node.body);
    status = shell.status;
    if (!goOn) break;
    if ((await evaluate(update)) === undefined) return fail();
  }
  shell.status = status;
}

/** The three expressions of `for ((…))` as they stand in the source. */
function headOf(shell: Shell, node: ArithmeticFor): [string, string, string] {
  const { text } = shell.source;
  const open = text.indexOf('((', node.pos) + 2;
  const parts: string[] = [];
  let depth = 0;
  let start = open;
  let i = open;
  for (; i < node.body.pos; i++) {
    const c = text[i];
    if (c === '(') depth++;
    else if (c === ')') {
      if (depth === 0) break;
      depth--;
    } else if (c === ';' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start, i));
  return [parts[0] ?? '', parts[1] ?? '', parts[2] ?? ''];
}

async function runWhile(shell: Shell, node: While): Promise<void> {
  let status = 0;
  for (;;) {
    let goOn = true;
    shell.loopDepth++;
    try {
      await asCondition(shell, () => runList(shell, node.clause));
    } catch (error) {
      if (!(error instanceof LoopJump)) throw error;
      if (error.levels > 1 && shell.loopDepth > 1) {
        error.levels--;
        throw error;
      }
      shell.status = 0;
      if (error.kind === 'continue') continue;
      goOn = false;
    } finally {
      shell.loopDepth--;
    }
    if (!goOn || (shell.status === 0) !== (node.kind === 'while')) break;
    const more = await iterate(shell, node.body);
    status = shell.status;
    if (!more) break;
  }
  shell.status = status;
}

async function runCase(shell: Shell, node: Case): Promise<void> {
  const text = await expandText(shell, node.word);
  await traceLine(shell, `case ${node.word.text} in`);
  shell.status = 0;
  let fallThrough = false;
  for (const item of node.items) {
    let matched = fallThrough;
    for (const word of item.pattern) {
      if (matched) break;
      const pattern = await expandPattern(shell, word);
      matched = matchesPattern(text, pattern, shell.patternOptions);
    }
    if (!matched) continue;
    await runList(shell, item.body);
    if (item.terminator === ';&') fallThrough = true;
    else if (item.terminator === ';;&') fallThrough = false;
    else return;
  }
}

async function runSelect(shell: Shell, node: Select): Promise<void> {
  const words = node.wordlist ? await expandWords(shell, node.wordlist) : [...shell.positional];
  const stdin = shell.core.fds.get(0);
  if (words.length === 0 || !stdin) return;
  const width = String(words.length).length;
  const menu = words.map((word, index) => `${String(index + 1).padStart(width)}) ${word}\n`).join('');
  let showMenu = true;
  for (;;) {
    if (showMenu) await shell.writeError(menu);
    await shell.writeError(shell.vars.get('PS3') ?? '#? ');
    const line = await new BoundInput(shell.view, stdin).readLine();
    if (line === null) {
      await shell.writeError('\n');
      shell.status = 1;
      return;
    }
    shell.vars.set('REPLY', line);
    showMenu = line.trim() === '';
    if (showMenu) continue;
    const number = /^\s*\d+\s*$/.test(line) ? Number(line) : 0;
    shell.vars.set(node.name.text, words[number - 1] ?? '');
    if (!(await iterate(shell, node.body))) return;
  }
}

async function define(shell: Shell, node: FunctionNode): Promise<void> {
  const name = node.name.text;
  shell.line = lineOf(shell.source, node.pos);
  if (shell.readonlyFunctions.has(name)) {
    await shell.error(`${name}: readonly function`);
    shell.status = 1;
    return;
  }
  shell.functions.set(name, {
    body: node.body,
    source: shell.source,
    text: shell.source.text.slice(node.body.pos, node.body.end),
  });
  shell.status = 0;
}
