/** Members of the groups that can be asked for, by their names and ids. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'virtualization host': ['libvirt', 'libvirt-client', 'qemu-kvm', 'virt-install'],
  'virtualization-host-environment': ['libvirt', 'libvirt-client', 'qemu-kvm', 'virt-install'],
  'high availability': ['pcs', 'pacemaker', 'corosync', 'fence-agents-all', 'resource-agents'],
  ha: ['pcs', 'pacemaker', 'corosync', 'fence-agents-all', 'resource-agents'],
  'development tools': ['gcc', 'git'],
  development: ['gcc', 'git'],
  'system tools': ['nmap-ncat', 'tcpdump'],
  'minimal install': ['NetworkManager', 'chrony', 'openssh-server'],
};

/** Package names of a group; undefined when there is no such group. */
export function groupPackages(name: string): readonly string[] | undefined {
  return GROUPS[name.toLowerCase()];
}
