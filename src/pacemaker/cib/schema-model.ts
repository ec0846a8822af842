/**
 * What the schema `pacemaker-3.9` allows, as data of our own: per element its attributes, its children, and rules
 * about which of them go together. Sources: the schema's documented structure and answers of the real validator.
 */

/** Type of an attribute: text, a list of allowed values, or one of the named ones. */
export type AttributeType =
  | 'text'
  | 'id'
  | 'idref'
  | 'boolean'
  | 'integer'
  | 'natural'
  | 'positive'
  | 'score'
  | { readonly oneOf: readonly string[] }
  | { readonly noneOf: readonly string[] }
  | { readonly pattern: RegExp };

export interface ElementModel {
  readonly required?: Readonly<Record<string, AttributeType>>;
  readonly optional?: Readonly<Record<string, AttributeType>>;
  /** Alternatives: exactly one of these sets of attributes must be there, whole. */
  readonly oneOf?: readonly Readonly<Record<string, AttributeType>>[];
  /** Child element name -> [model, at least, at most]. */
  readonly children?: Readonly<Record<string, readonly [() => ElementModel, number, number]>>;
  /** At most this many children out of several names, and at least so many. */
  readonly choice?: { readonly names: readonly string[]; readonly least: number; readonly most: number };
  /** An element with `id-ref` needs (and has) nothing else. */
  readonly byReference?: boolean;
  /** Whole-element rules that the fields above can't say. */
  readonly also?: (attributes: Readonly<Record<string, string>>, children: readonly string[]) => boolean;
}

const MANY = Number.POSITIVE_INFINITY;
const roles = { oneOf: ['Stopped', 'Started', 'Promoted', 'Unpromoted', 'Master', 'Slave'] } as const;
const actions = { oneOf: ['start', 'promote', 'demote', 'stop'] } as const;
const orderKinds = { oneOf: ['Optional', 'Mandatory', 'Serialize'] } as const;

function textAttributes(...names: string[]): Record<string, AttributeType> {
  return Object.fromEntries(names.map((name) => [name, 'text']));
}

const nvpair: ElementModel = {
  also: (attributes) =>
    'id-ref' in attributes
      ? Object.keys(attributes).every((name) => name === 'id-ref' || name === 'name')
      : 'id' in attributes && 'name' in attributes,
  optional: { id: 'id', 'id-ref': 'idref', name: 'text', value: 'text' },
};

function nvpairNot(names: readonly string[]): ElementModel {
  return { ...nvpair, optional: { id: 'id', 'id-ref': 'idref', name: { noneOf: names }, value: 'text' } };
}

function nameValueSet(pair: ElementModel = nvpair): ElementModel {
  return {
    byReference: true,
    required: { id: 'id' },
    optional: { score: 'score' },
    children: { rule: [() => rule, 0, 1], nvpair: [() => pair, 0, MANY] },
  };
}

