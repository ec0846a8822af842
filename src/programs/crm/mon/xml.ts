import { agentName } from '../../../pacemaker/display/agent-name';
import { nodeHealth } from '../../../pacemaker/display/node-text';
import { printedName, runsElsewhere, shownRole } from '../../../pacemaker/display/resource-text';
import { rcText } from '../../../pacemaker/exit-status';
import { hashOrder } from '../../../pacemaker/hash-order';
import { isActive } from '../../../pacemaker/scheduler/actions';
import type { Node } from '../../../pacemaker/scheduler/node';
import { primitivesOf, type Resource } from '../../../pacemaker/scheduler/resource';
import { Role, roleName } from '../../../pacemaker/scheduler/role';
import { ctime, isoTime } from '../../../pacemaker/time';
import type { FencingRecord } from '../../../world/pacemaker';
import type { Element } from '../../../world/xml';
import { xml } from '../output';
import { bans } from './bans';
import { expectedScore } from './connectivity';
import { isNamed, isShown, listedResources, nodeFilter, type StatusView, shownNodes, summaryFacts } from './facts';
import { operationKey, shownFailures, statusText } from './failures';
import { isHistoryShown, nodeHistory, type ShownHistory } from './operations';
import { hasSummary } from './sections';
import { historyNodes, shownAttributes } from './text';

/** The status as the elements of `--output-as=xml`. */
export function statusXml(view: StatusView): Element[] {
  const { sections } = view;
  const elements: Element[] = [];
  if (view.launcher)
    elements.push(
      xml('pacemakerd', { sys_from: 'pacemakerd', state: view.launcher.state, last_updated: isoTime(view.now) }),
    );
  if (hasSummary(sections)) elements.push(summary(view));
  if (sections.has('nodes'))
    elements.push(
      xml(
        'nodes',
        {},
        shownNodes(view).map((node) => nodeXml(view, node)),
      ),
    );
  if (sections.has('resources')) {
    const list = listedResources(view);
    if (list.length > 0 || view.onlyResources !== null)
      elements.push(
        xml(
          'resources',
          {},
          list.map((resource) => resourceXml(view, resource)),
        ),
      );
  }
  if (sections.has('attributes')) elements.push(...attributes(view));
  if (sections.has('operations') || sections.has('failcounts')) elements.push(...history(view));
  if (sections.has('failures')) elements.push(...failures(view));
  elements.push(...fencing(view));
  if (sections.has('tickets') && view.ws.tickets.size > 0) elements.push(tickets(view));
  if (sections.has('bans')) elements.push(...banList(view));
  return elements;
}

function summary(view: StatusView): Element {
  const facts = summaryFacts(view);
  const { options } = view.ws;
  const children: Element[] = [];
  if (view.sections.has('stack')) children.push(xml('stack', { type: facts.stack }));
  if (view.sections.has('dc')) {
    children.push(
      facts.dc
        ? xml('current_dc', {
            present: 'true',
            version: facts.dcVersion === 'unknown' ? '' : facts.dcVersion,
            name: facts.dc.name,
            id: facts.dc.id,
            with_quorum: String(facts.quorate),
            mixed_version: String(facts.mixed),
          })
        : xml('current_dc', { present: 'false' }),
    );
  }
  if (view.sections.has('times')) {
    const { time, user, client, origin } = facts.lastChange;
    children.push(xml('last_update', { time: facts.lastUpdate }), xml('last_change', { time, user, client, origin }));
  }
  if (view.sections.has('counts')) {
    children.push(
      xml('nodes_configured', { number: String(facts.nodes) }),
      xml('resources_configured', {
        number: String(facts.resources),
        disabled: String(facts.disabled),
        blocked: String(facts.blocked),
      }),
    );
  }
  if (view.sections.has('options')) {
    children.push(
      xml('cluster_options', {
        'stonith-enabled': String(options.stonithEnabled),
        'symmetric-cluster': String(options.symmetricCluster),
        'no-quorum-policy': options.quorumPolicy,
        'maintenance-mode': String(options.maintenanceMode),
        'stop-all-resources': String(options.stopAllResources),
        'stonith-timeout-ms': String(options.stonithTimeout),
        'priority-fencing-delay-ms': String(options.priorityFencingDelay),
      }),
    );
  }
  return xml('summary', {}, children);
}

function nodeXml(view: StatusView, node: Node): Element {
  const element = xml('node', {
    name: node.name,
    id: node.id,
    online: String(node.online),
    standby: String(node.standby),
    standby_onfail: String(node.standbyOnFail),
    maintenance: String(node.maintenance),
    pending: String(node.pending),
    unclean: String(node.unclean),
    health: view.ws.options.healthStrategy === 'none' ? 'green' : nodeHealth(node),
    feature_set: node.isRemote || !node.online ? undefined : (node.attributes.get('#feature-set') ?? '<3.15.1'),
    shutdown: String(node.shutdown),
    expected_up: String(node.expectedUp),
    is_dc: String(node.isDc),
    resources_running: String(node.running.length),
    type: node.isRemote ? 'remote' : 'member',
    id_as_resource: node.isGuest ? node.connection?.container?.id : undefined,
  });
  if (view.byNode) {
    for (const resource of node.running) if (isShown(view, resource)) element.children.push(primitiveXml(resource));
  }
  return element;
}

