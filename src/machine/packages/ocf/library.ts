import { type PackageFile, symlink, textFile } from '../package';

/**
 * The library that OCF scripts source, in this project's own words: names, exit codes and the texts that the functions
 * print are those of resource-agents 4.12, since students' scripts call them.
 */
const RETURN_CODES = `# Exit codes of OCF resource agents.
OCF_SUCCESS=0
OCF_ERR_GENERIC=1
OCF_ERR_ARGS=2
OCF_ERR_UNIMPLEMENTED=3
OCF_ERR_PERM=4
OCF_ERR_INSTALLED=5
OCF_ERR_CONFIGURED=6
OCF_NOT_RUNNING=7
OCF_RUNNING_PROMOTED=8
OCF_FAILED_PROMOTED=9
OCF_RUNNING_MASTER=8
OCF_FAILED_MASTER=9
OCF_DEGRADED=190
OCF_DEGRADED_PROMOTED=191
OCF_DEGRADED_MASTER=191
`;

const DIRECTORIES = `# Where things are.
INITDIR=/etc/init.d
HA_DIR=/etc/ha.d
HA_RCDIR=/etc/ha.d/rc.d
HA_CONFDIR=/etc/ha.d/conf
HA_CF=/etc/ha.d/ha.cf
HA_VARLIB=/var/lib/heartbeat
HA_RSCTMP=/run/resource-agents
HA_RSCTMP_OLD=/var/run/heartbeat/rsctmp
HA_VARRUN=/var/run
HA_VARLOCK=/var/lock/subsys
HA_SBIN_DIR=/usr/sbin
HA_BIN=/usr/libexec/heartbeat
HA_DATEFMT='%b %d %T '
HA_DEBUGLOG=/dev/null
`;

const BINARIES = `# Names of tools.
: \${AWK:=awk}
: \${EGREP:=grep -E}
: \${GREP:=grep}
: \${FSCK:=fsck}
: \${FUSER:=fuser}
: \${IFCONFIG:=ifconfig}
: \${IP2UTIL:=ip}
: \${MOUNT:=mount}
: \${UMOUNT:=umount}
: \${SSH:=/usr/bin/ssh}
: \${TEST:=/usr/bin/test}
: \${WGET:=wget}
`;

