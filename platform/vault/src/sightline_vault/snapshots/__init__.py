"""Raft snapshots: taken, checked, stored, listed, restored, and rehearsed.

| module | what it does |
|---|---|
| `gzip_member`, `tar_members`, `sums`, `structure` | read a snapshot to its last byte without holding it |
| `sealed`, `wire` | open the sealed sums through KMS, without Vault |
| `manifest` | what is known of a snapshot, signed |
| `checking` | all of these together, as findings |
| `source`, `take`, `nameless` | from the leader, whoever leads, into a file |
| `store`, `s3`, `catalogue`, `keeping`, `deposit` | in a bucket: locked, read back, listed, kept, copied |
| `restore` | into the cluster that was named, and no other |
| `throwaway`, `recovery`, `drill`, `drill_report` | into a node that is thrown away, to see whether it would work |
"""
