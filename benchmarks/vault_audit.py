"""How many audit events a second of CPU scrubs and ships, how much memory that takes, and what leaks.

    python benchmarks/vault_audit.py [--events 10000] [--seed 9]

The events are those of tests/vault/observability/events.py: of every kind, a third of them raw, a canary in every text.
Reading the JSON alone is measured beside it, because no shipper is faster than that.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.vault.observability.events import events, scrubber, secrets

from sightline_vault.dogstatsd import Dogstatsd
from sightline_vault.observability.audit.counting import DENIED, counted
from sightline_vault.observability.audit.follow import Follower
from sightline_vault.observability.audit.ship import Shipper
from sightline_vault.observability.audit.sinks import Lines

WANTED_PER_S = 2000


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--events", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=9)
    options = asked.parse_args()
    made = list(events(options.events, options.seed))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log, out = folder / "audit.log", folder / "out.jsonl"
        log.write_bytes(b"".join(each.line + b"\n" for each in made))
        began = time.process_time()
        for line in log.read_bytes().splitlines():
            _read(line)
        read_s = time.process_time() - began
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        with closing(Follower(log, folder / "position")) as follower:
            shipper = Shipper(log, follower, scrubber(), Lines(out, print), Dogstatsd(""))
            shipped = shipper.drain()
        ship_s = time.process_time() - began
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        text = out.read_text()
        leaked = sum(text.count(each) for each in secrets())
        counts = counted(json.loads(line) for line in text.splitlines())
        found = sum(value for (metric, _), value in counts.items() if metric == DENIED)
        denied = sum(each.denied for each in made)
        sizes = log.stat().st_size, out.stat().st_size
    print(f"{shipped} events of {sizes[0] / shipped:.0f} bytes, {sizes[1] / shipped:.0f} when shipped")
    print(f"plaintext secrets: {leaked}; denied requests: {found} of {denied} counted")
    print(
        f"shipped: {shipped / ship_s:,.0f} a second of CPU; the JSON alone: {shipped / read_s:,.0f}; +{grown:.0f} MiB"
    )
    assert leaked == 0
    assert found == denied
    assert shipped / ship_s >= WANTED_PER_S


def _read(line: bytes) -> None:
    try:
        json.loads(line)
    except ValueError:
        return


if __name__ == "__main__":
    main()
