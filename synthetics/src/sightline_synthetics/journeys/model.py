"""What a journey is, what a run of it returns."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from playwright.sync_api import Page

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class Visit(Protocol):
    """What a journey is given: a page, the target, and steps to name what it does."""

    @property
    def page(self) -> Page:
        """The browser's page, fresh and without cookies."""
        ...

    def url(self, path: str) -> str:
        """Return the address of `path` at the target."""
        ...

    def step(self, name: str) -> AbstractContextManager[None]:
        """Name what happens inside: timed, traced, and blamed when it raises."""
        ...


@dataclass(frozen=True, slots=True)
class Journey:
    """A declared journey.

    `budget_s` is the time after which a run counts as hung: the browser is killed then.
    """

    name: str
    summary: str
    budget_s: float
    steps: Callable[[Visit], None]


def journey(name: str, *, budget_s: float = 30.0) -> Callable[[Callable[[Visit], None]], Journey]:
    """Declare the decorated function as a journey; the first line of its docstring is its summary.

    Raises:
        ValueError: the name is no lower-case word (it becomes a metric's tag).
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"a journey's name is a lower-case word of at most 40 characters, not {name!r}")

    def declare(steps: Callable[[Visit], None]) -> Journey:
        summary = (steps.__doc__ or "").strip().partition("\n")[0]
        return Journey(name, summary, budget_s, steps)

    return declare


class Verdict(StrEnum):
    """How a run ended."""

    PASSED = "passed"
    FAILED = "failed"
    """The target did not do what the journey expects."""
    BROKEN = "broken"
    """The runner did not do its part: no browser, a crash, a hang. It says nothing about the target."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step: its name, how long it took, and the error that ended it."""

    name: str
    duration_ms: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """One run of a journey.

    `screenshot` is the page at the moment of failure; `browser` is the browser's version;
    `requests` counts the requests to the target that carried our trace.
    """

    journey: str
    target: str
    verdict: Verdict
    duration_ms: float
    steps: tuple[StepResult, ...]
    error: str | None = None
    screenshot: str | None = None
    trace_id: str | None = None
    browser: str = ""
    requests: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)
