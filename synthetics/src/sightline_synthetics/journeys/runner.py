"""Runs one journey in a fresh browser and says how it went, whatever goes wrong on the way."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from sightline_synthetics.journeys import browser as browsers
from sightline_synthetics.journeys.model import Journey, RunResult, StepResult, Verdict
from sightline_synthetics.journeys.tracing import HeaderInjection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Playwright

    from sightline_synthetics.journeys.recorder import Recorder

ACTION_TIMEOUT_S = 10.0
HANG_MARGIN_S = 5.0
NEVER_ENDS = "the journey's own code does not end: it outlived its budget and its browser"
SCREENSHOT_TIMEOUT_S = 1.5  # well within the margin: a page that cannot be drawn is no hung browser


class OverBudgetError(Exception):
    """A journey's steps took longer than its budget."""


@dataclass(slots=True)
class _Visit:
    """The `Visit` that a journey's steps get."""

    page: Page
    target: str
    budget_s: float
    recorder: Recorder
    clock: Callable[[], float]
    told: Callable[[StepResult], None]
    started: float
    headers: dict[str, str] = field(default_factory=dict)
    results: list[StepResult] = field(default_factory=list)

    def url(self, path: str) -> str:
        return self.target.rstrip("/") + path

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        left = self.budget_s - (self.clock() - self.started)
        if left <= 0:
            raise OverBudgetError(f"the budget of {self.budget_s:.0f} s was spent before the step `{name}`")
        self.page.set_default_timeout(min(ACTION_TIMEOUT_S, left) * 1000)
        begin = self.clock()
        error: str | None = None
        try:
            with self.recorder.span(f"step {name}", {"journey.step": name}):
                # Read here and kept: the browser's events arrive in greenlets that do not see this span.
                self.headers = self.recorder.headers()
                yield
        except BaseException as problem:
            error = brief(problem)
            raise
        finally:
            result = StepResult(name, round((self.clock() - begin) * 1000, 1), error)
            self.results.append(result)
            self.told(result)


@dataclass(frozen=True, slots=True)
class Runner:
    """What stays the same from run to run.

    Args:
        recorder: spans, headers and series.
        evidence: where a failure's screenshot goes.
        environ: see `browser.executable`.
        clock: seconds, monotonic.
        told: hears of each step as it ends.
        abandon: is given the result of a run whose own code does not end, although its browser is gone.
    """

    recorder: Recorder
    evidence: Path
    environ: Mapping[str, str]
    clock: Callable[[], float] = time.monotonic
    told: Callable[[StepResult], None] = lambda _: None
    abandon: Callable[[RunResult], None] = lambda _: None

    def run(self, item: Journey, target: str) -> RunResult:
        """Run `item` against `target`. Never raises for what the target or the browser does.

        Raises:
            SightlineError: SIGHTLINE_CHROMIUM names no browser.
        """
        executable = browsers.executable(self.environ)
        started = self.clock()
        attempt = _Attempt(self, item, target, executable)

        def give_up() -> None:
            spent = round((self.clock() - started) * 1000, 1)
            steps = tuple(attempt.results)
            self.abandon(
                RunResult(item.name, target, Verdict.BROKEN, spent, steps, NEVER_ENDS, browser=attempt.version)
            )

        with (
            browsers.Watchdog(item.budget_s + HANG_MARGIN_S, abandon=give_up) as watchdog,
            self.recorder.span(f"journey {item.name}", {"journey.name": item.name}),
        ):
            trace_id = self.recorder.trace_id()
            error = attempt.carry_out()
            if error is not None:
                self.recorder.failed(error)
        duration = self.clock() - started
        verdict, reason = judge(error, hung=watchdog.fired, crashed=attempt.crashed)
        if verdict is not Verdict.BROKEN:
            self.recorder.ran(item.name, passed=verdict is Verdict.PASSED, duration_s=attempt.spent_s)
        return RunResult(
            journey=item.name,
            target=target,
            verdict=verdict,
            duration_ms=round((attempt.spent_s or duration) * 1000, 1),
            steps=tuple(attempt.results),
            error=reason,
            screenshot=attempt.screenshot,
            trace_id=trace_id,
            browser=attempt.version,
            requests=attempt.requests,
        )


class _Attempt:
    """One run's state; `carry_out` returns the error that ended it."""

    def __init__(self, runner: Runner, item: Journey, target: str, executable: str | None) -> None:
        self.runner, self.item, self.target, self.executable = runner, item, target, executable
        self.crashed = False
        self.screenshot: str | None = None
        self.version = ""
        self.requests = 0
        self.spent_s = 0.0
        self.results: list[StepResult] = []

    def carry_out(self) -> Exception | None:
        try:
            with sync_playwright() as playwright:
                return self._in_browser(self._launch(playwright))
        except Exception as error:  # noqa: BLE001 - whatever the driver or the browser threw is the run's result
            self.crashed = True
            return error

    def _launch(self, playwright: Playwright) -> Browser:
        launched = playwright.chromium.launch(
            executable_path=self.executable,
            args=browsers.arguments(self.target, as_root=os.geteuid() == 0),
            env={name: value for name, value in self.runner.environ.items() if "proxy" not in name.lower()},
            # Our own process decides what a signal means; see the command.
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
        self.version = launched.version
        launched.on("disconnected", lambda _: self._lost())
        return launched

    def _lost(self) -> None:
        self.crashed = True

    def _in_browser(self, launched: Browser) -> Exception | None:
        page = launched.new_context().new_page()
        page.on("crash", lambda _: self._lost())
        runner = self.runner
        started = runner.clock()
        visit = _Visit(
            page, self.target, self.item.budget_s, runner.recorder, runner.clock, runner.told, started,
            headers=runner.recorder.headers(), results=self.results,
        )  # fmt: skip
        injection = HeaderInjection(page, self.target, lambda: visit.headers)
        error: Exception | None = None
        try:
            self.item.steps(visit)
        except Exception as problem:  # noqa: BLE001 - the journey's own code may raise anything; it is judged later
            error = problem
        self.spent_s = runner.clock() - started
        self.requests = injection.count
        crashed = self.crashed
        if error is not None and not crashed:
            self._take_screenshot(page)
        if not crashed:
            launched.close()
            self.crashed = False  # closing disconnects too
        return error

    def _take_screenshot(self, page: Page) -> None:
        path = self.runner.evidence / f"{self.item.name}-failed.png"
        try:
            page.screenshot(path=path, full_page=True, timeout=SCREENSHOT_TIMEOUT_S * 1000)
        except PlaywrightError:
            return  # the page is too broken to be drawn; the error itself says more
        self.screenshot = str(path)


def judge(error: Exception | None, *, hung: bool, crashed: bool) -> tuple[Verdict, str | None]:
    """Say whose fault a run's end is, and why."""
    if hung:
        return Verdict.BROKEN, "the browser answered nothing and was killed"
    if error is None:
        return Verdict.PASSED, None
    if crashed:
        return Verdict.BROKEN, f"the browser did not do its part: {brief(error)}"
    if isinstance(error, PlaywrightError | AssertionError | OverBudgetError):
        return Verdict.FAILED, brief(error)
    return Verdict.BROKEN, f"the journey's own code: {type(error).__name__}: {brief(error)}"


def brief(error: BaseException) -> str:
    """Return an error's first lines without the drawing, the call log and the browser's log that Playwright adds."""
    text = str(error).partition("\nCall log")[0].partition("\nBrowser logs")[0].strip()
    lines = [line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith(("╔", "║", "╚"))]
    return "\n".join(lines[:4]) or type(error).__name__
