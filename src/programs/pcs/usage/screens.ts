/**
 * The usage screens of pcs 0.11.5: synopsis lines as they are, explanations in our own words.
 * A data table, hence its length.
 */

/** A command's synopsis, line by line (the first is what the user types), and what it does. */
export type UsageEntry = readonly [synopsis: readonly string[], explanation: string];

export interface UsageScreen {
  readonly title: string;
  readonly about: string;
  /** Whether an empty line follows `about`. */
  readonly gap: boolean;
  readonly entries: readonly UsageEntry[];
}

export const screens: Readonly<Record<string, UsageScreen>> = {
  cluster: {
    title: 'Usage: pcs cluster [commands]...',
    about: 'Create, run and change the cluster itself.',
    gap: true,
    entries: [
      [
        [
          'setup <cluster name> (<node name> [addr=<node address>]...)...',
          '        [transport knet|udp|udpu',
          '            [<transport options>] [link <link options>]...',
          '            [compression <compression options>] [crypto <crypto options>]',
          '        ] [totem <totem options>] [quorum <quorum options>] ',
          '        [--no-cluster-uuid]',
          '        ([--enable] [--start [--wait[=<n>]]] [--no-keys-sync])',
          '        | [--corosync_conf <path>]',
        ],
        "Make a new cluster of the listed nodes: write corosync.conf and the keys on each of them. Every node must have been authorized by 'pcs host auth'; its address there is used unless addr= gives others (several for several links).\nOptions for knet: transport ip_version, knet_pmtud_interval, link_mode; link link_priority, linknumber, mcastport, ping_interval, ping_precision, ping_timeout, pong_count, transport; compression level, model, threshold; crypto cipher, hash, model. For udp and udpu: transport ip_version, netmtu; link bindnetaddr, broadcast, mcastaddr, mcastport, ttl. See corosync.conf(5).\nQuorum options: auto_tie_breaker, last_man_standing, last_man_standing_window, wait_for_all. See votequorum(5).\n--start starts the cluster, --wait waits for it, --enable makes nodes start it at boot. --corosync_conf only writes the file, touching no node.",
      ],
      [
        ['config [show] [--output-format text|cmd|json] [--corosync_conf <path>]'],
        'Show what corosync.conf of the cluster says, as text, as the pcs commands that would make it, or as JSON.',
      ],
      [
        [
          'config update [transport <transport options>]',
          '        [compression <compression options>] [crypto <crypto options>]',
          '        [totem <totem options>] [--corosync_conf <path>]',
        ],
        'Change options in corosync.conf; an empty value removes an option.',
      ],
      [
        ['config uuid generate [--corosync_conf <path>] [--force]'],
        'Give the cluster a new UUID. --force replaces an existing one.',
      ],
      [['authkey corosync [<path>]'], 'Give all nodes a new corosync key, random or from the file.'],
      [
        ['start [--all | <node>... ] [--wait[=<n>]] [--request-timeout=<seconds>]'],
        'Start the cluster here, on the listed nodes, or on all. --wait waits until the nodes are ready.',
      ],
      [
        ['stop [--all | <node>... ] [--request-timeout=<seconds>]'],
        'Stop the cluster here, on the listed nodes, or on all.',
      ],
      [['kill'], 'End the cluster daemons of this node at once (kill -9).'],
      [['enable [--all | <node>... ]'], 'Start the cluster at boot of this node, the listed nodes, or all.'],
      [['disable [--all | <node>... ]'], "Don't start the cluster at boot of this node, the listed nodes, or all."],
      [['auth [-u <username>] [-p <password>]'], 'Authorize this machine to all nodes of its cluster.'],
      [['status'], "Same as 'pcs status cluster'."],
      [['sync'], 'Copy the configuration files to all nodes.'],
      [['sync corosync'], 'Copy corosync.conf to all nodes in it.'],
      [
        ['cib [filename] [scope=<scope> | --config]'],
        'Print the CIB, or save it to a file. scope= or --config limits it to one section: acls, alerts, configuration, constraints, crm_config, fencing-topology, nodes, op_defaults, resources, rsc_defaults, tags.',
      ],
      [
        ['cib-push <filename> [--wait[=<n>]]', '        [diff-against=<filename_original> | scope=<scope> | --config]'],
        'Load a file into the CIB: all of it, one section, or (diff-against=) only what differs from an older file. --wait waits until the cluster has acted.',
      ],
      [['cib-upgrade'], 'Bring the CIB to the newest schema.'],
      [['edit [scope=<scope> | --config]'], 'Open the CIB in $EDITOR and load what was saved.'],
      [
        [
          'node add <node name> [addr=<node address>]... [watchdog=<watchdog path>]',
          '        [device=<SBD device path>]... [--start [--wait[=<n>]]] [--enable]',
          '        [--no-watchdog-validation]',
        ],
        "Add a node that 'pcs host auth' knows. Must be run on a member. --start, --wait and --enable as in setup; watchdog= and device= are for SBD.",
      ],
      [['node delete <node name> [<node name>]...'], 'Stop nodes and take them out of the cluster.'],
      [['node remove <node name> [<node name>]...'], 'Stop nodes and take them out of the cluster.'],
      [
        [
          'node add-remote <node name> [<node address>] [options]',
          '       [op <operation action> <operation options> [<operation action>',
          '       <operation options>]...] [meta <meta options>...] [--wait[=<n>]]',
        ],
        'Add a node that runs pacemaker_remote only. Options: port, reconnect_interval; op and meta are for its connection resource.',
      ],
      [['node delete-remote <node identifier>'], 'Stop a remote node and take it out of the cluster.'],
      [['node remove-remote <node identifier>'], 'Stop a remote node and take it out of the cluster.'],
      [
        ['node add-guest <node name> <resource id> [options] [--wait[=<n>]]'],
        'Turn a resource (virtual machine) into a guest node. Options: remote-addr, remote-port, remote-connect-timeout.',
      ],
      [['node delete-guest <node identifier>'], 'Stop a guest node and take it out of the cluster.'],
      [['node remove-guest <node identifier>'], 'Stop a guest node and take it out of the cluster.'],
      [['node clear <node name>'], 'Forget a removed node that is still shown.'],
      [
        ['link add <node_name>=<node_address>... [options <link options>]'],
        'Add a link; give an address for each node. Link options: link_priority, linknumber, mcastport, ping_interval, ping_precision, ping_timeout, pong_count, transport.',
      ],
      [['link delete <linknumber> [<linknumber>]...'], 'Remove links.'],
      [['link remove <linknumber> [<linknumber>]...'], 'Remove links.'],
      [
        ['link update <linknumber> [<node_name>=<node_address>...]', '        [options <link options>]'],
        'Change addresses or options of a link. An empty value removes an option.',
      ],
      [['uidgid'], 'List users and groups that may connect to corosync.'],
      [['uidgid add [uid=<uid>] [gid=<gid>]'], 'Allow a user or group to connect to corosync.'],
      [['uidgid delete [uid=<uid>] [gid=<gid>]'], 'Withdraw it.'],
      [['uidgid remove [uid=<uid>] [gid=<gid>]'], 'Withdraw it.'],
      [['corosync [node]'], 'Print corosync.conf of this or another node.'],
      [['reload corosync'], 'Make corosync read its configuration again.'],
      [
        ['destroy [--all] [--force]'],
        'Stop the cluster and remove all its configuration here, or with --all on every node. Asks before it does, unless --force is given.',
      ],
      [['verify [--full] [-f <filename>]'], 'Check the CIB for errors. --full shows all that was found.'],
      [
        ['report [--from "YYYY-M-D H:M:S" [--to "YYYY-M-D H:M:S"]] <dest>'],
        'Collect logs and configuration of a time span into a tarball.',
      ],
    ],
  },
  resource: {
    title: 'Usage: pcs resource [commands]...',
    about: 'Manage resources of the cluster.',
    gap: true,
    entries: [
      [
        ['[status [<resource id | tag id>] [node=<node>] [--hide-inactive]]'],
        'Show resources and where they run; --hide-inactive leaves stopped ones out.',
      ],
      [
        ['config [--output-format text|cmd|json] [<resource id>]...'],
        'Show how resources are configured, as text, pcs commands, or JSON.',
      ],
      [['list [filter] [--nodesc]'], 'List agents with a short description, all or those that match.'],
      [
        ['describe [<standard>:[<provider>:]]<type> [--full]'],
        'Show what an agent does, its options and operations. --full shows advanced options too.',
      ],
      [
        [
          'create <resource id> [<standard>:[<provider>:]]<type> [resource options]',
          '       [op <operation action> <operation options> [<operation action>',
          '       <operation options>]...] [meta <meta options>...]',
          '       [clone [<clone id>] [<clone options>] |',
          '       promotable [<clone id>] [<promotable options>] |',
          '       --group <group id> [--before <resource id> | --after <resource id>] |',
          '       bundle <bundle id>] [--disabled] [--agent-validation]',
          '       [--no-default-ops] [--wait[=n]]',
        ],
        'Create a resource. It can go straight into a clone, a promotable clone, a group (--before and --after say where), or a bundle. --disabled leaves it stopped; --no-default-ops writes only its monitor operations; --wait waits for it to start.',
      ],
      [
        ['delete <resource id|group id|bundle id|clone id>'],
        'Delete a resource, or a group, bundle or clone with all in it.',
      ],
      [
        ['remove <resource id|group id|bundle id|clone id>'],
        'Delete a resource, or a group, bundle or clone with all in it.',
      ],
      [['enable <resource id | tag id>... [--wait[=n]]'], 'Let the cluster run the resources again.'],
      [
        [
          'disable <resource id | tag id>... [--safe [--brief] [--no-strict]]',
          '        [--simulate [--brief]] [--wait[=n]]',
        ],
        'Stop the resources. --safe does so only when no other resource is affected, --simulate only shows what would happen.',
      ],
      [
        [
          'safe-disable <resource id | tag id>... [--brief] [--no-strict]',
          '        [--simulate [--brief]] [--wait[=n]] [--force]',
        ],
        "Same as 'disable --safe'.",
      ],
      [['restart <resource id> [node] [--wait=n]'], 'Stop and start a resource, everywhere or on one node.'],
      [['debug-start <resource id> [--full]'], "Run the agent's start on this node, outside of the cluster."],
      [['debug-stop <resource id> [--full]'], "Run the agent's stop on this node, outside of the cluster."],
      [['debug-promote <resource id> [--full]'], "Run the agent's promote on this node, outside of the cluster."],
      [['debug-demote <resource id> [--full]'], "Run the agent's demote on this node, outside of the cluster."],
      [['debug-monitor <resource id> [--full]'], "Run the agent's monitor on this node, outside of the cluster."],
      [
        ['move <resource id> [destination node] [--promoted] [--strict] [--wait[=n]]'],
        'Move a resource off its node, or to the given one; no constraint stays behind.',
      ],
      [
        [
          'move-with-constraint <resource id> [destination node] [lifetime=<lifetime>]',
          '         [--promoted] [--wait[=n]]',
        ],
        "Move a resource by a location constraint, which stays until 'pcs resource clear' or its lifetime ends.",
      ],
      [
        ['ban <resource id> [node] [--promoted] [lifetime=<lifetime>] [--wait[=n]]'],
        "Keep a resource away from a node by a constraint, which stays until 'pcs resource clear' or its lifetime ends.",
      ],
      [
        ['clear <resource id> [node] [--promoted] [--expired] [--wait[=n]]'],
        'Remove the constraints that move and ban made.',
      ],
      [['standards'], 'List the standards of agents.'],
      [['providers'], 'List the providers of OCF agents.'],
      [['agents [standard[:provider]]'], 'List agents of a standard and provider.'],
      [
        [
          'update <resource id> [resource options] [op [<operation action> <operation',
          '        options>]...] [meta <meta operations>...] [--agent-validation]',
          '        [--wait[=n]]',
        ],
        'Change options, operations or meta attributes of a resource. An empty value removes an option.',
      ],
      [['op add <resource id> <operation action> [operation properties]'], 'Add an operation to a resource.'],
      [
        ['op delete <resource id> <operation action> [<operation properties>...]'],
        'Remove the operation that matches.',
      ],
      [['op delete <operation id>'], 'Remove the operation with this id.'],
      [
        ['op remove <resource id> <operation action> [<operation properties>...]'],
        'Remove the operation that matches.',
      ],
      [['op remove <operation id>'], 'Remove the operation with this id.'],
      [['op defaults [config] [--all] [--full] [--no-expire-check]'], 'Show default values of operations.'],
      [['op defaults <name>=<value>...'], "Set default values of operations (old form of 'update')."],
      [
        ['op defaults set create [<set options>] [meta [<name>=<value>]...] [rule', '        [<expression>]]'],
        'Make a set of defaults, which a rule may limit. Set options: id, score.',
      ],
      [['op defaults set delete [<set id>]...'], 'Delete sets of defaults.'],
      [['op defaults set remove [<set id>]...'], 'Delete sets of defaults.'],
      [['op defaults set update <set id> [meta [<name>=<value>]...]'], 'Change the values of a set.'],
      [['op defaults update <name>=<value>...'], 'Change default values; an empty value removes one.'],
      [
        ['meta <resource id | group id | clone id> <meta options> [--wait[=n]]'],
        'Set meta attributes of a resource, group or clone; an empty value removes one.',
      ],
      [['group list'], 'List groups and their members.'],
      [
        [
          'group add <group id> <resource id> [resource id] ... [resource id]',
          '          [--before <resource id> | --after <resource id>] [--wait[=n]]',
        ],
        "Put resources into a group, which is made where it doesn't exist.",
      ],
      [
        ['group delete <group id> [<resource id>]... [--wait[=n]]'],
        'Take resources out of a group; with none named, dissolve it.',
      ],
      [
        ['group remove <group id> [<resource id>]... [--wait[=n]]'],
        'Take resources out of a group; with none named, dissolve it.',
      ],
      [
        ['ungroup <group id> [<resource id>]... [--wait[=n]]'],
        'Take resources out of a group; with none named, dissolve it.',
      ],
      [
        ['clone <resource id | group id> [<clone id>] [clone options]... [--wait[=n]]'],
        'Run a resource or group on several nodes at once.',
      ],
      [
        ['promotable <resource id | group id> [<clone id>] [clone options]...', '        [--wait[=n]]'],
        'Run a resource or group on several nodes, some instances promoted.',
      ],
      [['unclone <clone id | resource id | group id> [--wait[=n]]'], 'Make a plain resource of a clone.'],
      [
        [
          'bundle create <bundle id> container <container type> [<container options>]',
          '        [network <network options>] [port-map <port options>]...',
          '        [storage-map <storage options>]... [meta <meta options>]',
          '        [--disabled] [--wait[=n]]',
        ],
        'Create a bundle: containers run by docker, podman or rkt, with their network, ports and storage.',
      ],
      [
        [
          'bundle reset <bundle id> [container <container options>]',
          '        [network <network options>] [port-map <port options>]...',
          '        [storage-map <storage options>]... [meta <meta options>]',
          '        [--disabled] [--wait[=n]]',
        ],
        'Replace the settings of a bundle but for its id and resource.',
      ],
      [
        [
          'bundle update <bundle id> [container <container options>]',
          '        [network <network options>]',
          '        [port-map (add <port options>) | (delete | remove <id>...)]...',
          '        [storage-map (add <storage options>) | (delete | remove <id>...)]...',
          '        [meta <meta options>]',
          '        [--wait[=n]]',
        ],
        'Change settings of a bundle.',
      ],
      [
        ['manage <resource id | tag id>... [--monitor]'],
        'Let the cluster manage the resources again. --monitor enables their monitors.',
      ],
      [
        ['unmanage <resource id | tag id>... [--monitor]'],
        'Stop managing the resources: neither start nor stop them. --monitor disables their monitors.',
      ],
      [['defaults [config] [--all] [--full] [--no-expire-check]'], 'Show default values of resources.'],
      [['defaults <name>=<value>...'], "Set default values of resources (old form of 'update')."],
      [
        ['defaults set create [<set options>] [meta [<name>=<value>]...] [rule', '        [<expression>]]'],
        'Make a set of defaults, which a rule may limit. Set options: id, score.',
      ],
      [['defaults set delete [<set id>]...'], 'Delete sets of defaults.'],
      [['defaults set remove [<set id>]...'], 'Delete sets of defaults.'],
      [['defaults set update <set id> [meta [<name>=<value>]...]'], 'Change the values of a set.'],
      [['defaults update <name>=<value>...'], 'Change default values; an empty value removes one.'],
      [
        [
          'cleanup [<resource id | stonith id>] [node=<node>] [operation=<operation>',
          '        [interval=<interval>]] [--strict]',
        ],
        'Forget failures of a resource, so that the cluster tries again.',
      ],
      [
        ['refresh [<resource id | stonith id>] [node=<node>] [--strict]'],
        'Forget all known state of a resource and look for it anew.',
      ],
      [
        [
          'failcount [show [<resource id | stonith id>] [node=<node>]',
          '        [operation=<operation> [interval=<interval>]]] [--full]',
        ],
        'Show how often resources failed.',
      ],
      [['relocate dry-run [resource1] [resource2] ...'], 'Show where resources would go if they ignored stickiness.'],
      [['relocate run [resource1] [resource2] ...'], 'Move resources to where they would go without stickiness.'],
      [['relocate show'], 'Show constraints that relocate left.'],
      [['relocate clear'], 'Remove constraints that relocate left.'],
      [['utilization [<resource id> [<name>=<value> ...]]'], 'Show or set how much capacity resources need.'],
      [['relations <resource id> [--full]'], 'Show what a resource depends on.'],
    ],
  },
  stonith: {
    title: 'Usage: pcs stonith [commands]...',
    about: 'Manage fence devices and fencing.',
    gap: true,
    entries: [
      [
        ['[status [<resource id | tag id>] [node=<node>] [--hide-inactive]]'],
        'Show fence devices and where they are started.',
      ],
      [['config [--output-format text|cmd|json] [<stonith id>]...'], 'Show how fence devices are configured.'],
      [['list [filter] [--nodesc]'], 'List fence agents.'],
      [['describe <stonith agent> [--full]'], 'Show what a fence agent does, and its options.'],
      [
        [
          'create <stonith id> <stonith device type> [stonith device options]',
          '       [op <operation action> <operation options> [<operation action>',
          '       <operation options>]...] [meta <meta options>...]',
          '       [--group <group id> [--before <stonith id> | --after <stonith id>]]',
          '       [--disabled] [--agent-validation] [--wait[=n]]',
        ],
        'Create a fence device. Options are those of the agent; pcmk_host_list or pcmk_host_map say which nodes it can fence.',
      ],
      [
        [
          'update <stonith id> [stonith options] [op [<operation action> <operation',
          '        options>]...] [meta <meta operations>...] [--agent-validation]',
          '        [--wait[=n]]',
        ],
        'Change options, operations or meta attributes of a device.',
      ],
      [
        [
          'update-scsi-devices <stonith id> (set <device-path> [<device-path>...])',
          '        | (add <device-path> [<device-path>...] delete|remove <device-path>',
          '        [device-path>...])',
        ],
        'Change the disks of a fence_scsi or fence_mpath device without restarting resources.',
      ],
      [['delete <stonith id>'], 'Delete a fence device.'],
      [['remove <stonith id>'], 'Delete a fence device.'],
      [['op add <stonith id> <operation action> [operation properties]'], 'Add an operation to a device.'],
      [['op delete <stonith id> <operation action> [<operation properties>...]'], 'Remove the operation that matches.'],
      [['op delete <operation id>'], 'Remove the operation with this id.'],
      [['op remove <stonith id> <operation action> [<operation properties>...]'], 'Remove the operation that matches.'],
      [['op remove <operation id>'], 'Remove the operation with this id.'],
      [['op defaults [config] [--all] [--full] [--no-expire-check]'], 'Show default values of operations.'],
      [['op defaults <name>=<value>...'], "Set default values of operations (old form of 'update')."],
      [
        ['op defaults set create [<set options>] [meta [<name>=<value>]...] [rule', '        [<expression>]]'],
        'Make a set of defaults, which a rule may limit. Set options: id, score.',
      ],
      [['op defaults set delete [<set id>]...'], 'Delete sets of defaults.'],
      [['op defaults set remove [<set id>]...'], 'Delete sets of defaults.'],
      [['op defaults set update <set id> [meta [<name>=<value>]...]'], 'Change the values of a set.'],
      [['op defaults update <name>=<value>...'], 'Change default values; an empty value removes one.'],
      [['meta <stonith id> <meta options> [--wait[=n]]'], 'Set meta attributes of a device.'],
      [['defaults [config] [--all] [--full] [--no-expire-check]'], 'Show default values of resources.'],
      [['defaults <name>=<value>...'], "Set default values of resources (old form of 'update')."],
      [
        ['defaults set create [<set options>] [meta [<name>=<value>]...] [rule', '        [<expression>]]'],
        'Make a set of defaults, which a rule may limit. Set options: id, score.',
      ],
      [['defaults set delete [<set id>]...'], 'Delete sets of defaults.'],
      [['defaults set remove [<set id>]...'], 'Delete sets of defaults.'],
      [['defaults set update <set id> [meta [<name>=<value>]...]'], 'Change the values of a set.'],
      [['defaults update <name>=<value>...'], 'Change default values; an empty value removes one.'],
      [
        [
          'cleanup [<resource id | stonith id>] [node=<node>] [operation=<operation>',
          '        [interval=<interval>]] [--strict]',
        ],
        'Forget failures of a device.',
      ],
      [['refresh [<resource id | stonith id>] [node=<node>] [--strict]'], 'Forget all known state of a device.'],
      [
        [
          'failcount [show [<resource id | stonith id>] [node=<node>]',
          '        [operation=<operation> [interval=<interval>]]] [--full]',
        ],
        'Show how often devices failed.',
      ],
      [['enable <stonith id>... [--wait[=n]]'], 'Let the cluster use the devices.'],
      [['disable <stonith id>... [--wait[=n]]'], "Don't use the devices."],
      [['level [config]'], 'List fencing levels.'],
      [
        ['level add <level> <target> <stonith id> [stonith id]...'],
        'Add a level: the devices that are tried together for a target (node, regexp%pattern or attrib%name=value).',
      ],
      [['level delete <level> [target <target>] [stonith <stonith id>...]'], 'Remove levels that match.'],
      [['level remove <level> [target <target>] [stonith <stonith id>...]'], 'Remove levels that match.'],
      [
        ['level clear [target <target> | stonith <stonith id>...]'],
        'Remove the levels of a target or with these devices, or all.',
      ],
      [['level verify'], 'Check that devices and nodes in levels exist.'],
      [['fence <node> [--off]'], 'Fence a node. --off leaves it off.'],
      [
        ['confirm <node> [--force]'],
        "Tell the cluster that a node is powered off. Never do so when it isn't: data may be lost. Asks, unless --force is given.",
      ],
      [['history [show [<node>]]'], 'Show what was fenced.'],
      [['history cleanup [<node>]'], 'Forget what was fenced.'],
      [['history update'], 'Fetch the history from all nodes.'],
      [
        [
          'sbd enable [watchdog=<path>[@<node>]]... [device=<path>[@<node>]]...',
          '           [<SBD_OPTION>=<value>]... [--no-watchdog-validation]',
        ],
        'Enable SBD on all nodes. Needs a restart of the cluster.',
      ],
      [['sbd disable'], 'Disable SBD on all nodes.'],
      [
        [
          'sbd device setup device=<path> [device=<path>]...',
          '                 [watchdog-timeout=<integer>] [allocate-timeout=<integer>]',
          '                 [loop-timeout=<integer>] [msgwait-timeout=<integer>]',
        ],
        'Initialize disks for SBD.',
      ],
      [['sbd device message <device-path> <node> <message-type>'], "Write a message into a node's slot on a disk."],
      [['sbd status [--full]'], 'Show where SBD runs.'],
      [['sbd config'], 'Show configuration of SBD.'],
      [['sbd watchdog list'], 'List watchdogs of this machine.'],
      [['sbd watchdog test [<watchdog-path>]'], 'Test a watchdog: this resets the machine.'],
    ],
  },
  constraint: {
    title: 'Usage: pcs constraint [constraints]...',
    about: 'Manage constraints between resources and nodes.',
    gap: true,
    entries: [
      [['[config] [--all] [--full]'], "List constraints that aren't expired. --all lists all, --full adds their ids."],
      [
        ['location <resource> prefers <node>[=<score>] [<node>[=<score>]]...'],
        'Let a resource prefer nodes (score INFINITY unless given). Resource: an id, resource%id, or regexp%pattern.',
      ],
      [
        ['location <resource> avoids <node>[=<score>] [<node>[=<score>]]...'],
        'Keep a resource off nodes (score INFINITY unless given). Resource: an id, resource%id, or regexp%pattern.',
      ],
      [
        [
          'location <resource> rule [id=<rule id>] [resource-discovery=<option>]',
          '         [role=Promoted|Unpromoted] [constraint-id=<id>]',
          '         [score=<score> | score-attribute=<attribute>] <expression>',
        ],
        "Place a resource by a rule: 'defined NAME', 'not_defined NAME', 'NAME lt|gt|lte|gte|eq|ne [TYPE] VALUE', 'date gt|lt DATE', 'date in_range DATE to DATE', 'date-spec OPTIONS', joined by and, or and parentheses.",
      ],
      [
        ['location [config [resources [<resource>...]] | [nodes [<node>...]]]', '        [--all] [--full]'],
        'List location constraints by resource or by node.',
      ],
      [
        ['location add <id> <resource> <node> <score> [resource-discovery=<option>]'],
        'Add a location constraint with an id of your choice.',
      ],
      [['location delete <id>'], 'Remove a location constraint.'],
      [['location remove <id>'], 'Remove a location constraint.'],
      [['order [config] [--full]'], 'List ordering constraints.'],
      [
        ['order [action] <resource id> then [action] <resource id> [options]'],
        'Do the first action (start, stop, promote, demote) before the second. Options: kind=Optional|Mandatory|Serialize, symmetrical, require-all, id.',
      ],
      [
        [
          'order set <resource1> [resourceN]... [options] [set',
          '          <resourceX> ... [options]]',
          '          [setoptions [constraint_options]]',
        ],
        'Order sets of resources. Set options: sequential, require-all, action; constraint options: id, kind, symmetrical.',
      ],
      [['order delete <resource1> [resourceN]...'], 'Remove a resource from ordering constraints.'],
      [['order remove <resource1> [resourceN]...'], 'Remove a resource from ordering constraints.'],
      [['colocation [config] [--full]'], 'List colocation constraints.'],
      [
        [
          'colocation add [<role>] <source resource id> with [<role>]',
          '               <target resource id> [score] [options] [id=constraint-id]',
        ],
        "Run the source where the target runs, or (negative score) where it doesn't.",
      ],
      [
        [
          'colocation set <resource1> [resourceN]... [options]',
          '           [set <resourceX> ... [options]]',
          '           [setoptions [constraint_options]]',
        ],
        'Colocate sets of resources. Set options: sequential, role; constraint options: id, score, score-attribute, score-attribute-mangle.',
      ],
      [['colocation delete <source resource id> <target resource id>'], 'Remove colocations of two resources.'],
      [['colocation remove <source resource id> <target resource id>'], 'Remove colocations of two resources.'],
      [['ticket [config] [--full]'], 'List ticket constraints.'],
      [
        ['ticket add <ticket> [<role>] <resource id> [<options>]', '           [id=<constraint-id>]'],
        'Run a resource only while the site holds a ticket. Option: loss-policy=fence|stop|freeze|demote.',
      ],
      [
        [
          'ticket set <resource1> [<resourceN>]... [<options>]',
          '           [set <resourceX> ... [<options>]]',
          '           setoptions <constraint_options>',
        ],
        'Tie sets of resources to a ticket.',
      ],
      [['ticket delete <ticket> <resource id>'], 'Remove ticket constraints of a resource.'],
      [['ticket remove <ticket> <resource id>'], 'Remove ticket constraints of a resource.'],
      [['delete <constraint id>...'], 'Remove constraints or rules by id.'],
      [['remove <constraint id>...'], 'Remove constraints or rules by id.'],
      [['ref <resource>...'], 'List constraints that name a resource.'],
      [
        [
          'rule add <constraint id> [id=<rule id>] [role=Promoted|Unpromoted]',
          '         [score=<score>|score-attribute=<attribute>] <expression>',
        ],
        "Add a rule to a location constraint; expressions as in 'location ... rule'.",
      ],
      [['rule delete <rule id>'], 'Remove a rule; the last one takes its constraint along.'],
      [['rule remove <rule id>'], 'Remove a rule; the last one takes its constraint along.'],
    ],
  },
  property: {
    title: 'Usage: pcs property [commands]...',
    about: 'Manage cluster-wide properties.',
    gap: true,
    entries: [
      [
        ['[config [<property> | --all | --defaults]] | [--all | --defaults]'],
        'List properties that are set; --defaults: the defaults; --all: both.',
      ],
      [
        ['set <property>=[<value>] ... [--force]'],
        'Set properties; an empty value removes one. --force allows unknown ones.',
      ],
      [['unset <property> ...'], 'Remove properties.'],
    ],
  },
  acl: {
    title: 'Usage: pcs acl [commands]...',
    about: 'Manage access rights to the cluster configuration.',
    gap: false,
    entries: [
      [['[config]'], 'List roles, users and groups.'],
      [['enable'], 'Turn access control on.'],
      [['disable'], 'Turn access control off.'],
      [
        [
          'role create <role id> [description=<description>]',
          '        [((read | write | deny) (xpath <query> | id <id>))...]',
        ],
        'Create a role with permissions to read or write, or denials, by XPath or id.',
      ],
      [['role delete <role id>'], 'Delete a role.'],
      [['role remove <role id>'], 'Delete a role.'],
      [['role assign <role id> [to] [user|group] <username/group>'], 'Give a role to a user or group.'],
      [['role unassign <role id> [from] [user|group] <username/group>'], 'Take a role from a user or group.'],
      [['user create <username> [<role id>]...'], 'Create a user with roles. The user must be in group haclient.'],
      [['user delete <username>'], 'Delete a user.'],
      [['user remove <username>'], 'Delete a user.'],
      [['group create <group> [<role id>]...'], 'Create a group with roles.'],
      [['group delete <group>'], 'Delete a group.'],
      [['group remove <group>'], 'Delete a group.'],
      [
        ['permission add <role id>', '        ((read | write | deny) (xpath <query> | id <id>))...'],
        'Add permissions to a role.',
      ],
      [['permission delete <permission id>'], 'Delete a permission.'],
      [['permission remove <permission id>'], 'Delete a permission.'],
    ],
  },
  qdevice: {
    title: 'Usage: pcs qdevice <command>',
    about: "Manage a quorum device provider on this host (model 'net' only).",
    gap: true,
    entries: [
      [['status <device model> [--full] [<cluster name>]'], 'Show the state of the provider.'],
      [['setup model <device model> [--enable] [--start]'], 'Set the provider up.'],
      [['destroy <device model>'], 'Remove it.'],
      [['start <device model>'], 'Start it.'],
      [['stop <device model>'], 'Stop it.'],
      [['kill <device model>'], 'End it at once.'],
      [['enable <device model>'], 'Start it at boot.'],
      [['disable <device model>'], "Don't start it at boot."],
    ],
  },
  quorum: {
    title: 'Usage: pcs quorum <command>',
    about: 'Manage quorum of the cluster.',
    gap: true,
    entries: [
      [['[config]'], 'Show quorum options.'],
      [['status'], 'Show quorum now.'],
      [
        [
          'device add [<generic options>] model <device model> [<model options>]',
          '        [heuristics <heuristics options>]',
        ],
        'Add a quorum device: model net needs host and algorithm. See corosync-qdevice(8).',
      ],
      [['device heuristics delete'], 'Remove heuristics of the device.'],
      [['device heuristics remove'], 'Remove heuristics of the device.'],
      [['device delete'], 'Remove the quorum device.'],
      [['device remove'], 'Remove the quorum device.'],
      [['device status [--full]'], 'Show the state of the device.'],
      [
        ['device update [<generic options>] [model <model options>]', '        [heuristics <heuristics options>]'],
        'Change options of the device. The cluster must be stopped.',
      ],
      [['expected-votes <votes>'], 'Set the expected votes of the running cluster; no file is changed.'],
      [
        ['unblock [--force]'],
        'Stop waiting for the missing nodes. Only when they are known to be powered off! Asks, unless --force is given.',
      ],
      [
        [
          'update [auto_tie_breaker=[0|1]] [last_man_standing=[0|1]]',
          '        [last_man_standing_window=[<time in ms>]] [wait_for_all=[0|1]]',
        ],
        'Change quorum options; an empty value removes one. The cluster must be stopped.',
      ],
    ],
  },
  booth: {
    title: 'Usage: pcs booth <command>',
    about: 'Manage booth, the ticket manager of geo clusters.',
    gap: true,
    entries: [
      [
        ['setup sites <address> <address> [<address>...] [arbitrators <address> ...]', '        [--force]'],
        'Write a booth configuration with sites and arbitrators.',
      ],
      [['destroy'], 'Remove the booth configuration.'],
      [['ticket add <ticket> [<name>=<value> ...]'], 'Add a ticket.'],
      [['ticket delete <ticket>'], 'Delete a ticket.'],
      [['ticket remove <ticket>'], 'Delete a ticket.'],
      [['config [<node>]'], 'Show the configuration.'],
      [['create ip <address>'], 'Make the cluster run booth at this address.'],
      [['delete'], 'Remove what create made.'],
      [['remove'], 'Remove what create made.'],
      [['restart'], 'Restart booth.'],
      [['ticket grant <ticket> [<site address>]'], 'Grant a ticket to a site.'],
      [['ticket revoke <ticket> [<site address>]'], 'Revoke a ticket.'],
      [['status'], 'Show the state of booth.'],
      [['pull <node>'], 'Fetch the configuration from a node.'],
      [['sync [--skip-offline]'], 'Send the configuration to all nodes.'],
      [['enable'], 'Start booth at boot.'],
      [['disable'], "Don't start it at boot."],
      [['start'], 'Start booth.'],
      [['stop'], 'Stop booth.'],
    ],
  },
  status: {
    title: 'Usage: pcs status [commands]...',
    about: 'Show the state of the cluster.',
    gap: false,
    entries: [
      [
        ['[status] [--full] [--hide-inactive]'],
        'Show cluster, nodes, resources and daemons. --full shows more, --hide-inactive leaves stopped resources out.',
      ],
      [
        ['resources [<resource id | tag id>] [node=<node>] [--hide-inactive]'],
        'Show resources, those of a tag, or those on a node.',
      ],
      [['cluster'], 'Show the state of the cluster in short.'],
      [['corosync'], 'Show members as corosync sees them.'],
      [['quorum'], 'Show quorum.'],
      [['qdevice <device model> [--full] [<cluster name>]'], 'Show the state of a quorum device provider.'],
      [['booth'], 'Show the state of booth.'],
      [
        ['nodes [corosync | both | config]'],
        'Show nodes as pacemaker (or corosync, or both) sees them, or as configured.',
      ],
      [['pcsd [<node>]...'], "Show which hosts' pcsd can be reached."],
      [['xml'], 'Show the state as XML (crm_mon -r -1 -X).'],
    ],
  },
  config: {
    title: 'Usage: pcs config [commands]...',
    about: 'Show, save and restore the cluster configuration.',
    gap: true,
    entries: [
      [['[show]'], 'Show the whole configuration.'],
      [['backup [filename]'], 'Save the configuration files in a tarball.'],
      [['restore [--local] [filename]'], 'Put the files of a tarball back on all nodes, or here only (--local).'],
      [['checkpoint'], 'List checkpoints.'],
      [['checkpoint view <checkpoint_number>'], 'Show a checkpoint.'],
      [
        ['checkpoint diff <checkpoint_number> <checkpoint_number>'],
        "Show what differs between two checkpoints ('live' is the present configuration).",
      ],
      [['checkpoint restore <checkpoint_number>'], 'Go back to a checkpoint.'],
    ],
  },
  pcsd: {
    title: 'Usage: pcs pcsd [commands]...',
    about: 'Manage the pcs daemon.',
    gap: true,
    entries: [
      [['certkey <certificate file> <key file>'], 'Use this certificate and key.'],
      [['status [<node>]...'], "Show which hosts' pcsd can be reached."],
      [['sync-certificates'], 'Copy the certificate to all nodes.'],
      [['deauth [<token>]...'], 'Delete tokens that others use to command this host.'],
    ],
  },
  host: {
    title: 'Usage: pcs host [commands]...',
    about: 'Manage the hosts this machine may command through pcsd.',
    gap: true,
    entries: [
      [
        ['auth (<host name> [addr=<address>[:<port>]])... [-u <username>]', '        [-p <password>]'],
        "Authorize this machine at the pcsd of hosts, as hacluster. Without addr= the host's name is its address; port 2224 unless given.",
      ],
      [['deauth [<host name>]...'], 'Delete the tokens of hosts, or all, here or in the whole cluster.'],
    ],
  },
  node: {
    title: 'Usage: pcs node <command>',
    about: 'Manage the nodes of the cluster.',
    gap: true,
    entries: [
      [
        ['attribute [[<node>] [--name <name>] | <node> <name>=<value> ...]'],
        'Show or set attributes of nodes; an empty value removes one.',
      ],
      [
        ['maintenance [--all | <node>...] [--wait[=n]]'],
        'Put nodes into maintenance mode: resources there are left alone.',
      ],
      [['unmaintenance [--all | <node>...] [--wait[=n]]'], 'End maintenance mode.'],
      [['standby [--all | <node>...] [--wait[=n]]'], 'Put nodes into standby: they run no resources.'],
      [['unstandby [--all | <node>...] [--wait[=n]]'], 'End standby.'],
      [
        ['utilization [[<node>] [--name <name>] | <node> <name>=<value> ...]'],
        'Show or set capacities of nodes (whole numbers).',
      ],
    ],
  },
  alert: {
    title: 'Usage: pcs alert <command>',
    about: 'Manage alerts, the programs that are told of cluster events.',
    gap: true,
    entries: [
      [['[config]'], 'Show alerts.'],
      [
        [
          'create path=<path> [id=<alert-id>] [description=<description>]',
          '        [options [<option>=<value>]...] [meta [<meta-option>=<value>]...]',
        ],
        'Create an alert: the program at path is run on events.',
      ],
      [
        [
          'update <alert-id> [path=<path>] [description=<description>]',
          '        [options [<option>=<value>]...] [meta [<meta-option>=<value>]...]',
        ],
        'Change an alert.',
      ],
      [['delete <alert-id> ...'], 'Delete alerts.'],
      [['remove <alert-id> ...'], 'Delete alerts.'],
      [
        [
          'recipient add <alert-id> value=<recipient-value> [id=<recipient-id>]',
          '        [description=<description>] [options [<option>=<value>]...]',
          '        [meta [<meta-option>=<value>]...]',
        ],
        'Add a recipient to an alert.',
      ],
      [
        [
          'recipient update <recipient-id> [value=<recipient-value>]',
          '        [description=<description>] [options [<option>=<value>]...]',
          '        [meta [<meta-option>=<value>]...]',
        ],
        'Change a recipient.',
      ],
      [['recipient delete <recipient-id> ...'], 'Delete recipients.'],
      [['recipient remove <recipient-id> ...'], 'Delete recipients.'],
    ],
  },
  client: {
    title: 'Usage: pcs client <command>',
    about: 'Manage how the pcs of this user talks to the local pcsd.',
    gap: true,
    entries: [
      [
        ['local-auth [<pcsd-port>] [-u <username>] [-p <password>]'],
        'Authorize the present user at the local pcsd, so that commands that need root work.',
      ],
    ],
  },
  dr: {
    title: 'Usage: pcs dr <command>',
    about: 'Manage the link to a recovery site.',
    gap: true,
    entries: [
      [['config'], 'Show the configuration.'],
      [['status [--full] [--hide-inactive]'], 'Show the state of both sites.'],
      [['set-recovery-site <recovery site node>'], 'Make this cluster the primary site of another.'],
      [['destroy'], 'Remove the configuration everywhere.'],
    ],
  },
  tag: {
    title: 'Usage: pcs tag <command>',
    about: 'Manage tags, the names for sets of resources.',
    gap: true,
    entries: [
      [['[config|list [<tag id>...]]'], 'Show tags.'],
      [['create <tag id> <id> [<id>]...'], 'Create a tag of resources.'],
      [['delete <tag id>...'], 'Delete tags.'],
      [['remove <tag id>...'], 'Delete tags.'],
      [
        ['update <tag id> [add <id> [<id>]... [--before <id> | --after <id>]]', '        [remove <id> [<id>]...]'],
        'Add ids to a tag, or remove some. --before and --after say where.',
      ],
    ],
  },
};
