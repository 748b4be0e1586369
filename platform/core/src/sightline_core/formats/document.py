"""The JSON envelope that every command shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.envelope import dumps, envelope

if TYPE_CHECKING:
    from sightline_core.formats.report import Report

NAME = "json"
QUIET = True


def render(report: Report) -> str:
    """Return the envelope."""
    return dumps(envelope(report.data, report.findings))
