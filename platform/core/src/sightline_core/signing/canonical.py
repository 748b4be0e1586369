"""Canonical JSON: one value, one text (RFC 8785, the JSON Canonicalization Scheme)."""

from __future__ import annotations

import json
import math
from typing import Any

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON keeps (RFC 7493)."""


def canonical(value: Any) -> bytes:
    """Return the canonical text of a JSON value, as UTF-8.

    Raises:
        ValueError: the value holds what JSON or the scheme cannot: NaN, a whole number above `LARGEST`, a key that is
            no text, a lone surrogate, an object of another type.
    """
    try:
        return _text(value).encode()
    except UnicodeEncodeError as error:
        raise ValueError("a text holds half of a surrogate pair") from error


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"{value} is larger than what JSON keeps")
        return str(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_text, value))}]"
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise ValueError(f"the key {key!r} is no text")  # noqa: TRY004 - one error for all that cannot be said
        # The scheme sorts by UTF-16 units, which differs from code points above U+FFFF.
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_text(key)}:{_text(each)}" for key, each in pairs) + "}"
    raise ValueError(f"{type(value).__name__} is no value of JSON")


def number(value: float) -> str:
    """Spell a floating-point number as ECMAScript does, which is what the scheme takes.

    Python's digits are the same, the shortest that read back; where the point and the exponent stand is not.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number of JSON")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{point - 1:+d}"
