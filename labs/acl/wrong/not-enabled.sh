# Everything is configured, but not switched on: the user may change all.
node1# adduser -G haclient cluster-monitor && echo readworld | passwd --stdin cluster-monitor
node2# adduser -G haclient cluster-monitor && echo readworld | passwd --stdin cluster-monitor
node3# adduser -G haclient cluster-monitor && echo readworld | passwd --stdin cluster-monitor
node4# adduser -G haclient cluster-monitor && echo readworld | passwd --stdin cluster-monitor
node4# pcs acl role create monitor-ro description="Read only access to cluster" read xpath /cib
node4# pcs acl user create cluster-monitor monitor-ro
