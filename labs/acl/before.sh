# A running cluster of four nodes. One resource runs. This lab fences nothing.
node4# pcs host auth -u hacluster -p centos node1.example.com node2.example.com node3.example.com node4.example.com
node4# pcs cluster setup ha_cluster_lab node1.example.com node2.example.com node3.example.com node4.example.com --enable --start --wait=120
node4# pcs property set stonith-enabled=false
node4# pcs resource create web ocf:pacemaker:Dummy
