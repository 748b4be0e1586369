"""JUnit's XML, which every CI reads: a suite a file, a case a thing that was judged (an SLO, a manifest).

A finding fails the case that it stands in, or the case `form` of its file. Warnings fail nothing and stand in the
case's output.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.render import render as frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_core.diagnostics import Diagnostic
    from sightline_core.formats.report import Case, Report

NAME = "junit"
QUIET = False

FORM = "form"
# XML 1.0 has no way at all to write these, and a spec may hold them.
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """Return the document."""
    files = [*report.sources, *sorted({each.span.file for each in report.findings if each.span} - {*report.sources})]
    suites = [_Suite(file, report) for file in files]
    loose = [each for each in report.findings if each.span is None]
    body = "".join(each.text for each in suites)
    tests, failures = sum(each.tests for each in suites), sum(each.failures for each in suites)
    if loose:
        text, failed = _case("sightline", FORM, loose, report)
        body += f'  <testsuite name="sightline" tests="1" failures="{int(failed)}" errors="0">\n{text}  </testsuite>\n'
        tests, failures = tests + 1, failures + failed
    head = f'<testsuites name={_attribute(report.command)} tests="{tests}" failures="{failures}" errors="0">\n'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{body}</testsuites>\n'


class _Suite:
    """One file's suite as text, with its counts."""

    def __init__(self, file: str, report: Report) -> None:
        name = report.from_root(file)
        cases = [each for each in report.cases if each.span.file == file]
        given: dict[int, list[Diagnostic]] = {}
        for finding in report.findings:
            if finding.span is not None and finding.span.file == file:
                given.setdefault(_owner(finding, cases), []).append(finding)
        named = [(index, case.name) for index, case in enumerate(cases)]
        parts = [_case(name, title, given.get(index, []), report) for index, title in [(-1, FORM), *named]]
        self.tests, self.failures = len(parts), sum(failed for _, failed in parts)
        counts = f'tests="{self.tests}" failures="{self.failures}" errors="0"'
        inner = "".join(text for text, _ in parts)
        self.text = f"  <testsuite name={_attribute(name)} {counts}>\n{inner}  </testsuite>\n"


def _owner(finding: Diagnostic, cases: Sequence[Case]) -> int:
    place = finding.span
    for index, case in enumerate(cases):
        start, end = (case.span.line, case.span.column), (case.span.end_line, case.span.end_column)
        if place is not None and start <= (place.line, place.column) <= end:
            return index
    return -1


def _case(suite: str, name: str, findings: Sequence[Diagnostic], report: Report) -> tuple[str, bool]:
    errors = [each for each in findings if each.is_error]
    others = [each for each in findings if not each.is_error]
    inner = ""
    if errors:
        # One failure a case: readers that take several show the first alone.
        message = "; ".join(f"{each.code}: {each.message}" for each in errors)
        body = _text(frames(errors, report.sources))
        inner += f"      <failure type={_attribute(errors[0].code)} message={_attribute(message)}>{body}</failure>\n"
    if others:
        inner += f"      <system-out>{_text(frames(others, report.sources))}</system-out>\n"
    head = f"    <testcase classname={_attribute(suite)} name={_attribute(name)}"
    return (f"{head}>\n{inner}    </testcase>\n" if inner else f"{head}/>\n"), bool(errors)


def _text(text: str) -> str:
    # A reader turns a bare carriage return into a newline.
    # It brings an HTTP client along, and every form is loaded with the one that is asked for.
    from xml.sax.saxutils import escape

    return escape(_UNSPEAKABLE.sub("\ufffd", text), {"\r": "&#13;"})


def _attribute(text: str) -> str:
    from xml.sax.saxutils import quoteattr

    return quoteattr(_UNSPEAKABLE.sub("\ufffd", text))
