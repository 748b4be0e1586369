"""Mode `none`: KPIs are totalled and the cursor moves, but nothing is sent."""

from collections.abc import Mapping, Sequence

from .kpi import KpiRow, KpiStore, Series


class NoKpiTransport:
    """Takes everything and sends nothing."""

    def send(self, store: KpiStore, rows: Sequence[KpiRow], totals: Mapping[Series, int]) -> bool:
        """Take the rows."""
        del store, rows, totals
        return True

    def refresh(self, store: KpiStore, totals: Mapping[Series, int]) -> bool:
        """Say nothing."""
        del store, totals
        return True

    def close(self) -> None:
        """Nothing is open."""
