node4# pcs resource create A ocf:pacemaker:Dummy meta priority=5
node4# pcs resource create B ocf:pacemaker:Dummy meta priority=50
node4# pcs constraint location A prefers node1.example.com=100 node2.example.com=10
node4# pcs constraint location B prefers node2.example.com=1000
node4# pcs constraint colocation add B with A
node4# pcs resource defaults update resource-stickiness=500
