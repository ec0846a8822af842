import { findSection } from '../../pacemaker/cib/sections';
import type { Element } from '../../world/xml';
import { IdMaker, idComplaint } from './cib/ids';
import { newElement, removeElement, setPair } from './cib/nvset';
import { sectionOf } from './cib/section';
import type { Pcs } from './context';
import { CommandFailure, LibraryFailure } from './failure';
import { clusterProperty } from './property';
import { error, type Report } from './reports';
import { BadCall, command, type Router } from './router';
import { isTrue } from './text';

type Kind = 'acl_role' | 'acl_target' | 'acl_group';

const LABEL: Readonly<Record<Kind, string>> = { acl_role: 'ACL role', acl_target: 'ACL user', acl_group: 'ACL group' };

function fail(...reports: Report[]): never {
  throw new LibraryFailure(reports);
}

function acls(cib: Element): Element[] {
  return findSection(cib, 'acls')?.children ?? [];
}

function find(cib: Element, kind: Kind, id: string): Element | undefined {
  return acls(cib).find((element) => element.name === kind && element.attributes.id === id);
}

/** The element, or the report that it isn't there or is something else. */
function need(cib: Element, kind: Kind, id: string): Element {
  return find(cib, kind, id) ?? fail(error(`${LABEL[kind]} '${id}' does not exist`));
}

interface Permission {
  readonly kind: string;
  readonly scope: 'xpath' | 'id';
  readonly value: string;
}

/** `read xpath Q write id I …`: three words each. */
function parsePermissions(words: readonly string[]): Permission[] {
  if (words.length % 3 !== 0) throw new BadCall();
  const permissions: Permission[] = [];
  for (let at = 0; at < words.length; at += 3) {
    const kind = (words[at] as string).toLowerCase();
    const scope = (words[at + 1] as string).toLowerCase();
    if (!['read', 'write', 'deny'].includes(kind) || (scope !== 'xpath' && scope !== 'id')) throw new BadCall();
    permissions.push({ kind, scope, value: words[at + 2] as string });
  }
  return permissions;
}

function addPermissions(cib: Element, role: Element, permissions: readonly Permission[]): void {
  const ids = new IdMaker(cib);
  ids.take(role.attributes.id ?? '');
  const missing = permissions.filter(({ scope, value }) => scope === 'id' && !ids.has(value));
  if (missing.length > 0) fail(...missing.map(({ value }) => error(`id '${value}' does not exist`)));
  for (const { kind, scope, value } of permissions) {
    const id = ids.make(`${role.attributes.id}-${kind}`);
    role.children.push(newElement('acl_permission', { id, kind, [scope === 'id' ? 'reference' : 'xpath']: value }));
  }
}

async function roleCreate(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined) throw new BadCall();
  let description: string | undefined;
  if (rest[0]?.startsWith('description=')) description = (rest.shift() as string).slice('description='.length);
  const permissions = parsePermissions(rest);
  const cib = await pcs.cib();
  const complaint = idComplaint(id, 'ACL role');
  if (complaint) fail(error(complaint));
  if (new IdMaker(cib).has(id)) fail(error(`'${id}' already exists`));
  const role = newElement('acl_role', { id, ...(description ? { description } : {}) });
  addPermissions(cib, role, permissions);
  sectionOf(cib, 'acls').children.push(role);
  await pcs.push(cib);
}

async function permissionAdd(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined || rest.length === 0) throw new BadCall();
  const permissions = parsePermissions(rest);
  const cib = await pcs.cib();
  let role = find(cib, 'acl_role', id);
  if (!role) {
    const complaint = idComplaint(id, 'ACL role');
    if (complaint) fail(error(complaint));
    if (new IdMaker(cib).has(id)) fail(error(`'${id}' is not an ACL role`));
    role = newElement('acl_role', { id });
    sectionOf(cib, 'acls').children.push(role);
  }
  addPermissions(cib, role, permissions);
  await pcs.push(cib);
}