const span: ElementModel = {
  required: { id: 'id' },
  optional: textAttributes(
    'years',
    'months',
    'weeks',
    'days',
    'hours',
    'minutes',
    'seconds',
    'monthdays',
    'weekdays',
    'yearsdays',
    'weekyears',
    'moon',
  ),
};
const dateSpec: ElementModel = {
  required: { id: 'id' },
  optional: textAttributes(
    'years',
    'months',
    'monthdays',
    'hours',
    'minutes',
    'seconds',
    'yeardays',
    'weekyears',
    'weeks',
    'weekdays',
    'moon',
    'yearsdays',
  ),
};
const dateExpression: ElementModel = {
  required: { id: 'id' },
  optional: { operation: { oneOf: ['in_range', 'gt', 'lt', 'date_spec'] }, start: 'text', end: 'text' },
  children: { duration: [() => span, 0, 1], date_spec: [() => dateSpec, 0, 1] },
  also: (attributes, children) => {
    const has = (name: string) => name in attributes;
    switch (attributes.operation) {
      case 'in_range':
        return (has('start') || has('end')) && !children.includes('date_spec');
      case 'gt':
        return has('start') && !has('end') && children.length === 0;
      case 'lt':
        return has('end') && !has('start') && children.length === 0;
      case 'date_spec':
        return children.length === 1 && children[0] === 'date_spec' && !has('start') && !has('end');
      default:
        return false;
    }
  },
};
const expression: ElementModel = {
  required: {
    id: 'id',
    attribute: 'text',
    operation: { oneOf: ['lt', 'gt', 'lte', 'gte', 'eq', 'ne', 'defined', 'not_defined'] },
  },
  optional: {
    value: 'text',
    type: { oneOf: ['string', 'integer', 'number', 'version'] },
    'value-source': { oneOf: ['literal', 'param', 'meta'] },
  },
};
const rule: ElementModel = {
  byReference: true,
  required: { id: 'id' },
  optional: { 'boolean-op': { oneOf: ['or', 'and'] }, role: 'text', score: 'score', 'score-attribute': 'text' },
  children: {
    expression: [() => expression, 0, MANY],
    date_expression: [() => dateExpression, 0, MANY],
    rule: [() => rule, 0, MANY],
    rsc_expression: [
      () => ({ required: { id: 'id' }, optional: textAttributes('class', 'provider', 'type') }),
      0,
      MANY,
    ],
    op_expression: [() => ({ required: { id: 'id', name: 'text' }, optional: textAttributes('interval') }), 0, MANY],
  },
  also: (attributes, children) =>
    ('id-ref' in attributes || children.length > 0) && !('score' in attributes && 'score-attribute' in attributes),
};

const sets = {
  meta_attributes: [() => nameValueSet(), 0, MANY],
  instance_attributes: [() => nameValueSet(), 0, MANY],
} as const;
const op: ElementModel = {
  required: { id: 'id', name: 'text', interval: 'text' },
  optional: {
    description: 'text',
    'start-delay': 'text',
    'interval-origin': 'text',
    timeout: 'text',
    enabled: 'boolean',
    'record-pending': 'boolean',
    role: roles,
    'on-fail': {
      oneOf: ['ignore', 'block', 'demote', 'stop', 'restart', 'standby', 'fence', 'restart-container'],
    },
  },
  children: {
    meta_attributes: [() => nameValueSet(nvpairNot(['requires'])), 0, MANY],
    instance_attributes: sets.instance_attributes,
  },
  also: (attributes) => !('start-delay' in attributes && 'interval-origin' in attributes),
};
const primitiveChildren = {
  meta_attributes: [
    () => nameValueSet(nvpairNot(['isolation', 'isolation-host', 'isolation-instance', 'isolation-wrapper'])),
    0,
    MANY,
  ],
  instance_attributes: sets.instance_attributes,
  operations: [
    () => ({ optional: { id: 'id', 'id-ref': 'idref' }, children: { op: [() => op, 0, MANY] } }) as ElementModel,
    0,
    1,
  ],
  utilization: [() => nameValueSet(), 0, MANY],
} as const;
const CLASSES = ['lsb', 'heartbeat', 'stonith', 'upstart', 'service', 'systemd', 'nagios'];

function hasAgent(attributes: Readonly<Record<string, string>>): boolean {
  if (!('type' in attributes)) return false;
  if (attributes.class === 'ocf') return 'provider' in attributes;
  return CLASSES.includes(attributes.class ?? '') && !('provider' in attributes);
}

