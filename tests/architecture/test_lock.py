"""The lock installs the same everywhere, and nothing committed names where from."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
STANZAS = re.findall(r"^[A-Za-z0-9].*?(?=^[A-Za-z0-9]|\Z)", LOCK, re.MULTILINE | re.DOTALL)


def _declared() -> list[Requirement]:
    found: list[Requirement] = []
    for path in [ROOT / "pyproject.toml", *ROOT.glob("*/pyproject.toml"), *ROOT.glob("*/*/pyproject.toml")]:
        content = tomllib.loads(path.read_text())
        lists = [content["project"].get("dependencies", []), content.get("build-system", {}).get("requires", [])]
        lists += content["project"].get("optional-dependencies", {}).values()
        lists += content.get("dependency-groups", {}).values()
        found += [Requirement(line) for each in lists for line in each]
    return [each for each in found if not each.name.startswith("sightline")]


def test_covers_and_satisfies_what_is_declared() -> None:
    """Each third party that a member declares is locked, at a version that the member accepts."""
    locked: dict[str, list[str]] = {}
    for stanza in STANZAS:
        match = re.match(r"([A-Za-z0-9._-]+)==(\S+)", stanza)
        assert match, f"not pinned: {stanza.splitlines()[0]}"
        locked.setdefault(canonicalize_name(match[1]), []).append(match[2])
    for wanted in _declared():
        versions = locked.get(canonicalize_name(wanted.name), [])
        assert any(wanted.specifier.contains(each, prereleases=True) for each in versions), (
            f"{wanted} is not in the lock"
        )


def test_every_entry_has_hashes_and_no_address() -> None:
    """In hash mode, pip accepts it from whichever index the machine uses."""
    assert [each.splitlines()[0] for each in STANZAS if "--hash=sha256:" not in each] == []
    assert not re.search(r"https?://|file:|--index|--find-links|--extra-index", LOCK)


def test_holds_none_of_ours() -> None:
    """The members follow as editables, which hash mode refuses."""
    assert "sightline" not in LOCK


def test_npm_lock_records_no_download_addresses() -> None:
    """`resolved` would bind every machine to one registry."""
    for path in ROOT.glob("platform/*/*/package-lock.json"):
        if "node_modules" not in path.parts:
            packages = json.loads(path.read_text())["packages"]
            assert [name for name, each in packages.items() if str(each.get("resolved", "")).startswith("http")] == []
            assert [name for name, each in packages.items() if name and "integrity" not in each] == []


def test_nothing_names_this_machine_or_a_registry() -> None:
    """No tracked file holds an absolute path of a developer's checkout, or a registry's host."""
    hosts = [
        "pypi." + "org",
        "registry.npmjs" + ".org",
        "files.python" + "hosted.org",
        "proxy.golang" + ".org",
        "deb.debian" + ".org",
    ]
    patterns = [f"-e{each}" for each in [*hosts, f"{ROOT}/"]]
    command = ["git", "grep", "-nIF", *patterns]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout == ""