async function permissionDelete(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined || rest.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  for (const role of acls(cib)) {
    const permission = role.children.find((child) => child.name === 'acl_permission' && child.attributes.id === id);
    if (!permission) continue;
    removeElement(role, permission);
    await pcs.push(cib);
    return;
  }
  fail(error(`ACL permission '${id}' does not exist`));
}

/** Takes a role from those who have it; with `autodelete` users and groups without roles go. */
function unassignEverywhere(cib: Element, role: string, autodelete: boolean): void {
  const section = sectionOf(cib, 'acls');
  for (const owner of [...section.children]) {
    const kept = owner.children.filter((child) => child.name !== 'role' || child.attributes.id !== role);
    const changed = kept.length !== owner.children.length;
    owner.children = kept;
    if (changed && autodelete && owner.name !== 'acl_role' && kept.length === 0) removeElement(section, owner);
  }
}

async function roleDelete(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined || rest.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  const role = need(cib, 'acl_role', id);
  unassignEverywhere(cib, id, pcs.options.has('--autodelete'));
  removeElement(sectionOf(cib, 'acls'), role);
  await pcs.push(cib);
}

/** `role [to|from] [user|group] name`. */
function parseAssignment(args: readonly string[], filler: string): { role: string; kind: Kind | null; name: string } {
  const [role, ...rest] = args;
  if (role === undefined) throw new BadCall();
  if (rest[0] === filler && rest.length > 1) rest.shift();
  let kind: Kind | null = null;
  if (rest.length === 2) {
    if (rest[0] === 'user') kind = 'acl_target';
    else if (rest[0] === 'group') kind = 'acl_group';
    else throw new BadCall();
    rest.shift();
  }
  const [name, ...more] = rest;
  if (name === undefined || more.length > 0) throw new BadCall();
  return { role, kind, name };
}

function findOwner(cib: Element, kind: Kind | null, name: string): Element {
  if (kind === null) {
    return (
      find(cib, 'acl_target', name) ??
      find(cib, 'acl_group', name) ??
      fail(error(`ACL group/ACL user '${name}' does not exist`))
    );
  }
  const found = find(cib, kind, name);
  if (found) return found;
  // Of a user's id given as a group pcs says that there is no such group, the other way round that it is no user.
  const isGroup = kind === 'acl_target' && find(cib, 'acl_group', name) !== undefined;
  return fail(error(isGroup ? `'${name}' is not an ${LABEL[kind]}` : `${LABEL[kind]} '${name}' does not exist`));
}

const roleOf = (owner: Element, role: string) =>
  owner.children.find((child) => child.name === 'role' && child.attributes.id === role);

async function assign(pcs: Pcs, args: string[]): Promise<void> {
  const { role, kind, name } = parseAssignment(args, 'to');
  const cib = await pcs.cib();
  const owner = findOwner(cib, kind, name);
  need(cib, 'acl_role', role);
  if (roleOf(owner, role)) fail(error(`Role '${role}' is already assigned to '${name}'`));
  owner.children.push(newElement('role', { id: role }));
  await pcs.push(cib);
}

async function unassign(pcs: Pcs, args: string[]): Promise<void> {
  const { role, kind, name } = parseAssignment(args, 'from');
  const cib = await pcs.cib();
  const owner = findOwner(cib, kind, name);
  const present = roleOf(owner, role);
  if (!present) fail(error(`Role '${role}' is not assigned to '${name}'`));
  removeElement(owner, present as Element);
  if (pcs.options.has('--autodelete') && owner.children.length === 0) removeElement(sectionOf(cib, 'acls'), owner);
  await pcs.push(cib);
}

function createOwner(kind: 'acl_target' | 'acl_group') {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const [id, ...roles] = args;
    if (id === undefined) throw new BadCall();
    const cib = await pcs.cib();
    const taken =
      kind === 'acl_target'
        ? acls(cib).some((element) => element.attributes.id === id && element.name === 'acl_target')
        : new IdMaker(cib).has(id);
    if (kind === 'acl_group') {
      const complaint = idComplaint(id, 'ACL group');
      if (complaint) fail(error(complaint));
    }
    if (taken) fail(error(`'${id}' already exists`));
    const missing = roles.filter((role) => !find(cib, 'acl_role', role));
    if (missing.length > 0) fail(...missing.map((role) => error(`ACL role '${role}' does not exist`)));
    sectionOf(cib, 'acls').children.push(
      newElement(
        kind,
        { id },
        roles.map((role) => newElement('role', { id: role })),
      ),
    );
    await pcs.push(cib);
  };
}

