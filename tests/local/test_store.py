"""The store as a whole: who owns it, what survives, what is refused, what is forgotten."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from sightline_core.errors import SightlineError
from sightline_local.store import Retention, Store
from sightline_local.store.columns import LogColumns, SpanColumns
from sightline_local.store.slices import SliceWriter
from sightline_local.store.writer import QUEUE_ROWS

from .kit import NOW, Clock, add_log, add_span, total

if TYPE_CHECKING:
    from pathlib import Path

HOUR, DAY = 3600, 86400


def spans(count: int, **values: Any) -> SpanColumns:
    columns = SpanColumns()
    for _ in range(count):
        add_span(columns, **values)
    return columns


def stored(store: Store, table: str = "spans") -> int:
    store.flush()
    return int(store.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - our own names


def test_a_second_opener_is_told_who_holds_the_store(store: Store) -> None:
    """Two owners would lose each other's rows: the second gets an error that names the first."""
    with pytest.raises(SightlineError) as refused:
        Store.open(store.directory)
    assert f"process {os.getpid()}" in refused.value.why
    assert str(store.directory) in refused.value.where


def test_a_closed_store_can_be_opened_again(tmp_path: Path) -> None:
    """Closing writes what is left and gives the directory back."""
    first = Store.open(tmp_path, clock=Clock())
    assert first.offer_spans(spans(3))
    first.close()
    second = Store.open(tmp_path, clock=Clock())
    assert stored(second) == 3
    second.close()


def test_what_was_flushed_survives_a_kill(tmp_path: Path) -> None:
    """A process killed with signal 9 leaves every committed row, and a lock that nobody holds."""
    script = f"""
import os, signal
from pathlib import Path
from tests.local.test_store import spans
from sightline_local.store import Store
store = Store.open(Path({str(tmp_path)!r}), clock=lambda: {NOW})
assert store.offer_spans(spans(1000))
store.metrics.add(store.index.intern("hits", "count", ("env:x",)), {NOW}, 5)
store.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    store = Store.open(tmp_path, clock=Clock())
    assert stored(store) == 1000
    assert total(store, "sum:hits{*}") == 5
    store.close()


def test_a_full_store_refuses_and_keeps_what_it_took(store: Store) -> None:
    """An offer that does not fit is answered False at once; everything that was taken is stored."""
    writing, go_on = threading.Event(), threading.Event()

    def stuck(_: Any) -> None:
        writing.set()
        go_on.wait(10)

    store._writer.job(stuck)
    assert writing.wait(5)
    half = spans(QUEUE_ROWS // 2)
    assert [store.offer_spans(half) for _ in range(3)] == [True, True, False]
    assert not store.room(1)
    go_on.set()
    assert stored(store) == QUEUE_ROWS
    assert store.room(1)


def test_a_failed_write_is_tried_again_and_nothing_is_there_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that fails half way is rolled back and written whole the next time."""
    write, fails = SliceWriter.write, iter([True, True])

    def failing(self: SliceWriter, cursor: Any, pending: Any) -> None:
        write(self, cursor, pending)
        if next(fails, False):
            raise duckdb.IOException("no space left on device")

    monkeypatch.setattr(SliceWriter, "write", failing)
    assert store.offer_spans(spans(10))
    store.metrics.add(store.index.intern("hits", "count", ()) or 0, NOW, 5)
    assert stored(store) == 10
    assert total(store, "sum:hits{*}") == 5
    assert store.write_failures == (2, "no space left on device")
    assert len(store.rows("SELECT * FROM series WHERE name = 'hits'")) == 1


@pytest.mark.parametrize("content", [b"this is no database" * 1000, b"\0" * 9000])
def test_a_file_that_is_no_database_is_an_error_with_a_way_out(tmp_path: Path, content: bytes) -> None:
    """A broken file ends the start with its path and the advice to throw it away, and frees the lock."""
    (tmp_path / "telemetry.duckdb").write_bytes(content)
    with pytest.raises(SightlineError) as refused:
        Store.open(tmp_path)
    assert "delete" in refused.value.help
    (tmp_path / "telemetry.duckdb").unlink()
    Store.open(tmp_path).close()


def test_tables_of_another_version_are_not_touched(tmp_path: Path) -> None:
    """A file of a future version is refused and not rewritten."""
    Store.open(tmp_path).close()
    connection = duckdb.connect(str(tmp_path / "telemetry.duckdb"))
    connection.execute("UPDATE facts SET value = '99' WHERE key = 'version'")
    connection.close()
    with pytest.raises(SightlineError, match="another version") as refused:
        Store.open(tmp_path)
    assert "99" in refused.value.why