const template: ElementModel = {
  required: { id: 'id' },
  optional: { class: 'text', provider: 'text', type: 'text', description: 'text' },
  children: primitiveChildren,
  also: hasAgent,
};
const primitive: ElementModel = {
  ...template,
  optional: { ...template.optional, template: 'idref' },
  also: (attributes) =>
    'template' in attributes
      ? !('class' in attributes || 'type' in attributes || 'provider' in attributes)
      : hasAgent(attributes),
};
const group: ElementModel = {
  required: { id: 'id' },
  optional: { description: 'text' },
  children: { ...sets, primitive: [() => primitive, 1, MANY] },
};
const clone: ElementModel = {
  required: { id: 'id' },
  optional: { description: 'text' },
  children: { ...sets, primitive: [() => primitive, 0, 1], group: [() => group, 0, 1] },
  choice: { names: ['primitive', 'group'], least: 1, most: 1 },
};
const container: ElementModel = {
  required: { image: 'text' },
  optional: {
    replicas: 'integer',
    'replicas-per-host': 'integer',
    masters: 'integer',
    'promoted-max': 'integer',
    'run-command': 'text',
    network: 'text',
    options: 'text',
  },
  also: (attributes) => !('masters' in attributes && 'promoted-max' in attributes),
};
const portMapping: ElementModel = {
  required: { id: 'id' },
  optional: { port: 'integer', 'internal-port': 'integer', range: { pattern: /^[0-9-]+$/ } },
  also: (attributes) =>
    'range' in attributes ? !('port' in attributes || 'internal-port' in attributes) : 'port' in attributes,
};
const storageMapping: ElementModel = {
  required: { id: 'id', 'target-dir': 'text' },
  oneOf: [{ 'source-dir': 'text' }, { 'source-dir-root': 'text' }],
  optional: { options: 'text' },
};
const bundle: ElementModel = {
  required: { id: 'id' },
  optional: { description: 'text' },
  children: {
    ...sets,
    docker: [() => container, 0, 1],
    rkt: [() => container, 0, 1],
    podman: [() => container, 0, 1],
    network: [
      () => ({
        optional: {
          'ip-range-start': 'text',
          'control-port': 'integer',
          'host-interface': 'text',
          'host-netmask': 'integer',
          'add-host': 'boolean',
        },
        children: { 'port-mapping': [() => portMapping, 0, MANY] },
      }),
      0,
      1,
    ],
    storage: [() => ({ children: { 'storage-mapping': [() => storageMapping, 0, MANY] } }), 0, 1],
    primitive: [() => primitive, 0, 1],
  },
  choice: { names: ['docker', 'rkt', 'podman'], least: 1, most: 1 },
};

const resourceSet: ElementModel = {
  byReference: true,
  required: { id: 'id' },
  optional: {
    sequential: 'boolean',
    'require-all': 'boolean',
    ordering: { oneOf: ['group', 'listed'] },
    action: actions,
    role: roles,
    score: 'score',
    kind: orderKinds,
  },
  children: { resource_ref: [() => ({ required: { id: 'idref' } }), 1, MANY] },
  also: (attributes) => !('score' in attributes && 'kind' in attributes),
};
const lifetime: ElementModel = { children: { rule: [() => rule, 1, MANY] } };
const constraintChildren = {
  resource_set: [() => resourceSet, 0, MANY],
  lifetime: [() => lifetime, 0, 1],
} as const;

