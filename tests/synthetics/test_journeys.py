"""A journey's verdict says whose fault it was, and a hung browser does not hang the runner."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sightline_synthetics.journeys import Verdict, Visit, browser, journey, runner
from sightline_synthetics.journeys.runner import Runner
from sightline_synthetics.journeys.telemetry import TelemetryRecorder, recording
from sightline_telemetry import traffic
from tests.synthetics.small_site import Site, small_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_synthetics.journeys.model import Journey, RunResult

pytestmark = pytest.mark.browser

KEY = "the key"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with small_site() as made:
        yield made


@pytest.fixture(scope="module")
def recorder() -> Iterator[TelemetryRecorder]:
    with recording({"SIGHTLINE_TRAFFIC_KEY": KEY}, location="here") as made:
        yield made


@dataclass(frozen=True)
class Elsewhere:
    """A runner in a thread of its own: in this one the browser of other tests may be open, and Playwright takes one."""

    runner: Runner

    def run(self, planned: Journey, target: str) -> RunResult:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self.runner.run, planned, target).result()


@pytest.fixture
def run(recorder: TelemetryRecorder, tmp_path: Path) -> Elsewhere:
    return Elsewhere(Runner(recorder, tmp_path, dict(os.environ)))


@journey("two-pages")
def two_pages(visit: Visit) -> None:
    """Opens the site and follows its link."""
    with visit.step("open"):
        visit.page.goto(visit.url("/"))
    with visit.step("follow"):
        visit.page.click("#go")
        assert visit.page.get_by_test_id("word").inner_text() == "done"


@journey("missing-button")
def missing_button(visit: Visit) -> None:
    with visit.step("open"):
        visit.page.goto(visit.url("/"))
    with visit.step("press"):
        visit.page.click("#nowhere", timeout=200)


@journey("killed-browser")
def killed_browser(visit: Visit) -> None:
    with visit.step("open"):
        visit.page.goto(visit.url("/"))
    for each in browser.browsers(os.getpid()):
        os.killpg(each.pid, signal.SIGKILL)
    with visit.step("go on"):
        visit.page.click("#go")


@journey("frozen-browser", budget_s=0.8)
def frozen_browser(visit: Visit) -> None:
    with visit.step("open"):
        visit.page.goto(visit.url("/"))
    for each in browser.browsers(os.getpid()):
        os.killpg(each.pid, signal.SIGSTOP)
    with visit.step("go on"):
        visit.page.click("#go")


@journey("slow-target", budget_s=0.5)
def slow_target(visit: Visit) -> None:
    with visit.step("open"):
        visit.page.goto(visit.url("/slow"))


@journey("own-mistake")
def own_mistake(visit: Visit) -> None:
    with visit.step("open"):
        visit.page.goto(visit.url("/"))
        raise KeyError("typo")


def test_a_passed_run_has_its_steps_and_one_trace_on_every_request(run: Elsewhere, site: Site) -> None:
    """Steps are named and timed; each request to the target carries the run's trace and an authentic token."""
    site.seen.clear()
    result = run.run(two_pages, site.url)
    assert (result.verdict, result.error) == (Verdict.PASSED, None)
    assert [step.name for step in result.steps] == ["open", "follow"]
    assert all(step.duration_ms > 0 and step.error is None for step in result.steps)
    assert {path for path, _ in site.seen} >= {"/", "/pixel", "/next"}
    assert result.requests == len(site.seen)
    for path, headers in site.seen:
        assert headers["traceparent"].split("-")[1] == result.trace_id, path
        assert traffic.verify(headers[traffic.HEADER], KEY, time.time()) == "synthetic"


def test_what_the_target_lacks_fails_the_run_with_a_picture(run: Elsewhere, site: Site) -> None:
    """The failing step is blamed, in one line, and the page is drawn."""
    result = run.run(missing_button, site.url)
    assert result.verdict is Verdict.FAILED
    assert [step.error is None for step in result.steps] == [True, False]
    assert result.error is not None
    assert "Call log" not in result.error
    assert result.screenshot is not None
    assert Path(result.screenshot).read_bytes()[:4] == b"\x89PNG"


def test_a_killed_browser_is_not_the_targets_fault(run: Elsewhere, site: Site) -> None:
    """A crash of the runner's own browser says nothing about the shop."""
    result = run.run(killed_browser, site.url)
    assert result.verdict is Verdict.BROKEN
    assert len(result.error or "") < 300


def test_a_frozen_browser_is_killed_and_the_next_run_is_fine(
    run: Elsewhere, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watchdog ends what would never end, and leaves no process."""
    monkeypatch.setattr(runner, "HANG_MARGIN_S", 0.7)
    started = time.monotonic()
    result = run.run(frozen_browser, site.url)
    assert result.verdict is Verdict.BROKEN
    assert "answered nothing" in (result.error or "")
    assert time.monotonic() - started < 10
    assert browser.browsers(os.getpid()) == []
    assert run.run(two_pages, site.url).verdict is Verdict.PASSED


def test_a_slow_target_is_the_targets_fault(run: Elsewhere, site: Site) -> None:
    """A page that does not come within the budget fails the run; the runner did its part."""
    assert run.run(slow_target, site.url).verdict is Verdict.FAILED


def test_nobody_at_the_target_is_the_targets_fault(run: Elsewhere) -> None:
    """A refused connection fails the run."""
    result = run.run(two_pages, "http://127.0.0.1:9")
    assert result.verdict is Verdict.FAILED


def test_a_mistake_in_the_journey_is_named_so(run: Elsewhere, site: Site) -> None:
    """A typo in the journey's own code is no outage."""
    result = run.run(own_mistake, site.url)
    assert result.verdict is Verdict.BROKEN
    assert "the journey's own code: KeyError" in (result.error or "")
