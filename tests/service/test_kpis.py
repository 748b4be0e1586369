"""Business numbers are true with their facts, and sent as totals that no crash can change."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline_service.kpis import KEPT_S
from sightline_telemetry import UndeclaredSignalError
from sightline_telemetry.kpi import KpiRelay, KpiRow, KpiStore, Series, added

from .kit import Clock, made, roll_back_after

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

EUR = Series.of("shop.orders.revenue", {"currency": "EUR", "traffic": "customer"})
USD = Series.of("shop.orders.revenue", {"currency": "USD", "traffic": "customer"})


class Receiver:
    """Keeps the last total of each series, as a cumulative receiver does; fails when told."""

    def __init__(self) -> None:
        self.totals: dict[Series, int] = {}
        self.fate: list[str] = []

    def send(self, _store: KpiStore, _rows: Sequence[KpiRow], totals: Mapping[Series, int]) -> bool:
        """Take them, lose them (`lost`), or take them and lose the answer (`unheard`)."""
        fate = self.fate.pop() if self.fate else ""
        if fate != "lost":
            self.totals.update(totals)
        return fate == ""

    def refresh(self, _store: KpiStore, totals: Mapping[Series, int]) -> bool:
        """Take what was said again."""
        self.totals.update(totals)
        return True

    def close(self) -> None:
        """Nothing is held."""


def test_a_fact_that_is_rolled_back_leaves_no_number(tmp_path: Path) -> None:
    """The row is written in the fact's own transaction and dies with it."""
    database, kpis = made(f"sqlite:///{tmp_path}/k.db")
    with pytest.raises(ZeroDivisionError):
        roll_back_after(database, lambda connection: kpis.record(connection, "shop.carts.created"))
    assert kpis.read_after(0, 10) == []
    database.dispose()


def test_only_what_is_declared_is_recorded(tmp_path: Path) -> None:
    """An undeclared name, attribute or value is an error, and no row."""
    database, kpis = made(f"sqlite:///{tmp_path}/k.db")
    with database.write() as connection:
        for name, attributes in (
            ("shop.dreams", {}),
            ("shop.carts.created", {"colour": "blue"}),
            ("shop.orders.revenue", {"currency": "XXX"}),
            ("shop.carts.created", {"traffic": "royal"}),
        ):
            with pytest.raises(UndeclaredSignalError):
                kpis.record(connection, name, 1, **attributes)
    assert kpis.read_after(0, 10) == []
    database.dispose()


Fact = tuple[str, int]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["EUR", "USD"]), st.integers(0, 10**9)), max_size=12),
    st.lists(st.sampled_from(["", "lost", "unheard", "crash"]), max_size=12),
    st.integers(1, 5),
)
def test_whatever_is_lost_the_totals_become_true(facts: list[Fact], fates: list[str], batch: int) -> None:
    """Lost sends, lost answers, restarts at any point: in the end the receiver has exactly the sums of the facts."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/k.db"
        database, kpis = made(url)
        receiver = Receiver()
        for currency, value in facts:
            with database.write() as connection:
                kpis.record(connection, "shop.orders.revenue", value, currency=currency)
        for fate in fates:
            receiver.fate = [fate] if fate in {"lost", "unheard"} else []
            if fate == "crash":
                database.dispose()
                database, kpis = made(url)
            KpiRelay(kpis, receiver, batch=batch).step()
        receiver.fate = []
        KpiRelay(kpis, receiver, batch=batch).drain()
        sums = {
            series: sum(value for currency, value in facts if dict(series.attributes)["currency"] == currency)
            for series, currency in ((EUR, "EUR"), (USD, "USD"))
        }
        assert {series: receiver.totals.get(series, 0) for series in sums} == sums
        assert dict(kpis.totals()) == receiver.totals
        database.dispose()


def test_forgetting_keeps_totals_and_what_was_not_sent(tmp_path: Path) -> None:
    """Rows that were sent a week ago go; their totals stay, and an old row that nobody took stays too."""
    clock = Clock()
    database, kpis = made(f"sqlite:///{tmp_path}/k.db", clock)
    with database.write() as connection:
        kpis.record(connection, "shop.orders.revenue", 5, currency="EUR")
        kpis.record(connection, "shop.orders.revenue", 7, currency="EUR")
    first, second = kpis.read_after(0, 10)
    kpis.advance(first.id, added({}, [first]))
    clock.now += KEPT_S + 1
    kpis.forget(clock.now)
    assert kpis.read_after(0, 10) == [second]
    assert kpis.totals() == {EUR: 5}
    assert kpis.created_at() == clock.now - KEPT_S - 1
    database.dispose()


def test_ids_are_never_used_twice(tmp_path: Path) -> None:
    """After everything was forgotten a new row still lies past the cursor."""
    clock = Clock()
    database, kpis = made(f"sqlite:///{tmp_path}/k.db", clock)
    for expected in (1, 2, 3):
        with database.write() as connection:
            kpis.record(connection, "shop.carts.created")
        [row] = kpis.read_after(kpis.cursor(), 10)
        assert row.id == expected
        kpis.advance(row.id, {row.series: expected})
        clock.now += KEPT_S + 1
        kpis.forget(clock.now)
    database.dispose()