def test_rows_past_their_time_are_deleted(store: Store, clock: Clock) -> None:
    """Spans and logs go after their hours, slices only after more than ninety days."""
    columns, records = SpanColumns(), LogColumns()
    for age in (1, 3 * DAY):
        add_span(columns, at=NOW - age)
        add_log(records, at=NOW - age)
    hits = store.index.intern("hits", "count", ()) or 0
    for age in (89 * DAY, 93 * DAY):
        store.metrics.add(hits, NOW - age, 1)
    assert store.offer_spans(columns)
    assert store.offer_logs(records)
    store.maintain()
    assert (stored(store), stored(store, "logs")) == (1, 1)
    assert total(store, "sum:hits{*}") == 1
    clock.now += 4 * DAY
    store.maintain()
    assert total(store, "sum:hits{*}") is None


def test_compaction_changes_no_number(tmp_path: Path) -> None:
    """Settled parts are added up, old ones to minutes; sums, percentiles, gauges and pinned seconds stay."""
    clock = Clock(NOW - 3 * DAY)
    store = Store.open(tmp_path, clock=clock, retention=Retention(fine_s=DAY))
    hits = store.index.intern("hits", "count", ()) or 0
    said = store.index.intern("said", "count", ()) or 0
    lasted = store.index.intern("lasted", "distribution", ()) or 0
    level = store.index.intern("level", "gauge", ()) or 0
    start = int(clock.now) // 60 * 60
    for step in range(12):
        for part in (1, 2):
            store.metrics.add(hits, start + step * 10, part)
            store.metrics.replace(said, start + step * 10, part)
            store.metrics.sample(lasted, start + step * 10, 0.1 * part)
            store.metrics.gauge(level, start + step * 10, step + part)
            store.flush()
    asked = ("sum:hits{*}", "sum:said{*}", "count(v: v<=0.1):lasted{*}", "sum:lasted{*}")
    before = [total(store, text) for text in asked]
    assert before == [36, 24, 12, pytest.approx(3.6)]
    clock.now = NOW
    store.maintain()
    # The order in which doubles are added decides their last place.
    assert [total(store, text) for text in asked] == pytest.approx(before, rel=1e-12)
    assert store.rows("SELECT count(*) FROM counts WHERE series = ?", (hits,)) == [(2,)]
    assert store.rows("SELECT count(*) FROM counts WHERE series = ? AND pinned", (said,)) == [(12,)]
    assert store.rows("SELECT value FROM gauges ORDER BY ts") == [(7,), (13,)]
    store.metrics.replace(said, start + 10, 100)
    assert total(store, "sum:said{*}") == 24 - 2 + 100
    store.maintain()
    assert [total(store, text) for text in asked[:1]] == before[:1]
    store.close()


@pytest.mark.parametrize("tags", [(), ("a",), ("a:b", "c:d,e", 'f:"g"', "h:'i'", "ü:\n")])
def test_series_keep_their_tags_over_a_restart(tmp_path: Path, tags: tuple[str, ...]) -> None:
    """None, one, several, with whatever signs in them: the same series has the same number afterwards."""
    with contextlib.closing(Store.open(tmp_path, clock=Clock())) as first:
        number = first.index.intern("hits", "count", tags)
        first.metrics.add(number or 0, NOW, 5)
        first.index.intern("other", "count", tags)
    with contextlib.closing(Store.open(tmp_path, clock=Clock())) as second:
        assert second.index.intern("hits", "count", tags) == number
        assert second.index.named("other")[0].tags == tags
        assert total(second, "sum:hits{*}") == 5


def test_rows_that_the_database_refuses_do_not_stand_in_the_way(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """They are left out, counted and logged; what came with them is stored, and the writer goes on."""
    write = SliceWriter.write

    def failing(self: SliceWriter, cursor: Any, pending: Any) -> None:
        write(self, cursor, pending)
        if len(pending):
            raise duckdb.ConversionException("out of range")

    monkeypatch.setattr(SliceWriter, "write", failing)
    store.metrics.add(store.index.intern("hits", "count", ()) or 0, NOW, 5)
    assert store.offer_spans(spans(10))
    assert stored(store) == 10
    assert (store.lost, store.health) == (1, "")
    assert "out of range" in caplog.text
    monkeypatch.undo()
    assert store.offer_spans(spans(5))
    assert stored(store) == 15
