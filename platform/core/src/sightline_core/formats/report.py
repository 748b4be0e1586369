"""What a command has to say of some files, before anybody chose how to say it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_core.diagnostics import Diagnostic, Span


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was judged, such as an SLO or a manifest, and where it stands."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Report:
    """Findings with what they are about.

    Args:
        findings: in the order of their places.
        sources: the text of each file.
        cases: what was judged, be it found faulty or not.
        data: the product for JSON.
        summary: one line for people.
        command: what judged them, as it was called.
        root: the folder that file names are given from; the working directory, unless a CI checked out another.
    """

    findings: Sequence[Diagnostic]
    sources: Mapping[str, str]
    cases: Sequence[Case] = ()
    data: Any = None
    summary: str = ""
    command: str = "sightline"
    root: str = field(default_factory=lambda: os.environ.get("GITHUB_WORKSPACE") or os.getcwd())  # noqa: PTH109 - kept as text, as the variable is

    def from_root(self, file: str) -> str:
        """Return a file's name as the root sees it, with forward slashes; one outside of it stays absolute."""
        if file.startswith("<"):
            return file
        whole = PurePath(os.path.abspath(file))  # noqa: PTH100 - lexical: a link keeps the name that was given
        root = PurePath(os.path.abspath(self.root))  # noqa: PTH100 - as above
        return (whole.relative_to(root) if whole.is_relative_to(root) else whole).as_posix()

    def uri(self, file: str) -> str:
        """Return a file's name as a URI: relative to the root, or `file:///…` outside of it."""
        name = self.from_root(file)
        return f"file://{quote(name)}" if name.startswith("/") else quote(name)


def words(finding: Diagnostic) -> str:
    """Return all that a finding says, a line each, without its place."""
    parts = [finding.message]
    parts += [f"here: {finding.label}"] * bool(finding.label)
    parts += [f"help: {finding.help}"] * bool(finding.help)
    parts += [f"note: {finding.note}"] * bool(finding.note)
    parts += [f"see: {finding.url}"] * bool(finding.url)
    return "\n".join(parts)
