import { CibError } from '../../../pacemaker/cib/errors';
import type { Resource } from '../../../pacemaker/scheduler/resource';
import { unpack } from '../../../pacemaker/scheduler/unpack';
import type { WorkingSet } from '../../../pacemaker/scheduler/working-set';
import type { Element } from '../../../world/xml';
import { exitText } from '../exit-codes';
import { printMessages } from '../messages';
import { EX, type Tool, ToolError } from '../tool';

/** What one run of crm_resource works with. */
export interface Context {
  tool: Tool;
  ws: WorkingSet;
  /** The resource named by -r. */
  resource: Resource | null;
  /** As it was named. */
  id: string;
}

/** Ends the tool as it ends after errors: the message, then what the exit status means. */
export function fail(tool: Tool, message: string, status: number): never {
  const tail = `Error performing operation: ${exitText(status)}`;
  if (tool.isXml) throw new ToolError(message === '' ? tail : message, status);
  if (message === '') throw new ToolError(tail, status);
  tool.error(message);
  tool.complain(`${tail}\n`);
  throw new ToolError('', status);
}

/** Reads the CIB and finds the resource that -r names. */
export function openContext(tool: Tool, needsResource: boolean, exact = false): Context {
  let ws: WorkingSet;
  try {
    ws = unpack(tool.readCib(), tool.now);
  } catch (error) {
    if (!(error instanceof CibError)) throw error;
    if (error.code === 'EACCES') return fail(tool, '', error.status);
    return fail(tool, `Could not connect to the CIB: ${error.message}`, error.status);
  }
  printMessages(tool, ws);
  const id = tool.args.value('resource');
  if (id === undefined) {
    if (needsResource) throw new ToolError('Must supply a resource id with -r', EX.usage);
    return { tool, ws, resource: null, id: '' };
  }
  const resource = findResource(ws, id, exact);
  if (!resource) fail(tool, `Resource '${id}' not found`, EX.noSuch);
  return { tool, ws, resource, id };
}

/** A resource by its id; an instance by the name without number too, one that differs from the others unless `exact`. */
function findResource(ws: WorkingSet, id: string, exact: boolean): Resource | null {
  const found = ws.resourceById.get(id);
  if (found) return found;
  for (const resource of ws.resourceById.values())
    if (!(exact && resource.unique) && (resource.cloneName === id || resource.id.replace(/:\d+$/, '') === id))
      return resource;
  return null;
}

/** The resource as configured: instances of a clone share their clone's child. */
export function configuredId(resource: Resource): string {
  return resource.originalXml.attributes.id ?? resource.id;
}

/** Whether the configuration has the resource: an orphan is known by its history alone and can't be given anything. */
export function isConfigured(tool: Tool, resource: Resource): boolean {
  const id = configuredId(resource);
  const has = (element: Element): boolean =>
    element.attributes.id === id || element.children.some((child) => has(child));
  return tool.readCib().children.some((section) => section.name === 'configuration' && has(section));
}
