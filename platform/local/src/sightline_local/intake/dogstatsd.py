"""DogStatsD's datagrams: counts, gauges, distributions, sets; events and service checks are kept as log records.

https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/
"""

from __future__ import annotations

import math
import re
import time
from typing import TYPE_CHECKING, Any

from sightline_local.intake import event, logline
from sightline_local.store.columns import LogColumns
from sightline_local.store.metrics import slice_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sightline_local.intake.counters import Counter
    from sightline_local.store import Store
    from sightline_local.store.series import Kind

_LINE = re.compile(
    r"(?P<name>[^:|\n]{1,250}):(?P<values>[^|\n]+)\|(?P<type>c|g|d|h|ms|s)"
    r"(?P<rest>(?:\|[^|\n]*)*)"
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SECONDS = re.compile(r"[0-9]{1,12}")
_EVENT = re.compile(r"_e\{([0-9]{1,6}),([0-9]{1,6})\}:")
_KINDS: dict[str, Kind] = {
    "c": "count",
    "g": "gauge",
    "s": "gauge",
    "d": "distribution",
    "h": "distribution",
    "ms": "distribution",
}
_CHECKS = ("info", "warning", "error", "info")
_EVENT_FIELDS = {"p:": "priority", "t:": "alert_type", "s:": "source_type_name", "h:": "host"}
_EVENT_LEVELS = {"error": "error", "warning": "warning"}
_REMEMBERED = 50_000
_MAX_TAGS = 200
_LATEST_S = 1 << 32


class Dogstatsd:
    """Parses datagrams into the store."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._series: dict[tuple[str, Kind, str], int | None] = {}

    def datagram(self, data: bytes, counter: Counter) -> None:
        """Take one datagram; what in it is not understood is counted and passed by."""
        try:
            text = data.decode()
        except UnicodeDecodeError:
            counter.settle(0, taken=True, rejected=1)
            return
        if self._store.metrics.full:
            counter.settle(len([line for line in text.split("\n") if line]), taken=False)
            return
        now = slice_of(self._clock())
        stored = rejected = 0
        records = LogColumns()
        for line in text.split("\n"):
            if not line:
                continue
            special = line.startswith(("_e{", "_sc|"))
            understood = self._record(line, records) if special else self._metric(line, now)
            stored += understood
            rejected += not understood
        if len(records) and not self._store.offer_logs(records):
            stored -= len(records)
            counter.settle(len(records), taken=False)
        counter.settle(stored, taken=True, rejected=rejected)

    def _metric(self, line: str, now: int) -> bool:
        found = _LINE.fullmatch(line)
        if found is None:
            return False
        options = _options(found["rest"])
        if options is None:
            return False
        rate, tags, moment = options
        code = found["type"]
        values = found["values"].split(":")
        if code != "s" and not all(_finite(value, rate) for value in values):
            return False
        series = self._intern(found["name"], _KINDS[code], tags)
        if series is None:
            return False
        if code == "s":
            for value in values:
                self._store.metrics.unique(series, now, value)
            return True
        for value in values:
            self._value(code, series, float(value), rate, moment=moment, now=now)
        return True

    def _value(self, code: str, series: int, value: float, rate: float, *, moment: int, now: int) -> None:
        metrics = self._store.metrics
        if code == "c" and moment:
            metrics.replace(series, moment, value / rate)
        elif code == "c":
            metrics.add(series, now, value / rate)
        elif code == "g":
            metrics.gauge(series, moment or now, value)
        else:
            metrics.sample(series, slice_of(moment) or now, value, 1 / rate)

    def _intern(self, name: str, kind: Kind, tags: str) -> int | None:
        key = (name, kind, tags)
        if key in self._series:
            return self._series[key]
        if len(self._series) >= _REMEMBERED:
            self._series.clear()
        split = {tag for tag in tags.split(",") if tag}
        series = self._store.index.intern(name, kind, tuple(sorted(split))) if len(split) <= _MAX_TAGS else None
        if series is not None:
            self._series[key] = series
        return series

    def _record(self, line: str, records: LogColumns) -> bool:
        """Keep an event (`_e{5,4}:title|text|…`) or a service check (`_sc|name|status|…`) as a log record."""
        now = self._clock()
        found = _EVENT.match(line)
        record: dict[str, Any]
        if found:
            title, text = int(found[1]), int(found[2])
            body = line[found.end() :]
            if body[title : title + 1] != "|" or len(body) < title + 1 + text:
                return False
            fields = body[title + 1 + text :].split("|")
            level = next((_EVENT_LEVELS.get(each[2:], "info") for each in fields if each.startswith("t:")), "info")
            more = {_EVENT_FIELDS[each[:2]]: each[2:] for each in fields if each[:2] in _EVENT_FIELDS}
            name, words = (each.replace("\\n", "\n") for each in (body[:title], body[title + 1 : title + 1 + text]))
            record = event.record(name, words, level, _tags_of(fields), more)
        else:
            parts = line.split("|")
            if len(parts) < 3 or parts[2] not in {"0", "1", "2", "3"}:
                return False
            fields = parts[3:]
            word = ("OK", "WARNING", "CRITICAL", "UNKNOWN")[int(parts[2])]
            said = next((each[2:] for each in fields if each.startswith("m:")), "")
            record = {"message": f"{parts[1]} is {word} {said}".strip(), "level": _CHECKS[int(parts[2])]}
            record |= {"dogstatsd": "service check", "check": parts[1], "check_status": int(parts[2])}
            host = next((each[2:] for each in fields if each.startswith("h:")), "")
            record |= {"host": host} if host else {}
        for tag in _tags_of(fields):
            key, colon, value = tag.partition(":")
            if colon and key not in record:
                record[key] = value
        for field in fields:
            if field.startswith("d:") and _SECONDS.fullmatch(field[2:]):
                record["timestamp"] = int(field[2:])
        logline.append(records, record, service="unknown", now_ns=int(now * 1e9))
        return True


def _tags_of(fields: Sequence[str]) -> list[str]:
    return [tag for field in fields if field.startswith("#") for tag in field[1:].split(",")[:_MAX_TAGS] if tag]


def _finite(text: str, rate: float) -> bool:
    return bool(_NUMBER.fullmatch(text)) and math.isfinite(float(text) / rate) and math.isfinite(1 / rate)


def _options(rest: str) -> tuple[float, str, int] | None:
    """Return sample rate, tags and timestamp (0: none) of a line; None when one of them is none."""
    rate, tags, moment = 1.0, "", 0
    for part in rest.split("|"):
        if part.startswith("#"):
            tags = part[1:]
        elif part.startswith("@"):
            if not _NUMBER.fullmatch(part[1:]) or not 0 < float(part[1:]) <= 1:
                return None
            rate = float(part[1:])
        elif part.startswith("T"):
            if not _SECONDS.fullmatch(part[1:]) or not 0 < int(part[1:]) < _LATEST_S:
                return None
            moment = int(part[1:])
    return rate, tags, moment
