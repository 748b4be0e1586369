"""What is shipped: small scripts, nothing inline, and a lock that names no registry."""

from __future__ import annotations

import gzip
import json
import re
import subprocess

from .backend import ROOT

STATIC = ROOT / "platform/local/src/sightline_local/console/static"
SOURCE = ROOT / "platform/local/console"


def test_the_scripts_are_at_most_100_kb() -> None:
    """All scripts together, gzipped as the slowest server would."""
    assert sum(len(gzip.compress(file.read_bytes(), 6)) for file in STATIC.glob("*.js")) <= 100 * 1024


def test_the_page_runs_nothing_inline_and_loads_nothing_from_elsewhere() -> None:
    """The content security policy forbids both; the page does not ask for either."""
    page = (STATIC / "index.html").read_text()
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    names = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(names) >= 3
    assert all((STATIC / name).is_file() for name in names)
    assert "url(http" not in (STATIC / "style.css").read_text()


def test_the_lock_pins_hashes_and_no_address() -> None:
    """Every package has a version and a hash; where it is downloaded from is the reader's own setting."""
    packages = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
    named = {name: each for name, each in packages.items() if name}
    assert len(named) > 4
    assert [name for name, each in named.items() if "resolved" in each or "integrity" not in each] == []
    wanted = json.loads((SOURCE / "package.json").read_text())
    asked = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert [version for version in asked.values() if not re.fullmatch(r"[\d.]+", version)] == []


def test_the_bundle_is_built_and_not_committed() -> None:
    """Git knows the source and none of what is made from it."""
    listed = subprocess.run(["git", "ls-files", str(STATIC)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert listed.stdout == ""
