"""Names of the metrics that our own jobs and sidecars send, beside those of the servers (`metric_map`).

The KMS probe's are in `seal.probe`, the audit shipper's in `audit.ship` and `audit.counting`.
"""

from __future__ import annotations

SNAPSHOT_TAKEN = "vault.snapshot.taken"
"""Count: a snapshot was taken, checked, stored and read back."""
SNAPSHOT_FAILED = "vault.snapshot.failed"
"""Count: one was not."""
DRILL_PASSED = "vault.drill.passed"
"""Count: the newest snapshot was restored, and held what it has to."""
DRILL_FAILED = "vault.drill.failed"
"""Count: it was not, or did not."""
DRILL_SECONDS = "vault.drill.seconds"
"""Gauge: how long a restore took, from the download on."""
SNAPSHOT_BYTES = "vault.snapshot.bytes"
"""Gauge: how large the last snapshot is."""
DRILL_AGE = "vault.drill.age"
"""Gauge: the seconds between the newest snapshot and the drill, which would have been lost."""
