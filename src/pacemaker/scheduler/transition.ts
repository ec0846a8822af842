/**
 * The transition graph: what the scheduler asks the controller to do. The same shape as the `<transition_graph>` that
 * `crm_simulate -G` writes.
 */
export interface Transition {
  /** Attributes of `<transition_graph>`: cluster-delay, stonith-timeout, failed-stop-offset, transition_id, batch-limit … */
  attributes: Record<string, string>;
  synapses: Synapse[];
}

/** An action set that runs when all its inputs have completed. */
export interface Synapse {
  id: number;
  priority: number | null;
  actions: GraphAction[];
  /** Ids of the actions that must complete first. */
  inputs: GraphAction[];
}

export interface GraphAction {
  kind: 'rsc_op' | 'pseudo_event' | 'crm_event';
  id: number;
  operation: string;
  /** `vip_monitor_10000` */
  operationKey: string;
  /** Node name; null for pseudo events. */
  node: string | null;
  nodeUuid: string | null;
  /** The resource; null for crm events without one. */
  primitive: { id: string; longId: string | null; class: string; provider: string | null; type: string } | null;
  /** The `<attributes>` child: CRM_meta_… and instance parameters, in order. */
  attributes: Record<string, string>;
  /** Ids of the nodes that are down once the action has succeeded: `<downed>`. */
  downed?: string[];
  /** Whole attributes of the element that the fields above don't name (internal_operation_key, router_node …). */
  extra: Record<string, string>;
}
