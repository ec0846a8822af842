# The nodes are called by names that the cluster doesn't know.
node4# pcs resource create A ocf:pacemaker:Dummy meta priority=5
node4# pcs resource create B ocf:pacemaker:Dummy meta priority=50
node4# pcs constraint location A prefers node1=100 node2=10
node4# pcs constraint location B prefers node2=1000
node4# pcs constraint colocation add B with A
node4# pcs resource defaults update resource-stickiness=500
