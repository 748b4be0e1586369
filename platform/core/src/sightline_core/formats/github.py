"""GitHub's workflow commands: each finding stands at its line of the pull request.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_core.formats.report import words

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic
    from sightline_core.formats.report import Report

NAME = "github"
QUIET = False
"""The log keeps its frames: GitHub shows ten annotations of a level and step, and drops the others."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """Return one line a finding."""
    return "".join(f"{_line(each, report)}\n" for each in report.findings)


def _line(finding: Diagnostic, report: Report) -> str:
    properties: dict[str, str | int] = {}
    place = finding.span
    if place is not None:
        properties |= {"file": report.from_root(place.file), "line": place.line, "endLine": place.end_line}
        # Columns of a finding over several lines make GitHub drop the whole annotation.
        if place.line == place.end_line:
            properties |= {"col": place.column, "endColumn": place.end_column}
    properties["title"] = finding.code
    named = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{_LEVELS[finding.severity]} {named}::{_data(words(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
