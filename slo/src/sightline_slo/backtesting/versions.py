"""Another version of the specs: what git holds of the same files."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Sequence

SUFFIXES = (".yaml", ".yml")


def at_revision(
    specs: Sequence[str], revision: str, include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> dict[str, str]:
    """Return the texts of the specs as they were at a revision; files that were not there then are left out.

    `include` and `exclude` are regular expressions on the paths of files below directories, as `files.read` has them.

    Raises:
        SightlineError: there is no git, no repository or no such revision.
    """
    texts: dict[str, str] = {}
    for spec in specs:
        path = Path(spec)
        folder = path if path.is_dir() else path.parent
        commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").strip()
        prefix = _git(folder, "rev-parse", "--show-prefix").strip()
        wanted = prefix if path.is_dir() else f"{prefix}{path.name}"
        root = _git(folder, "rev-parse", "--show-toplevel").strip()
        # From the root, so that the names in the answer are those that `show` takes.
        listed = _git(Path(root), "ls-tree", "-r", "-z", "--name-only", commit, "--", wanted or ".")
        for name in filter(None, listed.split("\0")):
            inside = Path(name).relative_to(prefix) if prefix else Path(name)
            if not name.endswith(SUFFIXES) or any(part.startswith(".") for part in inside.parts):
                continue
            if not path.is_dir() or _wanted(str(path / inside), include, exclude):
                texts[f"{revision}:{name}"] = _git(Path(root), "show", f"{commit}:{name}")
    return texts


def _wanted(name: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    included = not include or any(re.search(each, name) for each in include)
    return included and not any(re.search(each, name) for each in exclude)


def _git(folder: Path, *arguments: str) -> str:
    git = shutil.which("git")
    if git is None:
        raise SightlineError("git is not installed", help="leave --against out")
    done = subprocess.run(  # noqa: S603 - git itself, and a revision that git has verified
        [git, "-C", str(folder), *arguments], capture_output=True, check=False, timeout=60
    )
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip() or f"git {arguments[0]} found nothing"
        raise SightlineError("the other version cannot be read", where=str(folder), why=why, help="name a revision")
    return done.stdout.decode("utf-8")
