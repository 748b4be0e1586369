"""`sightline slo` as a test calls it: in this process, for one project, at one address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_core.cli import run
from sightline_datadog.documents import Kind
from sightline_datadog.ownership import read_mark

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from .backend import Backend


@dataclass
class Caller:
    """Calls for `project`, at `address`."""

    project: str
    address: str
    backend: Backend
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, command: str, specs: Path, *options: str) -> int:
        """Run `plan` or `push`, and return its exit code."""
        self.monkeypatch.setenv("DD_HOST", self.address)
        return run(["slo", command, str(specs), "--project", self.project, *options])

    def marks(self) -> dict[str, str]:
        """Return the id of each object of the project at the backend, by kind and key."""
        found = [(Kind.SLO, each) for each in self.backend.slos()]
        found += [(Kind.MONITOR, each) for each in self.backend.monitors()]
        ours = [
            (mark, each)
            for kind, each in found
            if (mark := read_mark(kind, each)) is not None and mark.project == self.project
        ]
        assert len({str(mark) for mark, _ in ours}) == len(ours), "two objects carry one mark"
        return {f"{mark.kind} {mark.key}": str(each["id"]) for mark, each in ours}
