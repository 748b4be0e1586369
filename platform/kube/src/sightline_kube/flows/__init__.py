"""Which pod may speak to whom: what NetworkPolicies allow, computed, and held to what was declared.

https://kubernetes.io/docs/concepts/services-networking/network-policies/ says what a policy means. A flow needs both
sides: the source's egress and the target's ingress. Not modelled are what no policy can hold: a pod to itself over
loopback, the kubelet's probes, and what a node's own processes send.
"""
