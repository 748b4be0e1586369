"""The tests of some files, run and judged, and all that is to be said of them."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, has_errors, ordered, page
from sightline_core.formats.report import Case as Judged
from sightline_core.formats.report import Report as Formatted
from sightline_core.suggest import did_you_mean
from sightline_datadog.documents import Kind
from sightline_datadog.testing import codes, timeline
from sightline_datadog.testing.judging import Problem, problems
from sightline_datadog.testing.model import CheckSeries, EventSeries
from sightline_datadog.testing.reading import read
from sightline_datadog.testing.simulate import Outcome, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sightline_datadog.documents import Document
    from sightline_datadog.testing.model import Fixture, TestFile
    from sightline_datadog.testing.simulate import Course


@dataclass(frozen=True, slots=True)
class Result:
    """One test that was run."""

    outcome: Outcome
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What there is to say. `never_fired` are the monitors that were in ALERT in no test, by file and key."""

    results: tuple[Result, ...]
    findings: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    never_fired: tuple[tuple[str, str], ...]

    @property
    def failed(self) -> bool:
        """Whether a test failed, or a file is faulty."""
        return has_errors(self.findings)

    @property
    def summary(self) -> str:
        """One line for people."""
        failed = sum(bool(each.problems) for each in self.results)
        return f"{len(self.results)} tests, {failed} failed"

    def lines(self, *, timeline: bool) -> Iterator[str]:
        """Say which tests passed; draw the timeline of each monitor of a failed test that is not as expected."""
        for each in self.results:
            yield f"{'FAIL' if each.problems else 'ok  '} {each.outcome.case.name}"
            for key, course in each.outcome.courses.items():
                unmet = [problem for problem in each.problems if problem.monitor == key]
                if timeline or unmet:
                    yield from _indented(course, each, unmet)
        if self.never_fired:
            yield f"never in ALERT in any test: {', '.join(key for _, key in self.never_fired)}"

    def data(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {
            "tests": [timeline.data(each.outcome, each.problems) for each in self.results],
            "never_fired": [{"file": file, "monitor": key} for file, key in self.never_fired],
        }

    def formatted(self) -> Formatted:
        """Return it for the common forms, a case a test."""
        cases = [Judged(each.outcome.case.name, each.outcome.case.span) for each in self.results]
        # Documents in which nothing is wrong are no suites of tests.
        files = {each.span.file for each in cases} | {each.span.file for each in self.findings if each.span}
        sources = {file: text for file, text in self.sources.items() if file in files}
        return Formatted(self.findings, sources, cases, None, self.summary, "sightline datadog test")


def _indented(course: Course, result: Result, unmet: Sequence[Problem]) -> Iterator[str]:
    return (f"  {line}" for line in timeline.lines(course, result.outcome.case.begins, unmet))


def examined(paths: Sequence[Path], pattern: str = "*") -> Report:
    """Read and run the tests of files; those of a faulty file are not run.

    Raises:
        SightlineError: a file cannot be read.
    """
    results: list[Result] = []
    findings: list[Diagnostic] = []
    sources: dict[str, str] = {}
    never: list[tuple[str, str]] = []
    for path in paths:
        file, found, texts = read(path)
        findings += found
        sources |= texts
        if has_errors(found):
            continue
        chosen = [run(case, file.documents) for case in file.cases if fnmatchcase(case.name, pattern)]
        mine = [Result(outcome, tuple(problems(outcome))) for outcome in chosen]
        results += mine
        findings += _said(file, mine)
        if chosen:
            never += [(file.path, key) for key in _never(file, chosen)]
    return Report(tuple(results), tuple(ordered(findings)), sources, tuple(never))


def _never(file: TestFile, outcomes: Sequence[Outcome]) -> list[str]:
    fired = {course.key for outcome in outcomes for course in outcome.courses.values() if course.fired}
    return [each.key for each in file.documents if each.kind is Kind.MONITOR and each.key not in fired]


def _said(file: TestFile, results: Sequence[Result]) -> Iterator[Diagnostic]:
    bodies = {each.key: each for each in file.documents if each.kind is Kind.MONITOR}
    for result in results:
        for each in result.problems:
            yield Diagnostic(
                codes.NOT_AS_EXPECTED,
                Severity.ERROR,
                f"{result.outcome.case.name}: {each}",
                each.span,
                "expected here",
                url=page(codes.NOT_AS_EXPECTED),
            )
        for fixture in result.outcome.unread:
            yield _unread(fixture, result.outcome)
        for key, course in result.outcome.courses.items():
            yield from _faults(bodies[key], course)


def _unread(fixture: Fixture, outcome: Outcome) -> Diagnostic:
    match fixture:
        case EventSeries(source=source):
            what, near = f"no monitor asks for events of `{source}`", None
        case CheckSeries(check=name):
            what, near = f"no monitor asks for the check `{name}`", None
        case _:
            what, near = (
                f"no monitor asks for the metric `{fixture.metric}`",
                did_you_mean(fixture.metric, outcome.asked),
            )
    help_text = f"did you mean `{near}`?" if near else "take it away, or mend the monitor's query"
    return Diagnostic(
        codes.UNREAD_SERIES, Severity.WARNING, what, fixture.span, help=help_text, url=page(codes.UNREAD_SERIES)
    )


def _faults(document: Document, course: Course) -> Iterator[Diagnostic]:
    for told in course.told:
        for fault in told.message.faults:
            message = f"monitor {document.key}: {fault.message}"
            written = str(document.body.get("message", ""))[slice(*fault.at)].startswith("{{")
            span = document.place(("message",), fault.at if written else None)
            yield Diagnostic(codes.BAD_MESSAGE, Severity.WARNING, message, span, url=page(codes.BAD_MESSAGE))
