import { type PackageFile, textFile } from '../package';

const FOLDER = '/usr/share/pacemaker/alerts';

/** Words for what happened, as all samples use them. */
const DESCRIBE = `describe() {
    case "$CRM_alert_kind" in
        node)
            echo "Node '$CRM_alert_node' is now '$CRM_alert_desc'"
            ;;
        fencing)
            echo "Fencing $CRM_alert_desc"
            ;;
        attribute)
            echo "Attribute '$CRM_alert_attribute_name' on node '$CRM_alert_node' was updated to '$CRM_alert_attribute_value'"
            ;;
        resource)
            every=""
            if [ "$CRM_alert_interval" != "0" ]; then
                every=" ($CRM_alert_interval)"
            fi
            wanted=""
            if [ "$CRM_alert_target_rc" != "0" ]; then
                wanted=" (target: $CRM_alert_target_rc)"
            fi
            # Cancelled operations are no news.
            if [ "$CRM_alert_desc" != "Cancelled" ]; then
                echo "Resource operation '$CRM_alert_task$every' for '$CRM_alert_rsc' on '$CRM_alert_node': $CRM_alert_desc$wanted"
            fi
            ;;
        *)
            echo "Unhandled $CRM_alert_kind alert"
            ;;
    esac
}
`;

const HEAD = (what: string) => `#!/bin/sh
# An alert agent to copy: ${what}
# The cluster calls it with CRM_alert_... variables; see "Alert Agents" in Pacemaker Administration.

if [ -z "$CRM_alert_version" ]; then
    echo "$0 is run by the cluster"
    exit 0
fi

if [ -z "$CRM_alert_recipient" ]; then
    echo "$0 needs a recipient"
    exit 0
fi

${DESCRIBE}
`;

const FILE = `${HEAD('writes a line for each event into the file that is the recipient.')}
sequence=""
if [ "$debug_exec_order" = "true" ]; then
    sequence=$(printf "%04d. " "$CRM_alert_node_sequence")
fi

text=$(describe)
if [ -n "$text" ]; then
    echo "$sequence$CRM_alert_timestamp: $text" >> "$CRM_alert_recipient"
fi
`;

const MAIL = `${HEAD('mails each event to the recipient.')}
text=$(describe)
if [ -n "$text" ]; then
    printf "Subject: %s\\nFrom: %s\\nTo: %s\\n\\n%s\\n" "$text" "\${email_sender:-hacluster}" "$CRM_alert_recipient" \\
        "$CRM_alert_timestamp $text" | sendmail "$CRM_alert_recipient"
fi
`;

const TRAP = `${HEAD('sends each event as an SNMP trap to the recipient.')}
text=$(describe)
if [ -n "$text" ]; then
    snmptrap -v 2c -c "\${trap_community:-public}" "$CRM_alert_recipient" "" PACEMAKER-MIB::pacemakerNotificationTrap \\
        PACEMAKER-MIB::pacemakerNotificationNode s "$CRM_alert_node" \\
        PACEMAKER-MIB::pacemakerNotificationDescription s "$text"
fi
`;

/** The alert agents that come with Pacemaker as samples. */
export const alertSamples: readonly PackageFile[] = [
  textFile(`${FOLDER}/alert_file.sh.sample`, FILE),
  textFile(`${FOLDER}/alert_snmp.sh.sample`, TRAP),
  textFile(`${FOLDER}/alert_smtp.sh.sample`, MAIL),
];
