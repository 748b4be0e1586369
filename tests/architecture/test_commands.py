"""Every member's commands are found by the one command, and none is imported to be listed."""

from __future__ import annotations

import subprocess
import sys

from sightline_core.commands import KNOWN, installed


def test_every_known_command_is_installed_and_loads_nothing_for_help() -> None:
    """The help of the whole command imports no member."""
    assert set(installed()) == set(KNOWN)
    script = (
        "import sys; from sightline_core import cli; code = cli.run(['--help']);"
        "print(sorted(m for m in sys.modules if m.startswith('sightline_') and not m.startswith('sightline_core')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    for line in KNOWN.values():
        assert line[1].split(":")[0] in " ".join(done.stdout.split())
