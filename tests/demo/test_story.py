"""What is printed last, and what a step's result says."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from sightline_demo import memory, summary
from sightline_demo.options import Options, seconds
from sightline_demo.outcome import Check, Outcome

HELD = Outcome(1, "start everything", (Check("all healthy", held=True, found="after 2 s"),), 3.2)
NOT = Outcome(2, "push", (Check("a second push changes nothing", held=False, found="2 changes"), Check("x", held=True)))
FACTS = {
    "bought": {
        "visits": 90, "orders": 40, "revenue": {"EUR": 123456}, "declined": {"expired_card": 2}, "system_failures": {},
    }
}  # fmt: skip


def test_a_step_holds_when_each_of_its_checks_does() -> None:
    """And names those that did not, with what was seen."""
    assert HELD.held
    assert not NOT.held
    assert NOT.why_not == "a second push changes nothing: 2 changes"


def test_the_text_names_what_did_not_hold() -> None:
    """The last screen tells which step failed and why."""
    text = summary.as_text([HELD, NOT], FACTS)
    assert "held      1. start everything (3 s)" in text
    assert "NOT HELD  2. push" in text
    assert "a second push changes nothing: 2 changes" in text
    assert "90 visits, 40 orders (1234.56 EUR), 2 cards declined, 0 payments failed" in text


def test_the_text_has_times_memory_and_links() -> None:
    """Every number that was promised is there."""
    outcome = replace(
        HELD,
        facts={
            "healthy_after_s": 4.2,
            "paged_after_s": 61.0,
            "console": "http://127.0.0.1:4280/",
            "links": {"trace": "http://127.0.0.1:4280/#/traces/1"},
            "memory": {
                "how": "PSS", "total_mb": 512.5, "limit_mb": 900.0,
                "rows": [{"name": "backend", "processes": 1, "pss_mb": 200.0}],
            },
        },
    )  # fmt: skip
    text = summary.as_text([outcome], {})
    assert "healthy after 4.2 s, paged after 61.0 s" in text
    assert "console  http://127.0.0.1:4280/" in text
    assert "512.5  of 900" in text
    assert "trace    http://127.0.0.1:4280/#/traces/1" in text


def test_the_json_names_the_steps_that_did_not_hold() -> None:
    """Machines read the same."""
    data = summary.as_json([HELD, NOT], FACTS)
    assert data["held"] is False
    assert data["not_held"] == ["push"]
    assert [step["held"] for step in data["steps"]] == [True, False]


def test_mixed_telemetry_alternates(tmp_path: Path) -> None:
    """Half the services under each tracer."""
    options = Options("mixed", fault=True, at_least_s=0, stay=False, free_ports=True, seed=1, rate=1, folder=tmp_path)
    modes = [options.mode_of(name) for name in ("catalog", "payments", "cart", "orders", "fulfilment", "storefront")]
    assert modes == ["otel", "ddtrace"] * 3
    assert replace(options, telemetry="otel").mode_of("cart") == "otel"


@pytest.mark.parametrize(("text", "expected"), [("10m", 600), ("45", 45), ("1h30m", 5400), ("0", 0)])
def test_durations(text: str, expected: float) -> None:
    """As people write them."""
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "10x", "-3s", "9" * 400])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """And told how to write one."""
    with pytest.raises(ValueError, match=r"write 90s|a year"):
        seconds(text)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the kernel does not tell PSS")
class TestMemory:
    def test_each_process_is_weighed_once(self) -> None:
        """A process named twice, or found again by its mark, is not counted again."""
        rows = memory.table({"me": os.getpid(), "again": os.getpid(), "nobody": None}, [os.getpid()])
        assert [(row.name, row.processes >= 1) for row in rows] == [("me", True)]
        assert 1 < memory.total_mb(rows) < 4000

    def test_what_descends_from_no_root_has_its_own_row(self) -> None:
        """Daemons that left their parents still weigh."""
        assert [row.name for row in memory.table({}, [os.getpid()])] == ["others"]

    def test_one_process_alone(self) -> None:
        """The demo itself is weighed without its children."""
        assert [(row.name, row.processes) for row in memory.table_of_one("demo", os.getpid())] == [("demo", 1)]
