"""Numbers from senders, kept within what a column holds."""

from __future__ import annotations

U64 = 0xFFFF_FFFF_FFFF_FFFF
LATEST_NS = 4_294_967_295_000_000_000  # a slice's second is an unsigned number of 32 bits: until February 2106
_HEX = frozenset("0123456789abcdefABCDEF")


def status_code(text: object) -> int | None:
    """Return an HTTP status as a number, None when it is none."""
    try:
        number = int(float(text))  # type: ignore[arg-type]  # whatever a sender puts there
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 < number < 1000 else None


def hex_or_none(text: object) -> int | None:
    """Return a hexadecimal id as a number, None when it is none or zero."""
    if not isinstance(text, str) or not 0 < len(text) <= 32 or not _HEX.issuperset(text):
        return None  # `int` would also take signs, spaces, underscores and other scripts' digits
    return int(text, 16) or None


def decimal_or_none(text: object) -> int | None:
    """Return a decimal 64-bit id as a number, None when it is none or zero."""
    if isinstance(text, int) and not isinstance(text, bool):
        number = text
    elif isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 20:
        number = int(text)
    else:
        return None
    return number if 0 < number <= U64 else None


def trace_key(text: object) -> tuple[int, int | None] | None:
    """Return a trace id (32 or 16 hexadecimal digits, or decimal) as its low and high half, None when it is none.

    Sixteen digits are read as hexadecimal, as both vendors' 64-bit ids are written, other lengths of digits only as
    decimal.
    """
    if isinstance(text, str) and len(text) in {16, 32}:
        number = hex_or_none(text)
        return None if number is None else (number & U64, (number >> 64) if len(text) == 32 else None)
    decimal = decimal_or_none(text)
    return None if decimal is None else (decimal, None)


def span_key(text: object) -> int | None:
    """Return a span id (16 hexadecimal digits, or decimal) as a number, None when it is none."""
    if isinstance(text, str) and len(text) == 16:
        return hex_or_none(text)
    return decimal_or_none(text)
