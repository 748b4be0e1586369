"""One log record from a JSON object, whoever wrote it: our own lines, the vendor's intake, other libraries' habits."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from sightline_local.intake.ids import LATEST_NS, decimal_or_none, span_key, trace_key
from sightline_local.store.schema import LOG_COLUMNS

if TYPE_CHECKING:
    from sightline_local.store.columns import LogColumns

_TIME = ("timestamp", "@timestamp", "time", "date", "ts")
_LEVEL = ("level", "status", "severity", "levelname")
_MESSAGE = ("message", "msg", "event", "log")
_LEVELS = {
    "warn": "warning",
    "err": "error",
    "fatal": "critical",
    "crit": "critical",
    "emerg": "critical",
    "alert": "critical",
    "notice": "info",
    "ok": "info",
    "trace": "debug",
}
_MAX_MESSAGE = 256 * 1024
_DECIMAL = re.compile(r"[0-9]{1,30}(?:\.[0-9]{0,30})?")
_TOO_DEEP = '{"sightline.left_out":"attributes nested too deep"}'


def append(columns: LogColumns, record: dict[str, Any], *, service: str, now_ns: int) -> None:
    """Add a record; `service` and `now_ns` hold when it does not say.

    What was read into a column of its own is not repeated among the attributes, the ids aside.
    """
    rest = dict(record)
    at = _moment(_first(rest, _TIME), now_ns)
    level = _text(_first(rest, _LEVEL) or "info").lower()
    message = _first(rest, _MESSAGE)
    own = rest.pop("service", None)
    dd = rest.get("dd")
    nested: dict[str, Any] = dd if isinstance(dd, dict) else {}
    trace = trace_key(record.get("trace_id")) or _vendor_trace(record.get("dd.trace_id") or nested.get("trace_id"))
    span = span_key(record.get("span_id")) or decimal_or_none(record.get("dd.span_id") or nested.get("span_id"))
    env = record.get("env") or record.get("dd.env") or nested.get("env")
    values = (
        at,
        _text(own or record.get("dd.service") or nested.get("service") or service),
        _LEVELS.get(level, level)[:20],
        _text(message)[:_MAX_MESSAGE],
        trace[0] if trace else None,
        trace[1] if trace else None,
        span,
        None if env is None else _text(env),
        _json(rest) or _TOO_DEEP,
    )
    for name, value in zip(LOG_COLUMNS, values, strict=True):
        getattr(columns, name).append(value)


def _first(record: dict[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        if record.get(name) is not None:
            return record.pop(name)
    return None


def _vendor_trace(value: object) -> tuple[int, int | None] | None:
    if isinstance(value, str) and len(value) == 32:
        return trace_key(value)
    number = decimal_or_none(value)
    return (number, None) if number else None


def _moment(value: Any, now_ns: int) -> int:
    """Return a record's time in nanoseconds: RFC 3339, or a number of seconds, milli-, micro- or nanoseconds."""
    found = 0
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return _moment(float(value), now_ns) if _DECIMAL.fullmatch(value) else now_ns
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        elapsed = moment - datetime(1970, 1, 1, tzinfo=UTC)
        # Whole numbers: a double holds no nanoseconds of today.
        found = ((elapsed.days * 86400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds) * 1000
    elif isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        scale = next((scale for limit, scale in ((1e11, 1e9), (1e14, 1e6), (1e17, 1e3)) if value < limit), 1)
        found = int(value * scale) if value * scale < LATEST_NS else 0
    return found if 0 < found < LATEST_NS else now_ns


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    if value is None:
        return ""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return ""  # nested deeper than JSON is written here, though it could be read
