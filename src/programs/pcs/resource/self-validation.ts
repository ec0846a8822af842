import { parseXml, XmlError } from '../../../pacemaker/cib/parse';
import { walk } from '../../../pacemaker/cib/xml';
import type { Pcs } from '../context';
import { runCrm } from '../crm';
import { error, type Report, warning } from '../reports';
import type { AgentId } from './agent';

/** Lines that an agent said against its parameters, indented; null: it is content. */
async function complaint(pcs: Pcs, id: AgentId, parameters: ReadonlyMap<string, string>): Promise<string | null> {
  const argv = ['crm_resource', '--validate', '--output-as', 'xml', '--class', id.standard, '--agent', id.type];
  if (id.provider !== null) argv.push('--provider', id.provider);
  for (const [name, value] of parameters) argv.push('--option', `${name}=${value}`);
  const result = await runCrm(pcs, argv);
  if (result.status === 0) return null;
  return said(result.stdout)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `\n  ${line}`)
    .join('');
}

/** What the agent wrote while it looked at its parameters. */
function said(document: string): string {
  try {
    const elements = [...walk(parseXml(document))];
    return elements.flatMap(({ name, text }) => (name === 'output' && text !== undefined ? [text] : [])).join('\n');
  } catch (failure) {
    if (failure instanceof XmlError) return '';
    throw failure;
  }
}

/** Whether `--agent-validation` asks for it, of an agent that crm_resource can run. */
function isAsked(pcs: Pcs, id: AgentId): boolean {
  return pcs.options.has('--agent-validation') && id.standard === 'ocf';
}

/**
 * The agent of a new resource looks at its own parameters. It is asked last, when nothing else is wrong, and runs on
 * this machine, whatever CIB is worked on; `--force` makes a warning of what it says.
 */
export async function validateNew(pcs: Pcs, id: AgentId, parameters: ReadonlyMap<string, string>): Promise<Report[]> {
  if (!isAsked(pcs, id)) return [];
  const lines = await complaint(pcs, id, parameters);
  return lines === null ? [] : [verdict(lines, pcs.options.force)];
}

function verdict(lines: string, force: boolean): Report {
  return force
    ? warning(`Validation result from agent:${lines}`)
    : error(`Validation result from agent (use --force to override):${lines}`);
}

/** The same of an update: parameters that were wrong before keep the agent from being asked about the new ones. */
export async function validateUpdate(
  pcs: Pcs,
  id: AgentId,
  before: ReadonlyMap<string, string>,
  changes: ReadonlyMap<string, string>,
): Promise<Report[]> {
  if (!isAsked(pcs, id)) return [];
  const old = await complaint(pcs, id, before);
  if (old !== null) {
    const text =
      'The resource was misconfigured before the update, therefore agent self-validation will not be run for the updated configuration. Validation output of the original configuration:';
    return [warning(`${text}${old}`)];
  }
  const after = new Map([...before, ...changes].filter(([, value]) => value !== ''));
  return validateNew(pcs, id, after);
}
