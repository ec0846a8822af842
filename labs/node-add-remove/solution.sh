# node4 gets what the others have.
node4# nmcli con add con-name eth1 ipv4.addresses 192.168.90.140/24 ipv4.never-default yes ipv4.method manual autoconnect yes type ethernet ifname eth1
node4# hostnamectl set-hostname node4.example.com
node4# dnf --enablerepo=highavailability -y install pacemaker pcs firewalld
node4# systemctl enable --now firewalld
node4# firewall-cmd --permanent --add-service=high-availability && firewall-cmd --reload
node4# echo centos | passwd --stdin hacluster
node4# systemctl enable --now pcsd.service
# It joins.
node1# pcs host auth -u hacluster -p centos node4.example.com addr=192.168.90.140
node1# pcs cluster node add node4.example.com addr=192.168.90.140 --enable --start --wait=60
# node3 leaves and comes back.
node1# pcs cluster node remove node3.example.com
node1# pcs cluster node add node3.example.com addr=192.168.90.130 --enable --start --wait=60
