# The account isn't in haclient: it can't even reach the cluster.
node1# adduser cluster-monitor && echo readworld | passwd --stdin cluster-monitor
node2# adduser cluster-monitor && echo readworld | passwd --stdin cluster-monitor
node3# adduser cluster-monitor && echo readworld | passwd --stdin cluster-monitor
node4# adduser cluster-monitor && echo readworld | passwd --stdin cluster-monitor
node4# pcs acl role create monitor-ro description="Read only access to cluster" read xpath /cib
node4# pcs acl user create cluster-monitor monitor-ro
node4# pcs acl enable
