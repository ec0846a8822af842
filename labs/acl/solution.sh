# The account, on every node.
node1# adduser -G haclient cluster-monitor && echo readworld | passwd --stdin cluster-monitor
node2# adduser -G haclient cluster-monitor && echo readworld | passwd --stdin cluster-monitor
node3# adduser -G haclient cluster-monitor && echo readworld | passwd --stdin cluster-monitor
node4# adduser -G haclient cluster-monitor && echo readworld | passwd --stdin cluster-monitor
# What it may do.
node4# pcs acl role create monitor-ro description="Read only access to cluster" read xpath /cib
node4# pcs acl user create cluster-monitor monitor-ro
node4# pcs acl enable
