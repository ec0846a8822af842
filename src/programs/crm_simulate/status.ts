import { statusLines } from '../../pacemaker/scheduler/report';
import type { WorkingSet } from '../../pacemaker/scheduler/working-set';
import type { StatusView } from '../crm/mon/facts';
import type { Section } from '../crm/mon/sections';
import { attributeBlock, historyBlocks } from '../crm/mon/text';
import type { Tool } from '../crm/tool';

function viewOf(tool: Tool, ws: WorkingSet, sections: readonly Section[]): StatusView {
  return {
    ws,
    now: tool.now,
    sections: new Set(sections),
    launcher: null,
    fencing: null,
    inactive: true,
    byNode: false,
    internal: false,
    brief: false,
    detail: false,
    timing: false,
    onlyNodes: null,
    onlyResources: null,
  };
}

/** Below the nodes and resources, on demand: node attributes (-A) and fail counts (-c), as crm_mon has them. */
function extraLines(tool: Tool, ws: WorkingSet): string[] {
  const { args } = tool;
  const blocks = [
    ...(args.has('show-attrs') ? [attributeBlock(viewOf(tool, ws, ['attributes']))] : []),
    ...(args.has('show-failcounts') ? historyBlocks(viewOf(tool, ws, ['failcounts'])) : []),
  ];
  return blocks.flatMap(([title, ...lines]) =>
    title === undefined ? [] : ['', `  * ${title}`, ...lines.map((line) => `  ${line}`)],
  );
}

/** The section about the cluster's state, without its heading; `orphans`: those that aren't active too. */
export function stateLines(tool: Tool, ws: WorkingSet, orphans: boolean): string[] {
  return [...statusLines(ws, '', orphans).slice(1), ...extraLines(tool, ws)];
}
