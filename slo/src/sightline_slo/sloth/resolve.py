"""What a plain scalar means to go-yaml v2: a text, a number, a truth value or nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from math import isinf

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(
    r"[0-9]{4}-(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-9]|3[01])"
    r"(([Tt]([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9](\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2}))"
    r"|( ([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9](\.[0-9]+)?))?"
)
_INTEGERS = (
    (re.compile(r"([-+]?)0[xX]([0-9a-fA-F]+)"), 16),
    (re.compile(r"([-+]?)0[bB]([01]+)"), 2),
    (re.compile(r"([-+]?)0[oO]([0-7]+)"), 8),
    (re.compile(r"([-+]?)0([0-7]+)"), 8),
    (re.compile(r"([-+]?)(0|[1-9][0-9]*)"), 10),
)
_MIN, _MAX = -(1 << 63), (1 << 64) - 1


@lru_cache(maxsize=65536)
def is_text(text: str) -> bool:
    """Whether a text without quotes is read as that text again; a date is not."""
    first = text[:1]
    if first and first not in "+-0123456789yYnNtTfFoO~.":
        return True
    if text in _WORDS or _DATE.fullmatch(text):
        return False
    return not isinstance(resolve(text), int | float)


@lru_cache(maxsize=65536)
def resolve(text: str) -> Scalar:
    """Return what a plain scalar stands for; a date stands for its text."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first == ".":
        return _float(text)
    if first not in "+-0123456789" or _DATE.fullmatch(text):
        return text
    bare = text.replace("_", "")
    for pattern, base in _INTEGERS:
        if found := pattern.fullmatch(bare):
            number = int(found[1] + found[2], base)
            if _MIN <= number <= _MAX and not (found[1] and number > _MAX >> 1):
                return number
    value = _float(bare)
    return text if isinstance(value, str) else value


def _float(text: str) -> float | str:
    value = float(text) if _FLOAT.fullmatch(text) else float("inf")
    return text if isinf(value) else value
