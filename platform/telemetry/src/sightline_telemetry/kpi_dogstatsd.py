"""KPIs over DogStatsD: timestamped counts, one per series and ten-second bucket, always with the bucket's whole value.

`shop.orders.placed:7|c|#outcome:accepted,...|T1700000000` says that the bucket held 7, not that 7 more came: sent
again after more rows committed, it replaces. A timestamp also takes the value past the agent's own aggregation,
which would add.

What stays inexact: DogStatsD has no acknowledgement. An agent on this machine that is away is noticed (a Unix socket
refuses; a connected UDP socket on loopback reports the ICMP error) and the cursor waits. A datagram lost further on,
in a full receive buffer or between machines, is not noticed; the buckets of the last minutes are said again while the
relay is idle, which repairs a short loss, and nothing repairs a long one. Datadog refuses counts older than an hour:
rows that waited longer for an agent are sent and dropped there. The OTLP way has none of these.
"""

import errno
import socket
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from .kpi import BUCKET_S, KpiRow, KpiStore, Series
from .meters.dogstatsd import address
from .settings import Settings

_MAX_UDP = 1432
_MAX_UNIX = 8192


class DogstatsdKpiTransport:
    """Sends whole buckets; taken means that no datagram was refused."""

    def __init__(self, settings: Settings, *, again_s: float = 300.0) -> None:
        self._address = address(settings.dogstatsd)
        self._tags = {"service": settings.service, "env": settings.env, "kpi_source": settings.service}
        self._again_s = again_s
        self._socket: socket.socket | None = None
        self._newest = 0.0

    def send(self, store: KpiStore, rows: Sequence[KpiRow], totals: Mapping[Series, int]) -> bool:
        """Send every bucket that `rows` touch, with all of its rows so far."""
        del totals
        last = rows[-1].id
        self._newest = max(self._newest, *(row.occurred_at for row in rows))
        lines: list[str] = []
        for bucket in sorted({row.bucket for row in rows}):
            touched = {row.series for row in rows if row.bucket == bucket}
            lines += self._lines(bucket, store.read_between(bucket, bucket + BUCKET_S, last), touched)
        return self._deliver(lines)

    def refresh(self, store: KpiStore, totals: Mapping[Series, int]) -> bool:
        """Send the buckets of the last minutes again."""
        del totals
        if not self._newest:
            return True
        start = (self._newest - self._again_s) // BUCKET_S * BUCKET_S
        by_bucket: dict[int, list[KpiRow]] = defaultdict(list)
        for row in store.read_between(start, self._newest + BUCKET_S, store.cursor()):
            by_bucket[row.bucket].append(row)
        lines = [line for bucket, rows in sorted(by_bucket.items()) for line in self._lines(bucket, rows, None)]
        return self._deliver(lines)

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _lines(self, bucket: int, rows: Iterable[KpiRow], wanted: set[Series] | None) -> list[str]:
        totals: dict[Series, int] = defaultdict(int)
        for row in rows:
            if wanted is None or row.series in wanted:
                totals[row.series] += row.value
        return [self._line(series, total, bucket) for series, total in sorted(totals.items())]

    def _line(self, series: Series, total: int, bucket: int) -> str:
        tags = {**dict(series.attributes), **self._tags}
        text = ",".join(f"{key}:{value}" for key, value in sorted(tags.items()))
        return f"{series.name}:{total}|c|#{text}|T{bucket}"

    def _deliver(self, lines: Sequence[str]) -> bool:
        try:
            for datagram in packed(lines, _MAX_UNIX if "socket_path" in self._address else _MAX_UDP):
                self._connected().send(datagram)
            # A refused datagram is reported on the next use of a connected socket: ask now.
            refused = self._connected().getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        except OSError:
            self.close()
            return False
        if refused in {errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH}:
            self.close()
            return False
        return True

    def _connected(self) -> socket.socket:
        if self._socket is None:
            unix = self._address.get("socket_path")
            made = socket.socket(socket.AF_UNIX if unix else socket.AF_INET, socket.SOCK_DGRAM)
            made.settimeout(1.0)
            try:
                made.connect(unix or (self._address["host"], self._address["port"]))
            except OSError:
                made.close()
                raise
            self._socket = made
        return self._socket


def packed(lines: Iterable[str], limit: int) -> list[bytes]:
    """The lines in as few datagrams of at most `limit` bytes as their order allows."""
    datagrams: list[bytes] = []
    current = b""
    for line in lines:
        data = line.encode()
        if current and len(current) + 1 + len(data) > limit:
            datagrams.append(current)
            current = b""
        current = current + b"\n" + data if current else data
    if current:
        datagrams.append(current)
    return datagrams
