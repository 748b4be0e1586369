"""Numbers and durations as Go spells them; bytes of rule files depend on it."""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline_slo.sloth.resolve import Scalar

MS_PER = {"y": 31_536_000_000, "w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_LARGEST_NS = (1 << 63) - 1
_LEAST_EXPONENT = -4
_LARGEST_EXPONENT = 6
_ORDER = list(MS_PER)
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}
_EASY = re.compile(r"[ !#-\[\]-~]*")
_PART = re.compile(r"([0-9]+)([^0-9]+)")


class DurationError(ValueError):
    """A text that is no duration of Prometheus."""


def as_text(value: Scalar) -> str:
    """Spell a number or a truth value where a text belongs."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return shortest32(value) if isinstance(value, float) else str(value)


@lru_cache(maxsize=4096)
def shortest(value: float) -> str:
    """Spell a float as Go's `%g` and `%v` do: the digits of Python's `repr`, an exponent from 1e6 on and below 1e-4."""
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    if value != value:  # noqa: PLR0124 - the test for NaN
        return "NaN"
    return _general(repr(value))


def shortest32(value: float) -> str:
    """Spell a float through 32 bits, as sigs.k8s.io/yaml does where a number stands for a text."""
    narrow = struct.unpack("f", struct.pack("f", value))[0] if abs(value) < 3.4e38 else value
    for digits in range(1, 10):
        text = f"{narrow:.{digits}g}"
        if abs(float(text)) < 3.4028235e38 and struct.pack("f", float(text)) == struct.pack("f", narrow):
            return _general(text)
    return shortest(narrow)


def plain(value: float) -> str:
    """Spell a float without an exponent, as `FormatFloat(x, 'f', -1)` does."""
    sign, digits, point = _digits(repr(value))
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}" if digits != "0" else f"{sign}0"
    if point >= len(digits):
        return f"{sign}{digits}{'0' * (point - len(digits))}"
    return f"{sign}{digits[:point]}.{digits[point:]}"


def _digits(text: str) -> tuple[str, str, int]:
    """Return the sign, the digits without zeros around them, and where the point stands among them."""
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) - (len(whole + fraction) - len(digits)) + int(exponent or 0)
    digits = digits.rstrip("0")
    return (sign, digits, point) if digits else (sign, "0", 1)


def _general(text: str) -> str:
    sign, digits, point = _digits(text)
    exponent = point - 1
    if exponent < _LEAST_EXPONENT or exponent >= _LARGEST_EXPONENT:
        tail = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{tail}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return f"{sign}{digits}{'0' * (point - len(digits))}"
    return f"{sign}{digits[:point]}.{digits[point:]}"


def duration(text: str) -> int:
    """Return the milliseconds of a duration of Prometheus, as its own parser reads it.

    Raises:
        DurationError: it is none.
    """
    if text == "0":
        return 0
    if not text:
        raise DurationError("empty duration string")
    total, last, rest = 0, -1, text
    while rest:
        part = _PART.match(rest)
        if part is None:
            raise DurationError(f'not a valid duration string: "{text}"')
        unit = part[2]
        if unit not in MS_PER:
            raise DurationError(f'unknown unit "{unit}" in duration "{text}"')
        position = _ORDER.index(unit)
        if position <= last:
            raise DurationError(f'not a valid duration string: "{text}"')
        last = position
        total += int(part[1]) * MS_PER[unit]
        if total * 1_000_000 > _LARGEST_NS:
            raise DurationError("duration out of range")
        rest = rest[part.end() :]
    return total


@lru_cache(maxsize=1024)
def spell(ms: int) -> str:
    """Spell milliseconds as Prometheus does: `4w` for 28d, `1h30m`, `30d`."""
    if ms == 0:
        return "0s"
    sign, ms = ("-", -ms) if ms < 0 else ("", ms)
    text = ""
    for unit, size in MS_PER.items():
        if unit in {"y", "w"} and ms % size:
            continue
        if count := ms // size:
            text += f"{count}{unit}"
            ms -= count * size
    return sign + text


@lru_cache(maxsize=4096)
def quoted(text: str) -> str:
    """Quote a text as Go's `%q` does."""
    if _EASY.fullmatch(text) is not None:
        return f'"{text}"'
    return '"' + "".join(_quoted_char(char) for char in text) + '"'


def _quoted_char(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
