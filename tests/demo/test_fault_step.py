"""The step with the fault holds only when page, chain and recovery were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_core.errors import SightlineError
from sightline_demo import chain
from sightline_demo.interrupt import InterruptedStoryError
from sightline_demo.steps import s5_fault
from sightline_demo.watch import Burn, burns
from tests.demo.stage import TRACE, Backend, Clock, stage

if TYPE_CHECKING:
    from pathlib import Path


def test_page_chain_and_recovery_hold(tmp_path: Path) -> None:
    """The whole step, with what it prints: windows, climb, page, chain, recovery."""
    backend = Backend(Clock())
    with stage(backend, tmp_path) as (scene, narrated):
        outcome = s5_fault.run(scene)
    assert outcome.held, outcome.why_not
    assert 40 <= outcome.facts["paged_after_s"] <= 50
    assert 290 <= outcome.facts["recovered_after_s"] <= 310
    assert backend.mended_at is not None
    assert backend.failing_since is not None
    assert backend.mended_at - backend.failing_since >= s5_fault.OUTAGE_S
    text = narrated.getvalue()
    assert "1 h and 5 min at 14.4" in text
    assert "Datadog's own" in text
    assert "Checkout works: 1h burns at 1.5x, 5m at 4.5x (pages above 14.4)  OK" in text
    assert "PAGE after" in text
    assert f"trace  {TRACE}  (storefront, orders, payments)  fault: failing_payment" in text
    assert "payments   error   payments failed" in text
    assert outcome.facts["links"]["trace"].endswith(f"/#/traces/{TRACE}")


def test_a_slower_alert_is_not_taken_for_the_page(tmp_path: Path) -> None:
    """A hard outage fires the 24 h ticket first: it is named, and the page is waited for."""
    backend = Backend(Clock())
    with stage(backend, tmp_path) as (scene, narrated):
        outcome = s5_fault.run(scene)
    assert outcome.facts["chain"]["monitor"]["id"] == "7"
    text = narrated.getvalue()
    assert text.index("alerts too, with its slower windows: Checkout smoulders") < text.index("PAGE after")
    assert text.count("Checkout smoulders") == 1


def test_the_evidence_of_the_monitor_selects_the_traces(tmp_path: Path) -> None:
    """The filters that the backend gives are the ones asked with."""
    backend = Backend(Clock())
    with stage(backend, tmp_path) as (scene, _):
        chain.follow(scene, "7")
    query = next(query for _, path, query in backend.asked if path.endswith("/traces"))
    assert query == {"service": ["orders"], "error": ["true"], "from": ["1"], "to": ["2"], "limit": ["20"]}


def test_a_page_that_never_comes_does_not_hold_and_payments_are_mended(tmp_path: Path) -> None:
    """The failure says how far it got; the fault is cleared all the same."""
    backend = Backend(Clock(), pages_after_s=None)
    with stage(backend, tmp_path) as (scene, _):
        outcome = s5_fault.run(scene)
    assert not outcome.held
    assert "the page fires within 3 min: hottest: Checkout works" in outcome.why_not
    assert backend.mended_at is not None


def test_a_late_page_is_reported_as_late(tmp_path: Path) -> None:
    """After three minutes the promise is broken, also when the page comes in the end."""
    with stage(Backend(Clock(), pages_after_s=200), tmp_path) as (scene, _):
        outcome = s5_fault.run(scene)
    assert "the page fires within 3 min: after 20" in outcome.why_not


def test_a_service_without_a_line_breaks_the_chain(tmp_path: Path) -> None:
    """Every service of the trace must have logged in it; the silent one is named."""
    with stage(Backend(Clock(), silent=("payments",)), tmp_path) as (scene, _):
        outcome = s5_fault.run(scene)
    assert "every service of that trace has log lines in it: none of payments" in outcome.why_not


def test_a_page_that_stays_is_no_recovery(tmp_path: Path) -> None:
    """The monitor that still alerts is named."""
    with stage(Backend(Clock(), recovers_after_s=None), tmp_path) as (scene, _):
        outcome = s5_fault.run(scene)
    assert outcome.why_not == "the page recovers: still alerting: Checkout burns"


def test_payments_are_mended_when_the_backend_dies(tmp_path: Path) -> None:
    """Whatever goes wrong while the fault is on, it does not stay on."""
    backend = Backend(Clock())
    with stage(backend, tmp_path) as (scene, _):
        backend.pages_after_s = 0
        read = backend._read
        backend._read = lambda path: None if path == "/traces" else read(path)  # type: ignore[method-assign]
        with pytest.raises(SightlineError, match="refused with 404"):
            s5_fault.run(scene)
    assert backend.mended_at is not None


def test_payments_that_cannot_be_mended_do_not_hide_why_the_step_ended(tmp_path: Path) -> None:
    """Ctrl-C stays Ctrl-C while payments hang: their silence is no answer to it."""
    backend = Backend(Clock())
    with stage(backend, tmp_path) as (scene, _):
        answer = backend.answer

        def mute(method: str, path: str, query: dict[str, list[str]]) -> object:
            if method == "PUT":
                scene.interrupt.set()
            return None if method == "DELETE" else answer(method, path, query)

        backend.answer = mute  # type: ignore[method-assign]
        with pytest.raises(InterruptedStoryError):
            s5_fault.run(scene)


class TestBurn:
    def test_the_cooler_window_decides(self, tmp_path: Path) -> None:
        """Both windows must pass the threshold, so heat is the lower of the two."""
        backend = Backend(Clock())
        with stage(backend, tmp_path) as (scene, _):
            found = next(item for item in burns(scene) if item.pages_first)
        assert found.heat == pytest.approx(1.5 / 14.4)

    def test_no_data_is_said_and_is_cold(self) -> None:
        """A window without data is not a rate of nought."""
        burn = Burn("s", "SLO", "m", "M", "NO DATA", 14.4, "1h", None, "5m", 3.0)
        assert burn.heat == 0
        assert "1h burns at no data, 5m at 3.0x" in burn.line()