function deleteOwner(kind: 'acl_target' | 'acl_group') {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const [id, ...rest] = args;
    if (id === undefined || rest.length > 0) throw new BadCall();
    const cib = await pcs.cib();
    removeElement(sectionOf(cib, 'acls'), need(cib, kind, id));
    await pcs.push(cib);
  };
}

function switchAcl(on: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    if (args.length > 0) throw new BadCall();
    const cib = await pcs.cib();
    const section = sectionOf(cib, 'crm_config');
    let set = section.children.find((child) => child.name === 'cluster_property_set');
    const ids = new IdMaker(cib);
    if (!set) {
      set = newElement('cluster_property_set', { id: ids.make('cib-bootstrap-options') });
      section.children.push(set);
    }
    setPair(set, 'enable-acl', String(on), ids);
    await pcs.push(cib);
  };
}

/** Lines of `pcs acl`. */
function aclLines(cib: Element): string[] {
  const lines: string[] = [];
  for (const [kind, title] of [
    ['acl_target', 'User'],
    ['acl_group', 'Group'],
  ] as const) {
    for (const owner of acls(cib).filter((element) => element.name === kind)) {
      const roles = owner.children.filter((child) => child.name === 'role').map((role) => role.attributes.id ?? '');
      lines.push(`${title}: ${owner.attributes.id}`, ['  Roles:', ...roles].join(' '));
    }
  }
  for (const role of acls(cib).filter((element) => element.name === 'acl_role')) {
    lines.push(`Role: ${role.attributes.id}`);
    if (role.attributes.description) lines.push(`  Description: ${role.attributes.description}`);
    for (const permission of role.children) {
      const { kind = '', xpath, reference, id = '' } = permission.attributes;
      const what = xpath === undefined ? `id ${reference ?? ''}` : `xpath ${xpath}`;
      lines.push(`  Permission: ${kind} ${what} (${id})`);
    }
  }
  return lines;
}

async function config(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  let cib: Element;
  try {
    cib = await pcs.cib();
  } catch (failure) {
    if (!(failure instanceof CommandFailure)) throw failure;
    throw new CommandFailure(
      'unable to get crm_config\nCould not connect to the CIB: Transport endpoint is not connected\nInit failed, could not perform requested operations\n',
    );
  }
  const enabled = isTrue(clusterProperty(cib, 'enable-acl'));
  pcs.print(enabled ? 'ACLs are enabled' : "ACLs are disabled, run 'pcs acl enable' to enable");
  pcs.print('');
  for (const line of aclLines(cib)) pcs.print(line);
}

export const acl: Router = {
  otherwise: 'config',
  commands: {
    config: command('-f', config),
    show: command('-f', async (pcs, args) => {
      pcs.deprecated("This command is deprecated and will be removed. Please use 'pcs acl config' instead.");
      await config(pcs, args);
    }),
    enable: command('-f', switchAcl(true)),
    disable: command('-f', switchAcl(false)),
    role: {
      commands: {
        create: command('-f', roleCreate),
        delete: command('--autodelete -f', roleDelete),
        remove: command('--autodelete -f', roleDelete),
        assign: command('-f', assign),
        unassign: command('--autodelete -f', unassign),
      },
    },
    user: {
      commands: {
        create: command('-f', createOwner('acl_target')),
        delete: command('-f', deleteOwner('acl_target')),
        remove: command('-f', deleteOwner('acl_target')),
      },
    },
    group: {
      commands: {
        create: command('-f', createOwner('acl_group')),
        delete: command('-f', deleteOwner('acl_group')),
        remove: command('-f', deleteOwner('acl_group')),
      },
    },
    permission: {
      commands: {
        add: command('-f', permissionAdd),
        delete: command('-f', permissionDelete),
        remove: command('-f', permissionDelete),
      },
    },
  },
};
