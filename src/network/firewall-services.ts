import type { FirewallService } from '../world/network';

/**
 * The services that firewalld is packaged with, one a line: name, short name, and what it opens, as in
 * /usr/lib/firewalld/services/NAME.xml. `include=`, `helper=`, `protocol=`, `source=` and `module=` are elements of
 * that name, `ipv4=` and `ipv6=` the destination.
 */
const TABLE = `
RH-Satellite-6|Red Hat Satellite 6|include=foreman 5000/tcp 5646-5647/tcp 5671/tcp 8000/tcp 8080/tcp 9090/tcp
RH-Satellite-6-capsule|Red Hat Satellite 6 Capsule|include=RH-Satellite-6 8443/tcp
afp|AFP|548/tcp
amanda-client|Amanda Backup Client|10080/udp 10080/tcp helper=amanda
amanda-k5-client|Amanda Backup Client (kerberized)|10082/tcp helper=amanda
amqp|amqp|5672/tcp
amqps|amqps|5671/tcp
apcupsd|apcupsd|3551/tcp
audit|Audit|60/tcp
ausweisapp2|AusweisApp2|24727/udp
bacula|Bacula|9101/tcp 9102/tcp 9103/tcp
bacula-client|Bacula Client|9102/tcp
bareos-director|Bareos Director Daemon (bareos-dir)|9101/tcp
bareos-filedaemon|Bareos File Daemon (bareos-fd)|9102/tcp
bareos-storage|Bareos Storage Daemon (bareos-sd)|9103/tcp
bb|Big Brother|1984/tcp 1984/udp
bgp|BGP service listen|179/tcp
bitcoin|Bitcoin|8333/tcp
bitcoin-rpc|Bitcoin RPC|8332/tcp
bitcoin-testnet|Bitcoin testnet|18333/tcp
bitcoin-testnet-rpc|Bitcoin testnet RPC|18332/tcp
bittorrent-lsd|BitTorrent Local Peer Discovery (LSD)|6771/udp ipv4=239.192.152.143 ipv6=ff15::efc0:988f
ceph|ceph|6800-7300/tcp
ceph-exporter|ceph-exporter|9283/tcp
ceph-mon|ceph-mon|3300/tcp 6789/tcp
cfengine|CFEngine|5308/tcp
checkmk-agent|checkmk agent|6556/tcp
cockpit|Cockpit|9090/tcp
collectd|Collectd|25826/udp
condor-collector|HT Condor Collector|9618/tcp
cratedb|CrateDB|4200/tcp 4300/tcp include=postgresql
ctdb|CTDB|4379/tcp 4379/udp
dds|OMG DDS|include=dds-multicast include=dds-unicast
dds-multicast|OMG DDS|7400-7401/udp 7650-7651/udp 7900-7901/udp 8150-8151/udp 8400-8401/udp 8650-8651/udp 8900-8901/udp 9150-9151/udp 9400-9401/udp 9650-9651/udp 9900-9901/udp ipv4=239.255.0.1
dds-unicast|OMG DDS|7402-7649/udp 7652-7899/udp 7902-8149/udp 8152-8339/udp 8402-8649/udp 8652-8899/udp 8902-9149/udp 9152-9339/udp 9402-9649/udp 9652-9899/udp 9902-10149/udp
dhcp|DHCP|67/udp
dhcpv6|DHCPv6|547/udp
dhcpv6-client|DHCPv6 Client|546/udp ipv6=fe80::/64
distcc|distcc|3632/tcp
dns|DNS|53/tcp 53/udp
dns-over-tls|DNS over TLS|853/tcp
docker-registry|Docker Registry|5000/tcp
docker-swarm|Docker integrated swarm mode|2377/tcp 7946/tcp 7946/udp 4789/udp protocol=esp
dropbox-lansync|dropboxlansync|17500/udp 17500/tcp
elasticsearch|Elasticsearch|9300/tcp 9200/tcp
etcd-client|etcd Client|2379/tcp
etcd-server|etcd Server|2380/tcp
finger|finger|79/tcp
foreman|foreman|include=dns include=http include=https include=dhcp include=tftp 68/udp 8140/tcp
foreman-proxy|foreman-proxy|include=foreman 8443/tcp
freeipa-4|FreeIPA 4 server|include=http include=https include=kerberos include=kpasswd include=ldap include=ldaps
freeipa-ldap|FreeIPA with LDAP (deprecated)|80/tcp 443/tcp 88/tcp 88/udp 464/tcp 464/udp 123/udp 389/tcp
freeipa-ldaps|FreeIPA with LDAPS (deprecated)|80/tcp 443/tcp 88/tcp 88/udp 464/tcp 464/udp 123/udp 636/tcp
freeipa-replication|FreeIPA replication (deprecated)|7389/tcp
freeipa-trust|FreeIPA trust setup|135/tcp 138-139/tcp 138-139/udp 389/tcp 389/udp 445/tcp 445/udp 49152-65535/tcp 3268/tcp
ftp|FTP|21/tcp helper=ftp
galera|Galera|3306/tcp 4567/tcp 4568/tcp 4444/tcp
ganglia-client|ganglia-client|8660/tcp
ganglia-master|ganglia-master|8651/tcp
git|git|9418/tcp
gpsd|gpsd|2947/tcp
grafana|grafana|3000/tcp
gre||protocol=gre helper=proto-gre
high-availability|Red Hat High Availability|2224/tcp 3121/tcp 5403/tcp 5404/udp 5405-5412/udp 9929/tcp 9929/udp 21064/tcp
http|WWW (HTTP)|80/tcp
http3|WWW (HTTP/3)|443/udp
https|Secure WWW (HTTPS)|443/tcp
ident|Ident Protocol|113/tcp
imap|IMAP|143/tcp
imaps|IMAP over SSL|993/tcp
ipfs|IPFS|4001/tcp 4001/udp
ipp|Network Printing Server (IPP)|631/tcp 631/udp
ipp-client|Network Printing Client (IPP)|631/udp
ipsec|IPsec|/ah /esp 500/udp 4500/udp 4500/tcp
irc|IRC|6667/tcp
ircs|IRC TLS/SSL|6697/tcp
iscsi-target|iSCSI target|3260/tcp 3260/udp
isns|iSNS|3205/tcp 3205/udp
jenkins|jenkins|8080/tcp
kadmin|kadmin|749/tcp
kdeconnect|KDE Connect|1714-1764/tcp 1714-1764/udp
kerberos|Kerberos|88/tcp 88/udp
kibana|Kibana|5601/tcp
klogin|klogin|543/tcp
kpasswd|Kpasswd|464/tcp 464/udp
kprop|kprop|754/tcp
kshell|kshell|544/tcp
kube-api|Kubernetes Kubelet|include=kubelet
kube-apiserver|Kubernetes Api Server|6443/tcp
kube-control-plane|Kubernetes Control-plane Node|include=etcd-client include=etcd-server include=kube-apiserver include=kube-controller-manager include=kube-scheduler
kube-control-plane-secure|Kubernetes Control-plane Node - secure|include=etcd-client include=etcd-server include=kube-apiserver include=kube-controller-manager-secure include=kube-scheduler-secure
kube-controller-manager|Kubernetes Controller Manager|10252/tcp
kube-controller-manager-secure|Kubernetes Controller Manager - Secure|10257/tcp
kube-nodeport-services|Kubernetes Kubelet|30000-32767/tcp
kube-scheduler|Kubernetes Scheduler|10251/tcp
kube-scheduler-secure|Kubernetes Scheduler - secure|10259/tcp
kube-worker|Kubernetes Worker Node|include=kubelet include=kube-nodeport-services
kubelet|Kubernetes Kubelet|10250/tcp
kubelet-readonly|Kubernetes Kubelet read|10255/tcp
kubelet-worker|Kubernetes Worker Node|include=kube-worker
ldap|LDAP|389/tcp
ldaps|LDAPS|636/tcp
libvirt|Virtual Machine Management|16509/tcp
libvirt-tls|Virtual Machine Management (TLS)|16514/tcp
lightning-network|Lightning Network|9735/tcp
llmnr|LLMNR|include=llmnr-tcp include=llmnr-udp
llmnr-client|LLMNR Client|source=5355/udp
llmnr-tcp|LLMNR (TCP)|5355/tcp
llmnr-udp|LLMNR (UDP)|5355/udp ipv4=224.0.0.252 ipv6=ff02::1:3
managesieve|ManageSieve|4190/tcp
matrix|Matrix|include=https 8448/tcp
mdns|Multicast DNS (mDNS)|5353/udp ipv4=224.0.0.251 ipv6=ff02::fb
memcache|memcache|11211/tcp 11211/udp
minidlna|MiniDLNA|8200/tcp include=ssdp
mongodb|mongodb|27017/tcp
mosh|Mobile shell that supports roaming and intelligent local echo.|60000-61000/udp
mountd|mountd|20048/tcp 20048/udp
mqtt|mqtt|1883/tcp
mqtt-tls|mqtt-tls|8883/tcp
ms-wbt|ms-wbt|include=rdp
mssql|mssql|1433/tcp
murmur|Murmur|64738/tcp 64738/udp
mysql|MySQL|3306/tcp
nbd|NBD|10809/tcp
nebula|Nebula|4242/udp
netbios-ns|NetBIOS NS|137/udp helper=netbios-ns
netdata-dashboard|Netdata Dashboard|19999/tcp
nfs|NFS4|2049/tcp
nfs3|NFS3|2049/tcp 2049/udp
nmea-0183|nmea-0183|10110/tcp 10110/udp
nrpe|NRPE|5666/tcp
ntp|Network Time Protocol (NTP) Server|123/udp
nut|NUT|3493/tcp
openvpn|OpenVPN|1194/udp
ovirt-imageio|oVirt Image I/O|54322/tcp
ovirt-storageconsole|oVirt Storage-Console|55863/tcp 39543/tcp
ovirt-vmconsole|oVirt VM Console|2223/tcp
plex|PLEX|32400/tcp 32400/udp 32469/tcp include=ssdp 3005/tcp 8324/tcp 32410/udp 32412/udp 32413/udp 32414/udp
pmcd|Performance metrics collector (pmcd)|44321/tcp
pmproxy|Performance metrics proxy (pmproxy)|44322/tcp
pmwebapi|Performance metrics web API (pmwebapi)|44323/tcp
pmwebapis|Secure performance metrics web API (pmwebapis)|44324/tcp
pop3|POP-3|110/tcp
pop3s|POP-3 over SSL|995/tcp
postgresql|PostgreSQL|5432/tcp
privoxy|Privoxy - A Privacy Enhancing Proxy Server|8118/tcp
prometheus|prometheus|9090/tcp
prometheus-node-exporter|prometheus-node-exporter|9100/tcp
proxy-dhcp|Proxy DHCP|4011/udp
ps2link|ps2link|18194/udp 18193/tcp
ps3netsrv|ps3netsrv|38008/tcp
ptp|Precision Time Protocol (PTP) Master|319/udp 320/udp
pulseaudio|PulseAudio|4713/tcp
puppetmaster|Puppet Master|8140/tcp
quassel|Quassel IRC|4242/tcp
radius|RADIUS|1812/tcp 1812/udp 1813/tcp 1813/udp
rdp|rdp|3389/tcp
redis|redis|6379/tcp
redis-sentinel|redis-sentinel|26379/tcp
rpc-bind|rpc-bind|111/tcp 111/udp
rquotad|rquotad|875/tcp 875/udp
rsh|rsh|514/tcp
rsyncd|Rsync in daemon mode|873/tcp 873/udp
rtsp|RTSP|554/tcp 554/udp
salt-master|Salt Master|4505/tcp 4506/tcp
samba|Samba|include=samba-client 139/tcp 445/tcp
samba-client|Samba Client|include=netbios-ns 138/udp
samba-dc|Samba DC|include=samba include=dns include=kerberos include=ldap include=ldaps include=kpasswd 135/tcp 389/udp 49152-65535/tcp 3268/tcp 3269/tcp
sane|SANE network daemon (saned)|6566/tcp helper=sane
sip|SIP|5060/tcp 5060/udp helper=sip
sips|SIP-TLS (SIPS)|5061/tcp 5061/udp
slp|SLP|427/tcp 427/udp
smtp|Mail (SMTP)|25/tcp
smtp-submission|Mail (SMTP-Submission)|587/tcp
smtps|Mail (SMTP over SSL)|465/tcp
snmp|SNMP|161/tcp 161/udp
snmptls|Secure SNMP (TLS)|10161/tcp 10161/udp
snmptls-trap|Secure SNMPTRAP (TLS)|10162/tcp 10162/udp
snmptrap|SNMPTRAP|162/tcp 162/udp
spideroak-lansync|SpiderOak ONE LAN-Sync|21327/udp 21328/udp
spotify-sync|Spotify Client Sync|57621/udp 57621/tcp
squid|squid|3128/tcp
ssdp|Simple Service Discovery Protocol (SSDP)|1900/udp ipv4=239.255.255.250 ipv6=ff02::c
ssh|SSH|22/tcp
steam-streaming|Steam In-Home Streaming|27036/tcp 27037/tcp 27031-27036/udp
svdrp|SVDRP|6419/tcp 6419/udp
svn|Subversion|3690/tcp
syncthing|Syncthing|22000/tcp 22000/udp 21027/udp
syncthing-gui|Syncthing GUI|8384/tcp
syncthing-relay|Syncthing Relay|22067/tcp 22070/tcp
synergy|Synergy|24800/tcp
syslog|syslog|514/udp
syslog-tls|syslog-tls|6514/tcp 6514/udp
telnet|Telnet|23/tcp
tentacle|tentacle|41121/tcp
tftp|TFTP|69/udp helper=tftp
tile38|tile38|9851/tcp
tinc|tinc VPN|655/tcp 655/udp
tor-socks|Tor - SOCKS Proxy|9050/tcp
transmission-client|Transmission|51413/tcp 51413/udp
upnp-client|UPnP Client|source=1900/udp
vdsm|oVirt's Virtual Desktop and Server Manager|54321/tcp 5900-6923/tcp 49152-49216/tcp
vnc-server|Virtual Network Computing Server (VNC)|5900-5903/tcp
warpinator|Warpinator|42000/tcp 42000/udp 42001/tcp
wbem-http|wbem-http|5988/tcp
wbem-https|wbem-https|5989/tcp
wireguard|WireGuard|51820/udp
ws-discovery|WS-Discovery|include=ws-discovery-tcp include=ws-discovery-udp
ws-discovery-client|WS-Discovery Client|source=3702/udp
ws-discovery-tcp|WS-Discovery (TCP)|3702/tcp
ws-discovery-udp|WS-Discovery (UDP)|3702/udp ipv4=239.255.255.250 ipv6=ff02::c
wsman|wsman|5985/tcp
wsmans|wsmans|5986/tcp
xdmcp|XDMCP|177/tcp 177/udp
xmpp-bosh|XMPP (Jabber) web client|5280/tcp
xmpp-client|XMPP (Jabber) client|5222/tcp
xmpp-local|XMPP Link-Local Messaging|5298/tcp
xmpp-server|XMPP (Jabber) server|5269/tcp
zabbix-agent|Zabbix Agent|10050/tcp
zabbix-server|Zabbix Server|10051/tcp
zerotier|ZeroTier|9993/udp
`;

export interface PackagedService extends FirewallService {
  readonly name: string;
  readonly short: string;
}

function parseLine(line: string): PackagedService {
  const [name = '', short = '', opens = ''] = line.split('|');
  const service: PackagedService = {
    name,
    short,
    ports: [],
    protocols: [],
    sourcePorts: [],
    modules: [],
    destinations: {},
    includes: [],
    helpers: [],
  };
  for (const word of opens.split(' ').filter(Boolean)) {
    const at = word.indexOf('=');
    const value = word.slice(at + 1);
    if (at < 0) service.ports.push(word);
    else if (word.startsWith('include=')) service.includes.push(value);
    else if (word.startsWith('helper=')) service.helpers.push(value);
    else if (word.startsWith('protocol=')) service.protocols.push(value);
    else if (word.startsWith('source=')) service.sourcePorts.push(value);
    else if (word.startsWith('module=')) service.modules.push(value);
    else service.destinations[word.slice(0, at)] = value;
  }
  return service;
}

/** Packaged services by name, in the order in which firewall-cmd lists them. */
export const PACKAGED_SERVICES: ReadonlyMap<string, PackagedService> = new Map(
  TABLE.trim()
    .split('\n')
    .map(parseLine)
    .map((service) => [service.name, service]),
);
