"""Code frames on standard error, and nothing on standard output: for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline_core.formats.report import Report

NAME = "text"
QUIET = False


def render(report: Report) -> str:
    """Return nothing: frames are narration."""
    del report
    return ""
