/** Texts of the packaged agents that are made to be copied: students take them as the start of their own. */

interface Template {
  readonly name: string;
  readonly state: string;
  readonly prefix: string;
  readonly promotable: boolean;
}

const HEAD = `#!/bin/sh
# A resource agent to copy: its resource is a state file.

: \${OCF_FUNCTIONS_DIR=\${OCF_ROOT}/lib/heartbeat}
. \${OCF_FUNCTIONS_DIR}/ocf-shellfuncs
`;

function metadata({ name, state, prefix, promotable }: Template): string {
  const roles = promotable
    ? `<action name="promote"      timeout="10s" />
<action name="demote"       timeout="10s" />
<action name="monitor"      timeout="20s" interval="10s" depth="0" role="Promoted" />
<action name="monitor"      timeout="20s" interval="11s" depth="0" role="Unpromoted" />`
    : `<action name="monitor"      timeout="20s" interval="10s" depth="0" />
<action name="reload"       timeout="20s" />
<action name="migrate_to"   timeout="20s" />
<action name="migrate_from" timeout="20s" />`;
  return `${prefix}_meta_data() {
    cat <<END
<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="${name}" version="1.0">
<version>1.0</version>

<longdesc lang="en">
${promotable ? 'A resource with two roles that is nothing but a file with the role in it.' : 'A resource that is nothing but a file: it runs while the file is there.'}
</longdesc>
<shortdesc lang="en">Example ${promotable ? 'stateful' : 'stateless'} resource agent</shortdesc>

<parameters>
<parameter name="state" unique="1">
<longdesc lang="en">
File that holds the state.
</longdesc>
<shortdesc lang="en">State file</shortdesc>
<content type="string" default="${state}" />
</parameter>
${
  promotable
    ? ''
    : `
<parameter name="fake" unique="0">
<longdesc lang="en">
Means nothing; to be changed in order to see a reload.
</longdesc>
<shortdesc lang="en">Fake attribute that can be changed to cause a reload</shortdesc>
<content type="string" default="dummy" />
</parameter>
`
}
</parameters>

<actions>
<action name="start"        timeout="20s" />
<action name="stop"         timeout="20s" />
${roles}
<action name="meta-data"    timeout="5s" />
<action name="validate-all" timeout="20s" />
</actions>
</resource-agent>
END
}
`;
}

const DUMMY: Template = {
  name: 'Dummy',
  state: '${HA_RSCTMP}/Dummy-${OCF_RESOURCE_INSTANCE}.state',
  prefix: 'dummy',
  promotable: false,
};

/** ocf:heartbeat:Dummy */
const dummy = `${HEAD}
OCF_RESKEY_state_default="\${HA_RSCTMP}/Dummy-\${OCF_RESOURCE_INSTANCE}.state"
: \${OCF_RESKEY_state=\${OCF_RESKEY_state_default}}

${metadata(DUMMY)}
dummy_usage() {
    cat <<END
usage: $0 {start|stop|monitor|reload|migrate_to|migrate_from|validate-all|meta-data}

Expects to have a fully populated OCF RA-compliant environment set.
END
}

dummy_start() {
    dummy_monitor
    [ $? = $OCF_SUCCESS ] && return $OCF_SUCCESS
    touch "\${OCF_RESKEY_state}"
}

dummy_stop() {
    dummy_monitor
    if [ $? = $OCF_SUCCESS ]; then
        rm "\${OCF_RESKEY_state}"
    fi
    return $OCF_SUCCESS
}

dummy_monitor() {
    [ -f "\${OCF_RESKEY_state}" ] && return $OCF_SUCCESS
    # A probe, and a start or stop that asks, take it as a matter of course.
    if [ "$__OCF_ACTION" = monitor ] && ! ocf_is_probe; then
        ocf_exit_reason "No process state file found"
    fi
    return $OCF_NOT_RUNNING
}

dummy_validate() {
    local directory
    directory=$(dirname "\${OCF_RESKEY_state}")
    touch "$directory/$$" 2>/dev/null || return $OCF_ERR_ARGS
    rm -f "$directory/$$"
    return $OCF_SUCCESS
}

case $__OCF_ACTION in
    meta-data)      dummy_meta_data; exit $OCF_SUCCESS;;
    start)          dummy_start;;
    stop)           dummy_stop;;
    monitor|status) dummy_monitor;;
    migrate_to)     dummy_stop;;
    migrate_from)   dummy_start;;
    reload)         ocf_log info "Reloading \${OCF_RESOURCE_INSTANCE} ...";;
    validate-all)   dummy_validate;;
    usage|help)     dummy_usage; exit $OCF_SUCCESS;;
    *)              dummy_usage; exit $OCF_ERR_UNIMPLEMENTED;;
esac
rc=$?
ocf_log debug "\${OCF_RESOURCE_INSTANCE} $__OCF_ACTION : $rc"
exit $rc
`;