/** A clone or group without one goes by its first member's. */
function targetRole(resource: Resource): string | undefined {
  return resource.meta.get('target-role') ?? resource.children[0]?.meta.get('target-role');
}

const PENDING: Readonly<Record<string, string>> = {
  start: 'Starting',
  stop: 'Stopping',
  migrate_to: 'Migrating',
  migrate_from: 'Migrating',
  promote: 'Promoting',
  demote: 'Demoting',
  monitor: 'Monitoring',
};

function primitiveXml(resource: Resource): Element {
  const starting = resource.startPending && resource.role === Role.Started && !resource.failed;
  const pending = resource.pendingTask === null || starting ? undefined : PENDING[resource.pendingTask];
  const locked = resource.lockNode && resource.running.length === 0 ? resource.lockNode.name : undefined;
  return xml(
    'resource',
    {
      id: printedName(resource),
      resource_agent: agentName(resource),
      role: starting ? 'Starting' : roleName(shownRole(resource)),
      target_role: targetRole(resource),
      active: String(isActive(resource, true)),
      orphaned: String(resource.orphan),
      blocked: String(resource.blocked),
      managed: String(resource.managed),
      failed: String(resource.failed),
      failure_ignored: String(resource.failureIgnored),
      nodes_running_on: String(resource.running.length),
      pending,
      locked_to: locked,
    },
    resource.running.map((node) => xml('node', { name: node.name, id: node.id, cached: String(node.online) })),
  );
}

export function resourceXml(view: StatusView, resource: Resource): Element {
  switch (resource.variant) {
    case 'primitive':
      return primitiveXml(resource);
    case 'group':
      return groupXml(view, resource);
    case 'clone':
      return cloneXml(view, resource);
    case 'bundle':
      return bundleXml(view, resource);
  }
}

function disabled(resource: Resource): string {
  return String(targetRole(resource)?.toLowerCase() === 'stopped');
}

function shownChildren(view: StatusView, resource: Resource): Element[] {
  const wanted = view.onlyResources;
  const whole = wanted === null || wanted.has(resource.id);
  return resource.children
    .filter((child) => whole || isShown(view, child))
    .filter((child) => !runsElsewhere(child, nodeFilter(view)))
    .map((child) => resourceXml(view, child));
}

function groupXml(view: StatusView, group: Resource): Element {
  return xml(
    'group',
    {
      id: group.id,
      number_resources: String(group.children.length),
      managed: String(group.managed),
      disabled: disabled(group),
    },
    shownChildren(view, group),
  );
}

function cloneXml(view: StatusView, clone: Resource): Element {
  const any = (test: (primitive: Resource) => boolean) => [...primitivesOf(clone)].some(test);
  return xml(
    'clone',
    {
      id: clone.id,
      multi_state: String(clone.promotable),
      unique: String(clone.unique),
      managed: String(clone.managed),
      disabled: disabled(clone),
      failed: String(clone.failed),
      failure_ignored: String(any((primitive) => primitive.failureIgnored) && clone.failureIgnored),
      target_role: targetRole(clone),
    },
    shownChildren(view, clone),
  );
}

function bundleXml(view: StatusView, bundle: Resource): Element {
  const data = bundle.bundle;
  const replicas = data?.replicas ?? [];
  return xml(
    'bundle',
    {
      id: bundle.id,
      type: data?.agent,
      image: data?.image,
      unique: String(bundle.unique),
      managed: String(bundle.managed),
      failed: String(bundle.failed),
    },
    replicas.flatMap((replica) => {
      if (runsElsewhere(replica.container, nodeFilter(view))) return [];
      const parts = [replica.ip, replica.child, replica.container, replica.remote].filter((part) => part !== null);
      const shown = parts.filter(
        (part) => isNamed(view, bundle) || isNamed(view, part) || (part.parent?.isClone && isNamed(view, part.parent)),
      );
      if (shown.length === 0) return [];
      return [
        xml(
          'replica',
          { id: String(replica.offset) },
          shown.map((part) => primitiveXml(part)),
        ),
      ];
    }),
  );
}

function attributes(view: StatusView): Element[] {
  const nodes = shownNodes(view).flatMap((node) => {
    const names = shownAttributes(node);
    if (names.length === 0 || !node.online) return [];
    const children = names.map((name) =>
      xml('attribute', {
        name,
        value: node.attributes.get(name) ?? '',
        expected: expectedScore(view.ws, node, name)?.toString(),
      }),
    );
    return [xml('node', { name: node.name }, children)];
  });
  return nodes.length > 0 ? [xml('node_attributes', {}, nodes)] : [];
}

