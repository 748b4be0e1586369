"""Against the real thing: random specs, the same bytes and the same exit code.

Runs where `SIGHTLINE_SLOTH` names Sloth's binary; it is a tool of this test and no part of the project.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from .calling import sloth
from .specimens import Specimens

if TYPE_CHECKING:
    from pathlib import Path

BINARY = os.environ.get("SIGHTLINE_SLOTH", "")
SEEDS = 200


@pytest.mark.slow
@pytest.mark.skipif(not BINARY, reason="SIGHTLINE_SLOTH names no binary of Sloth to compare with")
@pytest.mark.parametrize("wild", [1, 8])
def test_random_specs_give_what_sloth_gives(wild: int, tmp_path: Path) -> None:
    """Names, texts, numbers, styles of YAML, faults: whatever it is, the answer is the same."""
    answered = 0
    for seed in range(SEEDS):
        spec = tmp_path / f"{seed}.yml"
        spec.write_bytes(Specimens(seed, wild).spec().encode())
        theirs = subprocess.run([BINARY, "generate", "--no-log", "-i", str(spec)], capture_output=True, check=False)
        ours = sloth("generate", "--no-log", "-i", str(spec))
        assert (ours.code, ours.out.encode()) == (theirs.returncode, theirs.stdout), (seed, ours.err, theirs.stderr)
        answered += ours.code == 0
    assert answered
