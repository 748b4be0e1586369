"""How many of the checklist's points hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sightline_vault.lint.points import POINTS, given
from sightline_vault.lint.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sightline_core.diagnostics import Diagnostic
    from sightline_vault.lint.estate import Estate
    from sightline_vault.lint.points import Point


class State(StrEnum):
    """What is known of a point."""

    PASSED = "passed"
    FAILED = "failed"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Standing:
    """One point: `codes` are those of the findings that it fails by."""

    point: Point
    state: State
    codes: tuple[str, ...]

    def line(self) -> str:
        """Say it in a line."""
        why = {State.FAILED: f" ({', '.join(self.codes)})", State.UNSEEN: f" (needs {self.point.evidence})"}
        return f"{self.point.number:>3} {self.state:<7} {self.point.title}{why.get(self.state, '')}"


@dataclass(frozen=True, slots=True)
class Score:
    """Every point, in the order of their numbers."""

    standings: tuple[Standing, ...]

    def count(self, state: State) -> int:
        """Return how many points are in a state."""
        return sum(each.state is state for each in self.standings)

    def lines(self) -> Iterator[str]:
        """Yield the score as text, a line a point."""
        failed, unseen = self.count(State.FAILED), self.count(State.UNSEEN)
        more = f", {failed} failed" * bool(failed) + f", {unseen} not to be seen" * bool(unseen)
        yield f"{self.count(State.PASSED)} of {len(self.standings)} points{more}"
        yield from (each.line() for each in self.standings)

    def data(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "passed": self.count(State.PASSED),
            "failed": self.count(State.FAILED),
            "unseen": self.count(State.UNSEEN),
            "points": [
                {"number": each.point.number, "title": each.point.title, "state": each.state, "codes": list(each.codes)}
                for each in self.standings
            ],
        }


def score(estate: Estate, findings: Sequence[Diagnostic]) -> Score:
    """Return which points hold.

    What other packages' rules find counts where it stands in a workload of servers: the score is about these.
    """
    own = {each.CODE: each.POINT for each in rules()}
    about = [*_of_servers(estate, findings)]
    standings = []
    for point in POINTS:
        codes = [each.code for each in findings if own.get(each.code) == point.number]
        codes += [each.code for each in about if point.codes and each.code.startswith(point.codes)]
        known = State.PASSED if given(estate, point.evidence) else State.UNSEEN
        standings.append(Standing(point, State.FAILED if codes else known, tuple(sorted(set(codes)))))
    return Score(tuple(standings))


def _of_servers(estate: Estate, findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    spans = [each.manifest.at() for each in estate.servers]
    for each in findings:
        place = each.span
        if place and any(
            span.file == place.file
            and (span.line, span.column) <= (place.line, place.column) <= (span.end_line, span.end_column)
            for span in spans
        ):
            yield each
