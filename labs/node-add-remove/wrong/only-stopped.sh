# node3 is stopped and started again: it never left the configuration.
node4# nmcli con add con-name eth1 ipv4.addresses 192.168.90.140/24 ipv4.method manual type ethernet ifname eth1
node4# hostnamectl set-hostname node4.example.com
node4# dnf --enablerepo=highavailability -y install pacemaker pcs firewalld && systemctl enable --now firewalld pcsd
node4# firewall-cmd --permanent --add-service=high-availability && firewall-cmd --reload
node4# echo centos | passwd --stdin hacluster
node1# pcs host auth -u hacluster -p centos node4.example.com addr=192.168.90.140
node1# pcs cluster node add node4.example.com addr=192.168.90.140 --enable --start --wait=60
node1# pcs cluster stop node3.example.com
node1# pcs cluster start node3.example.com --wait=60
