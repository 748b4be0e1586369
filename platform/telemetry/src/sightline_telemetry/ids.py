"""Trace and span ids in the two spellings that logs and tracers use.

OpenTelemetry writes 32 and 16 lower-case hex digits. Datadog's span id is the decimal form of the same
64 bits, and its trace id on a log line is, by ddtrace's own choice, decimal below 2^64 and hex above.
Every line of ours spells a trace id as 32 hex digits in both families, so that one string finds them all.
"""

import secrets
from dataclasses import dataclass

_LOW_64 = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class SpanIds:
    """The ids of one span: `trace_id` is 32 hex digits, `span_id` 16; neither is ever all zeros."""

    trace_id: str
    span_id: str

    @classmethod
    def of(cls, trace_id: int, span_id: int) -> "SpanIds | None":
        """The ids of two integers, or None when either is the invalid zero."""
        if not trace_id or not span_id:
            return None
        return cls(f"{trace_id:032x}", f"{span_id:016x}")

    @property
    def dd_span_id(self) -> str:
        """The span id as Datadog's log lines spell it: decimal."""
        return str(int(self.span_id, 16))

    @property
    def dd_low(self) -> str:
        """The low 64 bits of the trace id in decimal: what `x-datadog-trace-id` carries."""
        return str(int(self.trace_id, 16) & _LOW_64)

    @property
    def dd_high(self) -> str:
        """The high 64 bits in hex (`_dd.p.tid`), or an empty string for a 64-bit trace id."""
        high = self.trace_id[:16]
        return "" if high == "0" * 16 else high


def new_trace_id() -> int:
    """A random 128-bit trace id that is not zero."""
    return secrets.randbits(128) or 1


def new_span_id() -> int:
    """A random 64-bit span id that is not zero."""
    return secrets.randbits(64) or 1