const FUNCTIONS = `# Functions for OCF resource agents.

: \${OCF_ROOT:=/usr/lib/ocf}
: \${OCF_FUNCTIONS_DIR:=\${OCF_ROOT}/lib/heartbeat}

. \${OCF_FUNCTIONS_DIR}/ocf-binaries
. \${OCF_FUNCTIONS_DIR}/ocf-returncodes
. \${OCF_FUNCTIONS_DIR}/ocf-directories

__SCRIPT_NAME=\${0##*/}
__OCF_ACTION=$1
: \${OCF_RESOURCE_TYPE:=$__SCRIPT_NAME}
: \${OCF_RESOURCE_INSTANCE:=default}
: \${OCF_CHECK_LEVEL:=0}
: \${OCF_RESKEY_CRM_meta_interval:=0}

# A line for the log: the system's where the cluster runs the agent, else the error stream.
ha_log() {
    if [ -n "$HA_LOGFACILITY" ]; then
        logger -t "\${HA_LOGTAG:-\${OCF_RESOURCE_TYPE}(\${OCF_RESOURCE_INSTANCE})}" -p "$HA_LOGFACILITY.\${__OCF_PRIO:-info}" "$*"
    else
        echo "$(hadate)$*" >&2
    fi
}

ha_debug() {
    [ "\${HA_debug:-0}" -gt 0 ] 2>/dev/null || return 0
    __OCF_PRIO=debug ha_log "$*"
}

hadate() {
    date +"$HA_DATEFMT"
}

set_logtag() {
    : \${HA_LOGTAG:="\${OCF_RESOURCE_TYPE}(\${OCF_RESOURCE_INSTANCE})"}
}

ocf_log() {
    local level=$1 name priority
    if [ $# -lt 2 ]; then
        ocf_log err "Not enough arguments [$#] to ocf_log."
        return
    fi
    shift
    case $level in
        crit)         name=CRIT;    priority=crit;;
        err|error)    name=ERROR;   priority=err;;
        warn|warning) name=WARNING; priority=warning;;
        notice)       name=NOTICE;  priority=notice;;
        info)         name=INFO;    priority=info;;
        debug)        ha_debug "DEBUG: $*"; return 0;;
        *)            name=$level;  priority=info;;
    esac
    __OCF_PRIO=$priority
    ha_log "$name: $*"
}

# Says why an action fails: pacemaker shows it as the exit reason.
ocf_exit_reason() {
    local format=$1 text
    if [ -z "$format" ]; then
        ocf_log err "Not enough arguments [0] to ocf_log_exit_msg."
        return
    fi
    shift
    text=$(printf "$format" "$@" 2>/dev/null)
    echo "ocf-exit-reason:$text" >&2
    [ -z "$HA_LOGFACILITY" ] || ocf_log err "$text"
}

# Runs a command and logs what it prints. -q: not when it works. -info, -warn, -err: the level when it fails.
ocf_run() {
    local quiet= level=err output status
    while true; do
        case $1 in
            -q)             quiet=yes;;
            -v)             quiet=;;
            -info|-warn|-err) level=\${1#-};;
            *)              break;;
        esac
        shift
    done
    output=$("$@" 2>&1)
    status=$?
    if [ -n "$output" ]; then
        output="$(echo $output) "
        if [ $status -ne 0 ]; then
            ocf_log $level "$output"
        elif [ -z "$quiet" ]; then
            ocf_log info "$output"
        fi
    fi
    return $status
}

ocf_is_true() {
    case "$1" in
        yes|YES|Yes|true|TRUE|True|ja|on|ON|1) return 0;;
    esac
    return 1
}

ocf_is_decimal() {
    case "$1" in
        ""|*[!0-9]*) return 1;;
    esac
    return 0
}

ocf_is_hex() {
    case "$1" in
        ""|*[!0-9a-fA-F]*) return 1;;
    esac
    return 0
}

ocf_is_octal() {
    case "$1" in
        ""|*[!0-7]*) return 1;;
    esac
    return 0
}

ocf_is_root() {
    [ "$(id -u)" = 0 ]
}

# A probe is a monitor that doesn't recur.
ocf_is_probe() {
    case $__OCF_ACTION in
        monitor|status) [ "$OCF_RESKEY_CRM_meta_interval" = 0 ];;
        *) return 1;;
    esac
}

ocf_is_clone() {
    [ "\${OCF_RESKEY_CRM_meta_clone_max:-0}" -gt 0 ] 2>/dev/null
}

ocf_is_ms() {
    [ "\${OCF_RESKEY_CRM_meta_promoted_max:-\${OCF_RESKEY_CRM_meta_master_max:-0}}" -gt 0 ] 2>/dev/null
}

# 0: the first version is lower. 1: equal. 2: higher. 3: not versions.
ocf_version_cmp() {
    ocf_is_ver "$1" && ocf_is_ver "$2" || return 3
    local a=$1 b=$2 x y
    while [ -n "$a" ] || [ -n "$b" ]; do
        x=\${a%%[.-]*}
        y=\${b%%[.-]*}
        case $a in *[.-]*) a=\${a#*[.-]};; *) a=;; esac
        case $b in *[.-]*) b=\${b#*[.-]};; *) b=;; esac
        x=$((10#\${x:-0}))
        y=$((10#\${y:-0}))
        [ $x -lt $y ] && return 0
        [ $x -gt $y ] && return 2
    done
    return 1
}

ocf_is_ver() {
    case "$1" in
        ""|*[!0-9.-]*) return 1;;
    esac
    return 0
}

have_binary() {
    local command=\${1%% *}
    command -v "$command" >/dev/null 2>&1
}

check_binary() {
    have_binary "$1" && return 0
    if [ "$OCF_NOT_RUNNING" = 7 ] && ocf_is_probe; then
        exit $OCF_NOT_RUNNING
    fi
    ocf_exit_reason "Setup problem: couldn't find command: $1"
    exit $OCF_ERR_INSTALLED
}

is_function() {
    declare -F "$1" >/dev/null 2>&1
}

ocf_local_nodename() {
    local name
    if have_binary crm_node; then
        name=$(crm_node -n 2>/dev/null) && [ -n "$name" ] && { echo "$name"; return 0; }
    fi
    uname -n
}

ocf_attribute_target() {
    echo "\${OCF_RESKEY_CRM_meta_physical_host:-\${OCF_RESKEY_CRM_meta_on_node:-$(ocf_local_nodename)}}"
}

ocf_maybe_random() {
    echo $RANDOM
}

ocf_mkstatedir() {
    local owner=$1 mode=$2 path=$3
    [ -d "$path" ] && return 0
    mkdir -p "$path" || return 1
    chown "$owner" "$path" && chmod "$mode" "$path"
}

ocf_unique_rundir() {
    local path=\${HA_VARRUN}/$1-\${OCF_RESOURCE_INSTANCE}
    ocf_mkstatedir root 755 "$path"
    echo "$path"
}

# 0: the process of a pid file runs. 1: it doesn't. 2: there is no such file.
ocf_pidfile_status() {
    local file=$1 pid
    [ -e "$file" ] || return 2
    pid=$(cat "$file")
    kill -0 "$pid" >/dev/null 2>&1 && return 0
    return 1
}

ocf_mk_pid() {
    echo $$ > "$1"
}

ocf_rm_pid() {
    rm -f "$1"
}

# Signals processes and waits: ocf_stop_processes SIGNALS SECONDS PIDS.
ocf_stop_processes() {
    local signals=$1 wait=$2 signal left pid
    shift 2
    for signal in $signals; do
        left=
        for pid in "$@"; do kill -s "$signal" $pid 2>/dev/null && left="$left $pid"; done
        [ -z "$left" ] && return 0
        for _ in $(seq "$wait"); do
            left=
            for pid in "$@"; do kill -0 $pid 2>/dev/null && left="$left $pid"; done
            [ -z "$left" ] && return 0
            sleep 1
        done
    done
    return 1
}

ocf_take_lock() {
    local file=$1 tries=0
    until ( set -C; echo $$ > "$file" ) 2>/dev/null; do
        kill -0 "$(cat "$file" 2>/dev/null)" 2>/dev/null || { rm -f "$file"; continue; }
        sleep 0.1
    done
}

ocf_release_lock_on_exit() {
    trap "rm -f '$1'" EXIT
}

ocf_promotion_score() {
    if have_binary crm_attribute; then
        crm_attribute --promotion "$OCF_RESOURCE_INSTANCE" -l reboot -q "$@"
    else
        return 1
    fi
}

ocf_deprecated() {
    ocf_log warn "\${1:-This agent is deprecated and may be removed from a future release}"
}

ocf_start_trace() {
    set -x
}

ocf_stop_trace() {
    set +x
}

# A resource that is nothing but a file of its name: ha_pseudo_resource NAME start|stop|status|monitor|print.
ha_pseudo_resource() {
    local file=\${HA_RSCTMP}/$1
    case $2 in
        start)
            if [ -f "$file" ]; then
                echo "INFO: Resource is already running"
            else
                touch "$file"
            fi;;
        stop)    rm -f "$file";;
        status|monitor)
            [ -f "$file" ] && return 0
            case $2 in status) return 3;; *) return 7;; esac;;
        print)   echo "ha_pseudo_resource $1";;
        *)       return 3;;
    esac
}

maketempfile() {
    mktemp "$@"
}

rmtempfile() {
    rm -f "$1"
}

rmtempdir() {
    rm -rf "$1"
}

crm_mon_no_validation() {
    crm_mon "$@"
}

systemd_is_running() {
    [ "$(cat /proc/1/comm 2>/dev/null)" = systemd ] || command -v systemctl >/dev/null 2>&1
}

systemd_drop_in() {
    local directory=/run/systemd/system/resource-agents-deps.target.d
    systemd_is_running || return 0
    mkdir -p "$directory"
    printf '[Unit]\\n%s=%s\\n' "$2" "$3" > "$directory/$1.conf"
    systemctl daemon-reload
}

[ -d "$HA_RSCTMP" ] || mkdir -p "$HA_RSCTMP" 2>/dev/null
case "\${HA_logfacility:-none}" in
    none) ;;
    *) HA_LOGFACILITY=$HA_logfacility;;
esac
set_logtag
`;

const LIBRARY = '/usr/lib/ocf/lib/heartbeat';

const TEXTS: Readonly<Record<string, string>> = {
  'ocf-binaries': BINARIES,
  'ocf-directories': DIRECTORIES,
  'ocf-returncodes': RETURN_CODES,
  'ocf-shellfuncs': FUNCTIONS,
};

/** The library's files, and the links under which old scripts know them. */
export const libraryFiles: readonly PackageFile[] = Object.entries(TEXTS).flatMap(([name, text]) => [
  textFile(`${LIBRARY}/${name}`, text),
  symlink(`/usr/lib/ocf/resource.d/heartbeat/.${name}`, `${LIBRARY}/${name}`),
]);
