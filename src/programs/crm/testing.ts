import { Kernel } from '../../kernel/kernel';
import { Runtime } from '../../kernel/runtime';
import { readFileIfThere, writeFile } from '../../machine/files';
import { runProgram } from '../../shell/command';
import type { ProgramTable } from '../../shell/process';
import { ProcessTable } from '../../shell/processes';
import { testWorld } from '../../shell/testing';

export interface ToolRun {
  stdout: string;
  stderr: string;
  status: number;
  /** A file as the tool left it. */
  file(path: string): string | undefined;
}

/** Runs a Pacemaker tool on a CIB in /cib.xml. */
export async function runOnCib(
  programs: ProgramTable,
  cib: string,
  line: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ToolRun> {
  const world = testWorld(programs);
  const { node1 } = world.machines;
  if (!node1) throw new Error('no machine');
  writeFile(node1, '/cib.xml', cib, { time: world.epoch });
  const runtime = new Runtime(new Kernel(world, {}));
  const argv = line.split(' ');
  const listed = programs[argv[0] ?? ''];
  const entry = typeof listed === 'object' ? await listed.load() : listed;
  if (entry === undefined) throw new Error(`no program ${argv[0]}`);
  const result = await runProgram(new ProcessTable(runtime, programs), entry, argv, {
    machine: 'node1',
    env: { CIB_file: '/cib.xml', ...env },
    cwd: '/',
  });
  return {
    ...result,
    file: (path) => {
      const machine = runtime.world.machines.node1;
      return machine && readFileIfThere(machine, path);
    },
  };
}

/** A CIB with two nodes online; without fencing unless the options say so. */
export function twoNodes(parts: {
  resources?: string;
  constraints?: string;
  /** Histories on node1. */
  history?: string;
  /** Transient attributes of node1. */
  attributes?: string;
  options?: string;
}): string {
  const state = (id: number, inside: string) =>
    `<node_state id="${id}" uname="node${id}" in_ccm="true" crmd="online" join="member" expected="member">${inside}</node_state>`;
  const lrm = `<lrm id="1"><lrm_resources>${parts.history ?? ''}</lrm_resources></lrm>`;
  const transient = `<transient_attributes id="1"><instance_attributes id="status-1">${parts.attributes ?? ''}</instance_attributes></transient_attributes>`;
  return `<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0" have-quorum="1" dc-uuid="1">
<configuration><crm_config><cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="false"/>${parts.options ?? ''}</cluster_property_set></crm_config>
<nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>
<resources>${parts.resources ?? ''}</resources>
<constraints>${parts.constraints ?? ''}</constraints></configuration>
<status>${state(1, lrm + transient)}${state(2, '')}</status></cib>`;
}

/** A Dummy resource, with or without more inside. */
export function dummy(id: string, inside = ''): string {
  return `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inside}</primitive>`;
}

/** A history entry that ended as given; `key` like `start_0`. */
export function entry(resource: string, key: string, call: number, rc = 0, id = `${resource}_${key}`): string {
  const [operation = '', interval = '0'] = key.split('_');
  const target = operation === 'monitor' && interval === '0' ? 7 : 0;
  return `<lrm_rsc_op id="${id}" operation_key="${resource}_${key}" operation="${operation}" interval="${interval}" call-id="${call}" rc-code="${rc}" op-status="0" transition-key="1:1:${target}:u" transition-magic="0:${rc};1:1:${target}:u" last-rc-change="1680512400" exec-time="61000" queue-time="0"/>`;
}

export function history(resource: string, entries: string): string {
  return `<lrm_resource id="${resource}" class="ocf" provider="pacemaker" type="Dummy">${entries}</lrm_resource>`;
}
