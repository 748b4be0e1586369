"""The load's book is true whenever the load is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from sightline_synthetics.load.ledger import Fact, Ledger, Totals, read, totals

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import sys, time
from pathlib import Path
from sightline_synthetics.load.ledger import Fact, Ledger
book = Ledger(Path(sys.argv[1]), time.time)
number = 0
while True:
    book.write(Fact.ORDER, number, total=1, currency="EUR")
    number += 1
    if number == 100:
        print("enough", flush=True)
"""


def test_sums_are_by_currency_and_by_reason(tmp_path: Path) -> None:
    """Each fact is counted where it belongs."""
    path = tmp_path / "deep" / "ledger.jsonl"
    book = Ledger(path, lambda: 1700000000.0)
    book.write(Fact.VISIT, 0)
    book.write(Fact.CART_CREATED, 0)
    book.write(Fact.CHECKOUT_STARTED, 0)
    book.write(Fact.ORDER, 0, total=1250, currency="EUR")
    book.write(Fact.ORDER, 1, total=50, currency="EUR")
    book.write(Fact.ORDER, 2, total=7, currency="USD")
    book.write(Fact.DECLINED, 3, reason="expired_card")
    book.write(Fact.SYSTEM_FAILURE, 4, reason="timeout")
    book.write(Fact.CART_EMPTIED, 5)
    book.write(Fact.CART_LEFT, 6)
    book.write(Fact.UNKNOWN, 7)
    book.write(Fact.GAVE_UP, 8)
    book.close()
    assert read(path) == Totals(
        visits=1, carts=1, checkouts=1, orders=3, revenue={"EUR": 1300, "USD": 7}, declined={"expired_card": 1},
        system_failures={"timeout": 1}, emptied=1, left=1, unknown=1, gave_up=1,
    )  # fmt: skip


def test_a_new_run_starts_a_new_book(tmp_path: Path) -> None:
    """The orders of an earlier run are not counted again."""
    for _ in range(2):
        book = Ledger(tmp_path / "ledger", time.time)
        book.write(Fact.VISIT, 0)
        book.close()
    assert read(tmp_path / "ledger").visits == 1


@pytest.mark.parametrize(
    "torn",
    ['{"at":1,"visit":2,"fa', "", "null", '{"fact":"miracle"}', "[1]", '{"fact":"order","total":"x"}', "[" * 99999],
)
def test_a_torn_line_is_counted_and_not_believed(torn: str) -> None:
    """What is no fact changes no sum."""
    found = totals(['{"fact":"visit","visit":1}', torn])
    assert (found.visits, found.torn_lines, found.orders) == (1, 1, 0)


def test_a_full_disk_is_counted_and_stops_no_visitor(tmp_path: Path) -> None:
    """The facts that found no room are the difference between the book and the truth: the run must know."""
    path = tmp_path / "ledger"
    path.symlink_to("/dev/full")
    book = Ledger(path, time.time)
    book.write(Fact.VISIT, 1)
    book.write(Fact.VISIT, 2)
    book.close()
    assert book.lost == 2


def test_a_kill_leaves_whole_lines(tmp_path: Path) -> None:
    """Kill -9 in the middle of writing: every line on disk is a fact, none is torn."""
    path = tmp_path / "ledger"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    with writer.stdout:
        writer.stdout.readline()
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    found = read(path)
    assert found.torn_lines == 0
    assert found.orders >= 100
    assert found.revenue == {"EUR": found.orders}