const location: ElementModel = {
  required: { id: 'id' },
  optional: {
    rsc: 'idref',
    'rsc-pattern': 'text',
    role: roles,
    score: 'score',
    node: 'text',
    'resource-discovery': { oneOf: ['always', 'never', 'exclusive'] },
  },
  children: { ...constraintChildren, rule: [() => rule, 0, MANY] },
  also: (attributes, children) => {
    const subjects = ['rsc' in attributes, 'rsc-pattern' in attributes, children.includes('resource_set')].filter(
      Boolean,
    ).length;
    const byNode = 'node' in attributes && 'score' in attributes;
    const byRule = children.includes('rule') && !('node' in attributes) && !('score' in attributes);
    return subjects === 1 && byNode !== byRule && !('role' in attributes && children.includes('resource_set'));
  },
};
function setsOr(
  names: readonly string[],
  extra: readonly string[],
): (attributes: Readonly<Record<string, string>>, children: readonly string[]) => boolean {
  return (attributes, children) =>
    children.includes('resource_set')
      ? [...names, ...extra].every((name) => !(name in attributes))
      : names.every((name) => name in attributes);
}
const constraints: ElementModel = {
  children: {
    rsc_location: [() => location, 0, MANY],
    rsc_colocation: [
      () => ({
        required: { id: 'id' },
        optional: {
          score: 'score',
          influence: 'text',
          rsc: 'idref',
          'with-rsc': 'idref',
          'node-attribute': 'text',
          'rsc-role': roles,
          'with-rsc-role': roles,
        },
        children: constraintChildren,
        also: setsOr(['rsc', 'with-rsc'], ['node-attribute', 'rsc-role', 'with-rsc-role']),
      }),
      0,
      MANY,
    ],
    rsc_order: [
      () => ({
        required: { id: 'id' },
        optional: {
          symmetrical: 'boolean',
          'require-all': 'boolean',
          score: 'score',
          kind: orderKinds,
          first: 'idref',
          // biome-ignore lint/suspicious/noThenProperty: the attribute's name
          then: 'idref',
          'first-action': actions,
          'then-action': actions,
        },
        children: constraintChildren,
        also: (attributes, children) =>
          setsOr(['first', 'then'], ['first-action', 'then-action'])(attributes, children) &&
          !('score' in attributes && 'kind' in attributes),
      }),
      0,
      MANY,
    ],
    rsc_ticket: [
      () => ({
        required: { id: 'id', ticket: 'text' },
        optional: { rsc: 'idref', 'rsc-role': roles, 'loss-policy': { oneOf: ['stop', 'demote', 'fence', 'freeze'] } },
        children: { resource_set: constraintChildren.resource_set },
        also: setsOr(['rsc'], ['rsc-role']),
      }),
      0,
      MANY,
    ],
  },
};

/** Names of cluster options that were dropped and that the schema therefore refuses. */
const DROPPED_PROPERTIES = [
  'cluster_recheck_interval',
  'dc_deadtime',
  'default-action-timeout',
  'default_action_timeout',
  'default-migration-threshold',
  'default_migration_threshold',
  'default-resource-failure-stickiness',
  'default_resource_failure_stickiness',
  'default-resource-stickiness',
  'default_resource_stickiness',
  'election_timeout',
  'expected-quorum-votes',
  'is-managed-default',
  'is_managed_default',
  'no_quorum_policy',
  'notification-agent',
  'notification-recipient',
  'remove_after_stop',
  'shutdown_escalation',
  'startup_fencing',
  'stonith_action',
  'stonith_enabled',
  'stop_orphan_actions',
  'stop_orphan_resources',
  'symmetric_cluster',
  'transition_idle_timeout',
];
const DROPPED_STACKS = ['heartbeat', 'openais', 'classic openais', 'classic openais (with plugin)', 'cman'];
const property: ElementModel = {
  ...nvpairNot(DROPPED_PROPERTIES),
  also: (attributes, children) =>
    (nvpair.also?.(attributes, children) ?? true) &&
    !(attributes.name === 'cluster-infrastructure' && DROPPED_STACKS.includes(attributes.value ?? '')),
};

const aclPermission: ElementModel = {
  required: { id: 'id', kind: { oneOf: ['read', 'write', 'deny'] } },
  optional: { xpath: 'text', reference: 'idref', 'object-type': 'text', attribute: 'text', description: 'text' },
  also: (attributes) =>
    ['xpath', 'reference', 'object-type'].filter((name) => name in attributes).length === 1 &&
    (!('attribute' in attributes) || 'object-type' in attributes),
};
const aclRoleReference: ElementModel = { required: { id: 'idref' } };
const alertSets = { meta_attributes: sets.meta_attributes, instance_attributes: sets.instance_attributes };
const empty: ElementModel = {};
const alert: ElementModel = {
  required: { id: 'id', path: 'text' },
  optional: { description: 'text' },
  children: {
    ...alertSets,
    select: [
      () => ({
        children: {
          select_attributes: [
            () => ({ children: { attribute: [() => ({ required: { id: 'id', name: 'text' } }), 0, MANY] } }),
            0,
            1,
          ],
          select_fencing: [() => empty, 0, 1],
          select_nodes: [() => empty, 0, 1],
          select_resources: [() => empty, 0, 1],
        },
      }),
      0,
      1,
    ],
    recipient: [
      () => ({ required: { id: 'id', value: 'text' }, optional: { description: 'text' }, children: alertSets }),
      0,
      MANY,
    ],
  },
};
const fencingLevel: ElementModel = {
  required: {
    id: 'id',
    index: 'positive',
    devices: { pattern: /^[a-zA-Z0-9_.-]+(,[a-zA-Z0-9_.-]+)*$/ },
  },
  oneOf: [{ target: 'text' }, { 'target-pattern': 'text' }, { 'target-attribute': 'text', 'target-value': 'text' }],
};

