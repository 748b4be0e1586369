"""Write `docs/conformance.md` anew from the recordings that are there."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from sightline_local.store import Store
from tests.support.conformance import ROOT, VARIABLE

from .recordings import recordings
from .replaying import replay
from .report import page, scoreboard

PAGE = ROOT / "docs" / "conformance.md"


def main() -> int:
    """Replay, print the scoreboard, write the page."""
    folder = Path(os.environ.get(VARIABLE) or ROOT.parent / "shared" / "data") / "datadog" / "cassettes"
    conversations = list(recordings(folder))
    if not conversations:
        sys.stderr.write(f"no recordings below {folder}: set {VARIABLE}\n")
        return 1
    with tempfile.TemporaryDirectory() as directory:
        store = Store.open(Path(directory) / "data")
        try:
            outcomes = list(replay(conversations, store))
        finally:
            store.close()
    for family, good, total in scoreboard(outcomes):
        sys.stdout.write(f"{family:20} {good:4} of {total:4}\n")
    PAGE.write_text(page(conversations, outcomes), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
