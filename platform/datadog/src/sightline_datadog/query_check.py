"""What `sightline datadog query check` says of one query: its type, its tree, its canonical form, or what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sightline_datadog.query.problems import Problem

METRIC, FORMULA = "metric", "formula"
MONITOR_TYPES = (
    "audit alert", "ci-pipelines alert", "ci-tests alert", "composite", "cost alert", "data-jobs alert",
    "data-quality alert", "database-monitoring alert", "error-tracking alert", "event alert", "event-v2 alert",
    "llm-observability alert", "log alert", "metric alert", "network-path alert", "network-performance alert",
    "process alert", "query alert", "rum alert", "service check", "slo alert", "synthetics alert",
    "trace-analytics alert",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and the line of its file on which it begins."""

    text: str
    line: int


def asked(arguments: Iterable[str]) -> Iterator[Asked]:
    """Number queries as if they stood below each other in a file, of several lines where they hold some."""
    line = 1
    for text in arguments:
        yield Asked(text, line)
        line += text.count("\n") + 1


def asked_by_line(text: str) -> list[Asked]:
    """Return one query for each line that is not empty."""
    lines = (line.removesuffix("\r") for line in text.split("\n"))
    return [Asked(each, number) for number, each in enumerate(lines, 1) if each.strip()]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found; `tree` None where something is wrong."""

    text: str
    kind: str
    tree: Any
    problems: tuple[Problem, ...]
    findings: list[Diagnostic]

    @property
    def canonical(self) -> str | None:
        """The query in our white space."""
        from sightline_datadog.query import canonical

        return None if self.tree is None else canonical(self.tree)

    def lines(self) -> list[str]:
        """The tree, indented."""
        from sightline_datadog.query.dump import as_data, as_lines

        return as_lines(as_data(self.tree))

    def data(self) -> dict[str, Any]:
        """Everything, as plain values; the place of an error in characters and in bytes of UTF-8."""
        from sightline_datadog.query.dump import as_data

        tree = None if self.tree is None else as_data(self.tree)
        errors = [
            {
                "code": each.code,
                "message": each.message,
                "at": [each.start, each.end],
                "bytes": each.bytes_of(self.text),
            }
            for each in self.problems
        ]
        return {"query": self.text, "type": self.kind, "canonical": self.canonical, "tree": tree, "errors": errors}


def check_query(one: Asked, kind: str | None, file: str) -> Checked:
    """Read one query as of a kind: a type of monitor, `metric`, `formula`, or None for what it looks like."""
    from sightline_datadog.query import guessed_type, parse_formula, parse_metric_query, read_monitor_query

    text, chosen = one.text, kind
    if chosen is None:
        guess = guessed_type(text)
        chosen = METRIC if guess is None else guess
    tree: Any
    if chosen == METRIC:
        tree, problems = parse_metric_query(text)
    elif chosen == FORMULA:
        tree, problems = parse_formula(text)
    else:
        tree, problems = read_monitor_query(chosen, text)

    def place(start: int, end: int) -> Span:
        # Only the line that the fault begins on: a caret cannot run over the end of one.
        before, rest = text[:start], text[start:end].partition("\n")[0]
        line, column = one.line + before.count("\n"), start - (before.rfind("\n") + 1) + 1
        return Span(file, line, column, line, column + max(len(rest), 1))

    return Checked(text, chosen or "search", tree, problems, [each.diagnostic(place) for each in problems])


def checked_query(text: str, monitor_type: str | None, file: str, line: int) -> tuple[str | None, list[Diagnostic]]:
    """Return a query's canonical form, or what is wrong with it as if the text were a line of `file`."""
    found = check_query(Asked(text, line), monitor_type or METRIC, file)
    return found.canonical, found.findings
