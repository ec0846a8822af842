# The adding is typed on node4, which is in no cluster.
node4# nmcli con add con-name eth1 ipv4.addresses 192.168.90.140/24 ipv4.method manual type ethernet ifname eth1
node4# hostnamectl set-hostname node4.example.com
node4# dnf --enablerepo=highavailability -y install pacemaker pcs firewalld && systemctl enable --now firewalld pcsd
node4# firewall-cmd --permanent --add-service=high-availability && firewall-cmd --reload
node4# echo centos | passwd --stdin hacluster
node4# pcs host auth -u hacluster -p centos node4.example.com addr=192.168.90.140
node4# pcs cluster node add node4.example.com addr=192.168.90.140 --enable --start --wait=60
