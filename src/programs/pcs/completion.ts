import type { Completer } from '../../shell/completion';

/** Words that may follow, by the words before them, `pcs` left out; the completion of the real pcs knows as much. */
const WORDS: Readonly<Record<string, string>> = {
  '': 'acl alert booth client cluster config constraint dr host node pcsd property qdevice quorum resource status stonith tag',
  'acl group': 'create delete remove',
  'acl permission': 'add delete remove',
  'acl role': 'assign create delete remove unassign',
  'acl user': 'create delete remove',
  acl: 'disable enable group permission role user',
  'alert recipient': 'add delete remove update',
  alert: 'create delete recipient remove update',
  'booth create': 'ip',
  'booth setup': 'sites',
  'booth ticket': 'add delete grant remove revoke',
  booth: 'config create delete destroy disable enable pull remove restart setup start status stop sync ticket',
  client: 'local-auth',
  'cluster authkey': 'corosync',
  'cluster config uuid': 'generate',
  'cluster config': 'update uuid',
  'cluster link': 'add delete remove update',
  'cluster node': 'add add-guest add-remote clear delete delete-guest delete-remote remove remove-guest remove-remote',
  'cluster reload': 'corosync',
  'cluster sync': 'corosync',
  'cluster uidgid': 'add delete remove',
  cluster:
    'auth authkey cib cib-push cib-upgrade config corosync destroy disable edit enable kill link node reload report setup start status stop sync uidgid verify',
  'config checkpoint': 'diff restore view',
  config: 'backup checkpoint restore',
  'constraint colocation': 'add delete remove set',
  'constraint location': 'add delete remove',
  'constraint order': 'delete remove set',
  'constraint rule': 'add delete remove',
  'constraint ticket': 'add delete remove set',
  constraint: 'colocation delete location order ref remove rule ticket',
  dr: 'config destroy set-recovery-site status',
  host: 'auth deauth',
  node: 'attribute maintenance standby unmaintenance unstandby utilization',
  pcsd: 'certkey deauth status sync-certificates',
  property: 'set unset',
  'qdevice setup': 'model',
  qdevice: 'destroy disable enable kill setup start status stop',
  'quorum device heuristics': 'delete remove',
  'quorum device': 'add delete heuristics remove status update',
  quorum: 'device expected-votes status unblock update',
  'resource bundle': 'create reset update',
  'resource defaults set': 'create delete remove update',
  'resource defaults': 'set update',
  'resource group': 'add delete list remove',
  'resource op defaults set': 'create delete remove update',
  'resource op defaults': 'set update',
  'resource op': 'add defaults delete remove',
  'resource relocate': 'clear dry-run run show',
  resource:
    'agents ban bundle cleanup clear clone config create debug-demote debug-monitor debug-promote debug-start debug-stop defaults delete describe disable enable failcount group list manage meta move move-with-constraint op promotable providers refresh relations relocate remove restart safe-disable standards unclone ungroup unmanage update utilization',
  status: 'booth cluster corosync nodes pcsd qdevice quorum resources xml',
  'stonith defaults set': 'create delete remove update',
  'stonith defaults': 'set update',
  'stonith history': 'cleanup update',
  'stonith level': 'add clear delete remove verify',
  'stonith op defaults set': 'create delete remove update',
  'stonith op defaults': 'set update',
  'stonith op': 'add defaults delete remove',
  'stonith sbd device': 'message setup',
  'stonith sbd watchdog': 'list test',
  'stonith sbd': 'config device disable enable status watchdog',
  stonith:
    'cleanup config confirm create defaults delete describe disable enable failcount fence history level list meta op refresh remove sbd update update-scsi-devices',
  tag: 'create delete remove update',
};

/** What may follow these words of a pcs command (`pcs` first left out); undefined: nothing is known. */
export function pcsSubcommands(words: readonly string[]): readonly string[] | undefined {
  const path = words.join(' ');
  return Object.hasOwn(WORDS, path) ? WORDS[path]?.split(' ') : undefined;
}

/** Proposes subcommands; where there are none, or none fits, file names are completed. */
export const completePcs: Completer = ({ words, current }) => {
  const proposals = pcsSubcommands(words.slice(1, -1))?.filter((word) => word.startsWith(current));
  return proposals && proposals.length > 0 ? proposals : undefined;
};