function history(view: StatusView): Element[] {
  const nodes = historyNodes(view).flatMap((node) => {
    const histories = nodeHistory(view, node).filter(
      (each) => (!view.sections.has('operations') || each.operations.length > 0) && isHistoryShown(view, each),
    );
    return histories.length === 0
      ? []
      : [
          xml(
            'node',
            { name: node.name },
            histories.map((each) => historyXml(view, each)),
          ),
        ];
  });
  return historyNodes(view).length > 0 || view.onlyResources !== null ? [xml('node_history', {}, nodes)] : [];
}

function historyXml(view: StatusView, shown: ShownHistory): Element {
  const operations = view.sections.has('operations') ? shown.operations : [];
  return xml(
    'resource_history',
    {
      id: shown.id,
      orphan: String(shown.resource === null),
      'migration-threshold': String(shown.migrationThreshold),
      'fail-count': shown.failCount > 0 ? String(shown.failCount) : undefined,
      'last-failure': shown.failCount > 0 && shown.lastFailure > 0 ? ctime(shown.lastFailure * 1000) : undefined,
    },
    operations.map((operation) => {
      const { attributes: facts } = operation.element;
      const changed = Number.parseInt(facts['last-rc-change'] ?? '0', 10);
      return xml('operation_history', {
        call: operation.call,
        task: operation.task,
        rc: String(operation.rc),
        rc_text: rcText(operation.rc),
        interval: operation.interval > 0 ? `${operation.interval}ms` : undefined,
        'last-rc-change': changed > 0 ? ctime(changed * 1000) : undefined,
        'exec-time': facts['exec-time'] === undefined ? undefined : `${facts['exec-time']}ms`,
        'queue-time': facts['queue-time'] === undefined ? undefined : `${facts['queue-time']}ms`,
      });
    }),
  );
}

function failures(view: StatusView): Element[] {
  const shown = shownFailures(view);
  if (shown.length === 0) return [];
  return [
    xml(
      'failures',
      {},
      shown.map(({ element, node }) => {
        const facts = element.attributes;
        const rc = Number.parseInt(facts['rc-code'] ?? '0', 10) || 0;
        const changed = Number.parseInt(facts['last-rc-change'] ?? '0', 10) || 0;
        return xml('failure', {
          // Old histories have no key.
          [facts.operation_key === undefined ? 'id' : 'op_key']: operationKey(element),
          node: node.name,
          exitstatus: rcText(rc),
          exitreason: facts['exit-reason'] ?? 'none',
          exitcode: String(rc),
          call: facts['call-id'] ?? '',
          status: statusText(facts['op-status'] ?? '0'),
          'last-rc-change': changed > 0 ? isoTime(changed * 1000) : undefined,
          queued: changed > 0 ? (facts['queue-time'] ?? '0') : undefined,
          exec: changed > 0 ? (facts['exec-time'] ?? '0') : undefined,
          interval: changed > 0 ? (facts.interval ?? '0') : undefined,
          task: changed > 0 ? (facts.operation ?? '') : undefined,
        });
      }),
    ),
  ];
}

function fencing(view: StatusView): Element[] {
  const shown = (view.fencing ?? []).filter((record) => {
    if (record.state === 'failed') return view.sections.has('fencing-failed');
    return view.sections.has(record.state === 'pending' ? 'fencing-pending' : 'fencing-succeeded');
  });
  return shown.length === 0 ? [] : [xml('fence_history', { status: '0' }, shown.map(fenceEvent))];
}

function fenceEvent(record: FencingRecord): Element {
  return xml('fence_event', {
    status: record.state,
    'exit-reason': record.exitReason ?? undefined,
    action: record.action,
    target: record.target,
    client: record.client,
    origin: record.origin,
    delegate: record.delegate ?? undefined,
    completed: record.state === 'pending' ? undefined : isoTime(record.completedAt),
  });
}

function tickets(view: StatusView): Element {
  return xml(
    'tickets',
    {},
    hashOrder([...view.ws.tickets.values()], (ticket) => ticket.id).map((ticket) =>
      xml('ticket', {
        id: ticket.id,
        status: ticket.granted ? 'granted' : 'revoked',
        standby: String(ticket.standby),
        'last-granted': ticket.lastGranted > 0 ? ctime(ticket.lastGranted * 1000) : undefined,
      }),
    ),
  );
}

function banList(view: StatusView): Element[] {
  const shown = bans(view);
  if (shown.length === 0) return [];
  return [
    xml(
      'bans',
      {},
      shown.map((ban) =>
        xml('ban', {
          id: ban.id,
          resource: ban.resource,
          node: ban.node.name,
          weight: String(ban.score),
          'promoted-only': String(ban.promotedOnly),
          master_only: String(ban.promotedOnly),
        }),
      ),
    ),
  ];
}