const STATEFUL: Template = {
  name: 'Stateful',
  state: '${HA_VARRUN}/Stateful-${OCF_RESOURCE_INSTANCE}.state',
  prefix: 'stateful',
  promotable: true,
};

/** ocf:pacemaker:Stateful, ocf:heartbeat:Stateful */
const stateful = `${HEAD}
OCF_RESKEY_state_default="\${HA_VARRUN}/Stateful-\${OCF_RESOURCE_INSTANCE}.state"
: \${OCF_RESKEY_state=\${OCF_RESKEY_state_default}}

${metadata(STATEFUL)}
stateful_usage() {
    cat <<END
usage: $0 {start|stop|promote|demote|monitor|validate-all|meta-data}

Expects to have a fully populated OCF RA-compliant environment set.
END
}

# become ROLE SCORE: keeps the role, and says how much this node would like to be promoted.
become() {
    echo "$1" > "\${OCF_RESKEY_state}" || return $OCF_ERR_GENERIC
    ocf_promotion_score -v "$2"
    return $OCF_SUCCESS
}

stateful_monitor() {
    case "$(cat "\${OCF_RESKEY_state}" 2>/dev/null)" in
        promoted)   return $OCF_RUNNING_PROMOTED;;
        unpromoted) return $OCF_SUCCESS;;
        "")         return $OCF_NOT_RUNNING;;
    esac
    ocf_exit_reason "unexpected role"
    return $OCF_ERR_GENERIC
}

stateful_stop() {
    ocf_promotion_score -D
    rm -f "\${OCF_RESKEY_state}"
    return $OCF_SUCCESS
}

case $__OCF_ACTION in
    meta-data)      stateful_meta_data; exit $OCF_SUCCESS;;
    start|demote)   become unpromoted 5;;
    promote)        become promoted 10;;
    stop)           stateful_stop;;
    monitor|status) stateful_monitor;;
    notify|reload|reload-agent|validate-all) true;;
    usage|help)     stateful_usage; exit $OCF_SUCCESS;;
    *)              stateful_usage; exit $OCF_ERR_UNIMPLEMENTED;;
esac
`;

/** ocf:pacemaker:Dummy keeps its state elsewhere, and can be made to take time. */
const pacemakerDummy = dummy
  .replaceAll('${HA_RSCTMP}/Dummy-', '${HA_VARRUN}/Dummy-')
  .replace(
    '\n</parameters>',
    `
<parameter name="op_sleep" reloadable="1">
<longdesc lang="en">
Seconds that a start, a monitor, a promotion or a demotion takes longer.
</longdesc>
<shortdesc lang="en">Operation sleep duration in seconds.</shortdesc>
<content type="string" default="0" />
</parameter>

</parameters>`,
  )
  .replace(
    'case $__OCF_ACTION in\n    meta-data)',
    () =>
      'case $__OCF_ACTION in\n    start|monitor|promote|demote) sleep "${OCF_RESKEY_op_sleep:-0}";;\nesac\n\ncase $__OCF_ACTION in\n    meta-data)',
  )
  .replace('        ocf_exit_reason "No process state file found"\n', () => '        ocf_log info "no state file"\n');

/** Texts by provider and type. Behaviours in code stand for these, as long as the text is the packaged one. */
export const agentScripts: Readonly<Record<string, string>> = {
  'heartbeat/Dummy': dummy,
  'heartbeat/Stateful': stateful,
  'pacemaker/Dummy': pacemakerDummy,
  'pacemaker/Stateful': stateful,
};
