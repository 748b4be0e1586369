"""The owner of all telemetry on disk: one DuckDB file, one writer thread, readers on cursors of their own."""

from sightline_local.store.retention import Retention
from sightline_local.store.store import Store

__all__ = ["Retention", "Store"]
