# Addresses on the internal network.
node1# nmcli con add con-name eth1 ipv4.addresses 192.168.90.110/24 ipv4.never-default yes ipv4.method manual autoconnect yes type ethernet ifname eth1
node2# nmcli con add con-name eth1 ipv4.addresses 192.168.90.120/24 ipv4.never-default yes ipv4.method manual autoconnect yes type ethernet ifname eth1
node3# nmcli con add con-name eth1 ipv4.addresses 192.168.90.130/24 ipv4.never-default yes ipv4.method manual autoconnect yes type ethernet ifname eth1
# Names.
node1# hostnamectl set-hostname node1.example.com
node2# hostnamectl set-hostname node2.example.com
node3# hostnamectl set-hostname node3.example.com
node1# cat <<EOF>> /etc/hosts
192.168.90.110 node1.example.com node1
192.168.90.120 node2.example.com node2
192.168.90.130 node3.example.com node3
192.168.90.140 node4.example.com node4 storage cli
EOF
# A key, and the hosts file with it.
node1# ssh-keygen -t rsa -N "" -f ~/.ssh/id_rsa
node1# dnf -y install sshpass
node1# for i in node{1..3}; do sshpass -p centos ssh-copy-id -o StrictHostKeyChecking=no root@$i.example.com; done
node1# for i in node{2..3}; do scp /etc/hosts root@$i.example.com:/etc/hosts; done
# Packages, firewall, pcsd and its user on every node.
node1# for i in node{1..3}; do ssh root@$i.example.com 'dnf --enablerepo=highavailability -y install pacemaker pcs'; done
node1# for i in node{1..3}; do ssh root@$i.example.com 'dnf -y install firewalld && systemctl enable --now firewalld'; done
node1# for i in node{1..3}; do ssh root@$i.example.com 'firewall-cmd --add-service=high-availability && firewall-cmd --runtime-to-permanent'; done
node1# for i in node{1..3}; do ssh root@$i.example.com 'echo centos | passwd --stdin hacluster && systemctl enable --now pcsd.service'; done
# The cluster.
node1# pcs host auth -u hacluster -p centos node1.example.com addr=192.168.90.110 node2.example.com addr=192.168.90.120 node3.example.com addr=192.168.90.130
node1# pcs cluster setup cluster-lab node1.example.com addr=192.168.90.110 node2.example.com addr=192.168.90.120 node3.example.com addr=192.168.90.130 --enable --start --wait=90