/** The section `configuration` with everything below it. */
export const configurationModel: ElementModel = {
  children: {
    crm_config: [() => ({ children: { cluster_property_set: [() => nameValueSet(property), 0, MANY] } }), 1, 1],
    rsc_defaults: [() => ({ children: { meta_attributes: [() => nameValueSet(), 0, MANY] } }), 0, 1],
    op_defaults: [() => ({ children: { meta_attributes: [() => nameValueSet(), 0, MANY] } }), 0, 1],
    nodes: [
      () => ({
        children: {
          node: [
            () => ({
              required: { id: 'text', uname: 'text' },
              optional: { type: { oneOf: ['member', 'ping', 'remote'] }, description: 'text', score: 'score' },
              children: {
                instance_attributes: sets.instance_attributes,
                utilization: [() => nameValueSet(), 0, MANY],
              },
            }),
            0,
            MANY,
          ],
        },
      }),
      1,
      1,
    ],
    resources: [
      () => ({
        children: {
          primitive: [() => primitive, 0, MANY],
          template: [() => template, 0, MANY],
          group: [() => group, 0, MANY],
          clone: [() => clone, 0, MANY],
          master: [() => clone, 0, MANY],
          bundle: [() => bundle, 0, MANY],
        },
      }),
      1,
      1,
    ],
    constraints: [() => constraints, 1, 1],
    'fencing-topology': [() => ({ children: { 'fencing-level': [() => fencingLevel, 0, MANY] } }), 0, 1],
    acls: [
      () => ({
        children: {
          acl_target: [
            () => ({
              required: { id: 'text' },
              optional: { name: 'text' },
              children: { role: [() => aclRoleReference, 0, MANY] },
            }),
            0,
            MANY,
          ],
          acl_group: [
            () => ({
              required: { id: 'id' },
              optional: { name: 'text' },
              children: { role: [() => aclRoleReference, 0, MANY] },
            }),
            0,
            MANY,
          ],
          acl_role: [
            () => ({
              required: { id: 'id' },
              optional: { description: 'text' },
              children: { acl_permission: [() => aclPermission, 0, MANY] },
            }),
            0,
            MANY,
          ],
        },
      }),
      0,
      1,
    ],
    tags: [
      () => ({
        children: {
          tag: [
            () => ({
              required: { id: 'id' },
              children: { obj_ref: [() => ({ required: { id: 'text' } }), 1, MANY] },
            }),
            0,
            MANY,
          ],
        },
      }),
      0,
      1,
    ],
    alerts: [() => ({ children: { alert: [() => alert, 0, MANY] } }), 0, 1],
  },
};

/** Attributes of the root. */
export const cibModel: ElementModel = {
  required: { admin_epoch: 'natural', epoch: 'natural', num_updates: 'natural', 'validate-with': 'text' },
  optional: {
    crm_feature_set: 'text',
    'remote-tls-port': 'natural',
    'remote-clear-port': 'natural',
    'have-quorum': 'boolean',
    'dc-uuid': 'text',
    'cib-last-written': 'text',
    'no-quorum-panic': 'boolean',
    'update-origin': 'text',
    'update-client': 'text',
    'update-user': 'text',
    'execution-date': 'text',
  },
};
