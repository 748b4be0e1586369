"""A cache saves requests and is never believed against the vendor's own word; progress is told and never in the way."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from sightline_datadog.documents import Kind
from sightline_datadog.settings import Target
from sightline_datadog.sync.cache import Cache, open_cache
from sightline_datadog.sync.parallel import ordered
from sightline_datadog.sync.progress import EveryNow, Progress

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_800_000_000.0
LONG_AGO = "2026-01-01T00:00:00.123456+00:00"
BODY = {"title": "t"}


def filled(path: Path, modified: object = LONG_AGO) -> Cache:
    made = Cache(path, lambda: NOW)
    made.put(Kind.DASHBOARD, "a", modified, BODY)
    made.save()
    return Cache(path)


def test_what_did_not_change_is_known_in_the_next_run(tmp_path: Path) -> None:
    """By its id and the time of its last change, and by nothing else."""
    cache = filled(tmp_path / "c.json")
    assert cache.get(Kind.DASHBOARD, "a", LONG_AGO) == BODY
    assert cache.get(Kind.DASHBOARD, "a", "2026-01-01T00:00:01+00:00") is None
    assert cache.get(Kind.DASHBOARD, "a", None) is None
    assert cache.get(Kind.SYNTHETICS, "a", LONG_AGO) is None


@pytest.mark.parametrize("modified", [NOW - 1, (NOW - 1) * 1000, "2027-01-15T08:00:00+00:00", "soon", None])
def test_what_has_just_changed_is_not_believed(tmp_path: Path, modified: object) -> None:
    """It may change again in the same second, which its time would not tell; neither would a time that nobody reads."""
    assert filled(tmp_path / "c.json", modified).get(Kind.DASHBOARD, "a", modified) is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 9}', '{"version": 1, "objects": {"a": 1}, "looks": {}}', "[" * 100_000]
)
def test_a_broken_cache_is_as_none(tmp_path: Path, text: str) -> None:
    """Half a file, another form, nonsense: it is read as empty, and written anew."""
    file = tmp_path / "c.json"
    file.write_text(text)
    assert Cache(file).get(Kind.DASHBOARD, "a", LONG_AGO) is None
    assert filled(file).get(Kind.DASHBOARD, "a", LONG_AGO) == BODY


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    """A dashboard that is no longer listed leaves the file; those of other kinds stay."""
    cache = filled(tmp_path / "c.json")
    cache.keep_only(Kind.SYNTHETICS, set())
    assert cache.get(Kind.DASHBOARD, "a", LONG_AGO) == BODY
    cache.keep_only(Kind.DASHBOARD, {"b"})
    cache.save()
    assert json.loads((tmp_path / "c.json").read_text())["objects"] == {}


def test_a_place_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    """No home, a full disk: the plan goes on."""
    (tmp_path / "file").write_text("")
    assert filled(tmp_path / "file" / "c.json").get(Kind.DASHBOARD, "a", LONG_AGO) is None


def test_each_target_and_organisation_has_a_cache_of_its_own(tmp_path: Path) -> None:
    """Another host or another key is another file, under XDG_CACHE_HOME; no key stands in a name."""
    names = set()
    for target in (
        Target("https://a", "key", "app"),
        Target("https://b", "key", "app"),
        Target("https://a", "yek", "app"),
    ):
        cache = open_cache(target, {"XDG_CACHE_HOME": str(tmp_path)})
        cache.put(Kind.DASHBOARD, "a", LONG_AGO, BODY)
        cache.save()
        names = {file.name for file in (tmp_path / "sightline" / "datadog").iterdir()}
    assert len(names) == 3
    assert not any("key" in name for name in names)


def test_progress_says_how_much_is_left_once_it_can_know() -> None:
    """A tenth in four seconds: about 36 s are left; at the end nothing is said of it."""
    clock, lines = [0.0], list[str]()
    progress = Progress("reading", lines.append, lambda: clock[0])
    progress.expect(100)
    progress.step()
    clock[0] = 4.0
    for _ in range(9):
        progress.step()
    assert lines[0] == "reading: 1 of 100"
    assert lines[-1] == "reading: 10 of 100, about 36 s left"
    for _ in range(90):
        progress.step()
    assert lines[-1] == "reading: 100 of 100"


def test_a_log_hears_of_it_every_now_and_then() -> None:
    """Not at first, then once in ten seconds; an empty line, which clears a terminal's, is nothing to a log."""
    clock, lines = [0.0], list[str]()
    tell = EveryNow(lines.append, 10.0, lambda: clock[0])
    for second in range(25):
        clock[0] = float(second)
        tell(f"{second}")
        tell("")
    assert lines == ["10", "20"]


def test_results_come_in_the_order_of_the_questions() -> None:
    """Whoever is done first: the last one here."""
    gate = threading.Barrier(4)

    def work(number: int) -> int:
        gate.wait(5)
        return number * number

    assert list(ordered(work, [3, 1, 2, 0], 4)) == [9, 1, 4, 0]


def test_an_exception_ends_it_at_its_place() -> None:
    """What came before is given, what has not begun is not begun."""
    begun = []

    def work(number: int) -> int:
        begun.append(number)
        if number == 1:
            raise ValueError(number)
        return number

    results = ordered(work, list(range(1000)), 2)
    assert next(results) == 0
    with pytest.raises(ValueError, match="1"):
        list(results)
    assert len(begun) < 1000
