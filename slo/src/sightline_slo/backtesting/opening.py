"""From what `--history` says to a source."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from sightline_slo.backtesting.sources import Source

KINDS = "a .csv, .parquet or .json file, prometheus=http://…, datadog or local"


def open_source(given: str, start: int, end: int) -> Source:
    """Open a source; `start` and `end` are for those that are asked for a span.

    Raises:
        SightlineError: it cannot be read, or says nothing that is known here.
    """
    if given in {"datadog", "local"}:
        return _datadog(start, end, local=given == "local")
    address = given.removeprefix("prometheus=")
    if urlsplit(address).scheme in {"http", "https"}:
        from sightline_slo.backtesting.sources.prometheus import Prometheus

        return Prometheus(address, start, end)
    path = Path(given)
    match path.suffix.lower():
        case ".csv":
            from sightline_slo.backtesting.sources.csv_file import CsvFile

            return CsvFile(path)
        case ".parquet" | ".pq":
            from sightline_slo.backtesting.sources.parquet_file import ParquetFile

            return ParquetFile(path)
        case ".json":
            from sightline_slo.backtesting.sources.query_range_file import QueryRangeFile

            return QueryRangeFile(path)
        case _:
            raise SightlineError("nothing says what this history is", where=given, help=f"give {KINDS}")


def _datadog(start: int, end: int, *, local: bool) -> Source:
    from sightline_core.loopback import is_loopback
    from sightline_datadog.settings import LOCAL, Target, resolve
    from sightline_datadog.transport import ClientTransport
    from sightline_slo.backtesting.sources.datadog import Datadog

    target = resolve(os.environ)
    if local and not target.local:
        target = Target(LOCAL, "local", "local")
    cache = None if is_loopback(target.host) else _cache()
    return Datadog(ClientTransport(target), target.host, start, end, cache)


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "sightline" / "history"
