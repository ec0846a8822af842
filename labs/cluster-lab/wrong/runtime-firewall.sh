# The firewall is opened, but only until the next reload.
node1# nmcli con add con-name eth1 ipv4.addresses 192.168.90.110/24 ipv4.method manual type ethernet ifname eth1
node2# nmcli con add con-name eth1 ipv4.addresses 192.168.90.120/24 ipv4.method manual type ethernet ifname eth1
node3# nmcli con add con-name eth1 ipv4.addresses 192.168.90.130/24 ipv4.method manual type ethernet ifname eth1
node1# cat <<EOF>> /etc/hosts
192.168.90.110 node1.example.com node1
192.168.90.120 node2.example.com node2
192.168.90.130 node3.example.com node3
EOF
node1# ssh-keygen -t rsa -N "" -f ~/.ssh/id_rsa && dnf -y install sshpass
node1# for i in node{1..3}; do sshpass -p centos ssh-copy-id -o StrictHostKeyChecking=no root@$i.example.com; done
node1# for i in node{2..3}; do scp /etc/hosts root@$i.example.com:/etc/hosts; done
node1# for i in node{1..3}; do ssh root@$i.example.com 'dnf --enablerepo=highavailability -y install pacemaker pcs firewalld; systemctl enable --now firewalld pcsd; echo centos | passwd --stdin hacluster; firewall-cmd --add-service=high-availability'; done
node1# pcs host auth -u hacluster -p centos node1.example.com node2.example.com node3.example.com
node1# pcs cluster setup cluster-lab node1.example.com node2.example.com node3.example.com --enable --start --wait=90
