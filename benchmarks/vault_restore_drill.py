"""How long the restore drill of a real Vault takes, from the bucket to a secret that is read; a poisoned one fails.

Usage: vault_restore_drill.py [MEGABYTES]. Needs the servers of `make tools`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.vault.snapshots.estates import Estate, estate

from sightline_kube.testing.servers import program
from sightline_kube.testing.servers.moto import moto
from sightline_vault.render.documents import spec_text

CHUNK = 300_000


def main(megabytes: int) -> None:
    missing = program.missing("vault")
    if missing:
        print(f"skipped: {missing}")
        return
    chance = random.Random(7)  # noqa: S311 - a repeatable benchmark, no secret
    with (
        tempfile.TemporaryDirectory() as name,
        moto(Path(name) / "moto") as aws,
        estate(Path(name) / "drilled", aws) as made,
    ):
        os.environ.update({**made.environ, "VAULT_TOKEN": made.cluster.root})
        made.cluster.ask("POST", "sys/mounts/bulk", {"type": "kv"}).expect()
        for number in range(megabytes * 10**6 // CHUNK):
            value = chance.randbytes(CHUNK // 2).hex()
            made.cluster.ask("POST", f"bulk/{number}", {"value": value}, timeout=30).expect()
        began = time.monotonic()
        taken = command(made, "take", *made.asking)
        size = taken["data"]["manifest"]["size"]
        print(f"taken, stored and read back: {size / 1e6:.0f} MB in {time.monotonic() - began:.1f} s")
        drill = [*made.trusting, f"--program={program.need('vault')}"]
        told = command(made, "drill", *drill)
        rto, rpo = told["data"]["rto_s"], told["data"]["rpo_s"]
        print(f"drill: passed {told['data']['ok']}, RTO {rto:.1f} s, RPO {rpo:.0f} s")
        assert told["data"]["ok"]
        assert rto <= made.spec.snapshots.recovery_time_s
        # The canary is lost between being written and being saved: the very next snapshot is poisoned.
        silent = replace(made.spec.snapshots, canary="")
        Path(made.model).write_text(spec_text(replace(made.spec, snapshots=silent)))
        command(made, "take", *made.asking)
        poisoned = command(made, "drill", *drill)
        print(f"poisoned: passed {poisoned['data']['ok']}, {poisoned['diagnostics'][0]['message']}")
        assert not poisoned["data"]["ok"]


def command(made: Estate, name: str, *arguments: str) -> Any:
    """Run a snapshot command for its JSON."""
    line = [str(Path(sys.executable).parent / "sightline"), "vault", "snapshot", name, made.model]
    done = subprocess.run(
        [*line, *made.signing, *arguments, "--json"], capture_output=True, text=True, check=False, timeout=600
    )
    if not done.stdout:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
