"""Real servers on loopback, each a context manager with ports of its own: what it starts, it stops for certain.

| module | what it starts |
|---|---|
| `etcd` | one member, without fsync |
| `kube_apiserver` | an API server over an etcd, with service-account tokens; `controller_manager` beside it |
| `moto` | AWS's stand-in (KMS, S3, STS) as a process of its own |
| `kms_faults` | a proxy before it: a key that is disabled or pending deletion, calls denied, throttled, cut off |
| `vault`, `vault_cluster` | a node by whatever configuration it is given; several of them over TLS, sealed by KMS |
| `commands` | helm and kubectl, with a home of their own |

A server that does not come up raises a `SightlineError` with the end of its log; where its program is not on this
machine, `program.find` returns None and `program.missing` says what to do.
"""
