/** The daemons' common log file: the journal's lines with the function that wrote each. */
import { localStamp } from '../corosync/logfile';
import { findGroup, findUser } from '../machine/accounts';
import { lookup, writeFile } from '../machine/files';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { unixMs } from './time';

const FOLDER = '/var/log/pacemaker';
const PATH = `${FOLDER}/pacemaker.log`;
/** Kept of the file: no simulated logrotate comes by, and every change of a world carries the whole text. */
const LIMIT = 64 * 1024;

/** Functions by what they write, as recorded; the first that fits counts. */
const WRITERS: readonly (readonly [begin: RegExp, writer: string])[] = [
  [/^Caught '/, 'crm_signal_dispatch'],
  [/^(Shutting down Pacemaker|Shutdown complete)/, 'pcmk_shutdown_worker'],
  [/^Stopping pacemaker-/, 'stop_child'],
  [/^(Starting Pacemaker|Pacemaker daemon|OCF resource agent)/, 'main'],
  [/^Connecting to corosync/, 'crm_cluster_connect'],
  [/not found: No such file/, 'pcmk__daemon_can_write'],
  [/^Could not verify cluster configuration/, 'cib_file_read_and_verify'],
  [/^(Primary configuration|Continuing with an empty)/, 'readCibXmlFile'],
  [/^Pacemaker CIB manager/, 'cib_init'],
  [/^Pacemaker controller/, 'do_started'],
  [/^Initiating controller shutdown/, 'crm_shutdown'],
  [/^Lost connection to cluster layer/, 'pcmk_cpg_destroy'],
  [/^Quorum (acquired|lost)/, 'quorum_notification_cb'],
  [/^No quorum/, 'pcmk__corosync_quorum_connect'],
  [/^Node \S+ state is now/, 'update_peer_state_iter'],
  [/^(Our peer on the DC|Our DC node|Stonith\/shutdown of node)/, 'peer_update_callback'],
  [/^State transition/, 'do_state_transition'],
  [/^Transition \d+ aborted/, 'abort_transition_graph'],
  [/^Transition \d+ \(/, 'pcmk__execute_graph'],
  [/^Input I_/, 'do_log'],
  [/^Cluster does not have watchdog/, 'stonith__watchdog_fencing_enabled_for_node_api'],
  [/^Initiating /, 'execute_rsc_action'],
  [/^Requesting local execution/, 'do_lrm_rsc_op'],
  [/^Result of /, 'log_executor_event'],
  [/^Calculated transition/, 'pcmk__log_transition_summary'],
  [/^(Resource start-up|Either configure|NOTE: Clusters)/, 'unpack_resources'],
  [/^Actions: /, 'log_list_item'],
  [/^Setting /, 'update_attr_on_host'],
  [/^Removing all /, 'attrd_peer_remove'],
  [/^Requesting fencing/, 'controld_execute_fence_action'],
];
/** What the rest goes through. */
const OTHER = 'crm_log';

/** Appends `Nov 22 11:36:25.571 node1.example.com pacemaker-attrd     [407] (main) \tnotice: …`. */
export function appendToLogfile(
  world: World,
  machine: Machine,
  line: { identifier: string; pid: number; level: string; message: string },
): void {
  if (line.message.startsWith('Additional logging available')) return;
  if (lookup(machine, FOLDER)?.kind !== 'directory') return;
  const time = unixMs(world);
  const stamp = `${localStamp(machine, time)}.${String(time % 1000).padStart(3, '0')}`;
  const writer = WRITERS.find(([begin]) => begin.test(line.message))?.[1] ?? OTHER;
  const head = `${stamp} ${machine.hostname} ${line.identifier.padEnd(20)}[${line.pid}] (${writer})`;
  const uid = findUser(machine, 'hacluster')?.uid ?? 0;
  const gid = findGroup(machine, 'haclient')?.gid ?? 0;
  const text = `${head} \t${line.level}: ${line.message}\n`;
  const file = writeFile(machine, PATH, text, { time, append: true, mode: 0o660, uid, gid });
  if (file.content.length > LIMIT) file.content = file.content.slice(file.content.indexOf('\n', LIMIT / 2) + 1);
}
