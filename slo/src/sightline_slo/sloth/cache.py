"""What was made of which spec, so that a run over a thousand of them makes only what changed.

An entry is the hash of a spec and the size and time of the file that was made of it; all entries of a run belong to one
command line, one version of this program and one catalogue. A file that somebody touched is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_slo.sloth.flags import Values
    from sightline_slo.sloth.model import Windows

FORM = 1


@dataclass(slots=True)
class Cache:
    """The entries of one command line: spec to hash, size and time. Without a file nothing is kept."""

    file: Path | None
    entries: dict[str, list[Any]] = field(default_factory=dict)
    fresh: dict[str, tuple[str, Path]] = field(default_factory=dict)
    kept: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, values: Values, version: str, catalogue: Mapping[int, Windows], environment: Mapping[str, str]
    ) -> Cache:
        """Open the cache of a command line. A run with plugins of its own has none: they may read anything."""
        home = environment.get("XDG_CACHE_HOME") or (f"{environment['HOME']}/.cache" if environment.get("HOME") else "")
        if values.lists.get("plugins-path") or not home:
            return cls(None)
        facts = [FORM, version_of("sightline-slo"), _source(), version, values.texts, values.flags, values.maps]
        facts += [values.lists, str(Path.cwd()), sorted(map(str, catalogue.values()))]
        name = hashlib.blake2b(json.dumps(facts, sort_keys=True).encode(), digest_size=16).hexdigest()
        file = Path(home) / "sightline" / "sloth" / f"{name}.json"
        try:
            entries = json.loads(file.read_bytes())
        except (OSError, ValueError):
            entries = {}
        return cls(file, entries if isinstance(entries, dict) else {})

    def holds(self, path: str, content: bytes, target: Path) -> bool:
        """Whether the file at `target` is what this spec makes."""
        entry = self.entries.get(path)
        if entry is None or entry[0] != _hash(content) or entry[1:] != _state(target):
            return False
        self.kept[path] = entry
        return True

    def add(self, path: str, content: bytes, target: Path) -> None:
        """Note that a spec is about to be made."""
        if self.file is not None:
            self.fresh[path] = (_hash(content), target)

    def save(self) -> None:
        """Write the entries down; a cache that cannot be written is none."""
        if self.file is None or (not self.fresh and self.kept.keys() == self.entries.keys()):
            return
        made = {path: [digest, *_state(target)] for path, (digest, target) in self.fresh.items()}
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            beside = self.file.with_suffix(f".{os.getpid()}")
            beside.write_text(json.dumps(self.kept | made), encoding="utf-8")
            beside.replace(self.file)
        except OSError:
            return


def _hash(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _state(target: Path) -> list[int]:
    try:
        found = target.stat()
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns]


def _source() -> list[int]:
    """Return the times of this package's own files: a change to the program makes everything again."""
    return [each.stat().st_mtime_ns for each in sorted(Path(__file__).parent.rglob("*.py"))]
