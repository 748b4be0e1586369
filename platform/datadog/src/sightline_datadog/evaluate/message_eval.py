"""`{{eval "int(value) * 100"}}`: arithmetic on a message's numbers.

Operators and functions are those of https://docs.datadoghq.com/monitors/guide/template-variable-evaluation/.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)|(?P<name>[A-Za-z_@][\w.@]*)|(?P<sign>[-+*/^%(),]))"
)
_LONGEST = 500


class NoValueError(ValueError):
    """The expression has no value; the message says why."""


def _sign(value: float) -> float:
    return (value > 0) - (value < 0)


def _humanized(value: float, units: str, base: str) -> str:
    for unit in units:
        if abs(value) < 1024:
            return f"{value:.2f}".rstrip("0").rstrip(".") + f" {unit.strip()}{base}"
        value /= 1024
    return f"{value:.2f} Y{base}"


_FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs, "int": math.floor, "trunc": math.floor, "float": float, "dec": lambda x: x - math.floor(x),
    "round": round, "ceil": math.ceil, "floor": math.floor, "sgn": _sign, "exp": math.exp, "log10": math.log10,
    "sin": math.sin, "sinh": math.sinh, "asin": math.asin, "asinh": math.asinh, "cos": math.cos, "cosh": math.cosh,
    "acos": math.acos, "acosh": math.acosh, "tan": math.tan, "tanh": math.tanh, "atan": math.atan,
    "atan2": math.atan2, "atanh": math.atanh,
}  # fmt: skip
_TEXTS: dict[str, Callable[[float], str]] = {
    "humanize_bytes": lambda x: _humanized(x, " KMGTPEZ", "B"),
    "humanize_bits": lambda x: _humanized(x, " KMGTPEZ", "b"),
    "to_bool": lambda x: "true" if x else "false",
}


def evaluate(text: str, numbers: Mapping[str, float]) -> float | str:
    """Compute an expression.

    Raises:
        NoValueError: it cannot be read, names what is no number here, or is not defined.
    """
    if len(text) > _LONGEST:
        raise NoValueError("it is too long")
    found = re.fullmatch(r"\s*(humanize_bytes|humanize_bits|to_bool)\s*\((.*)\)\s*", text, re.DOTALL)
    inner = found[2] if found else text
    try:
        value = _Reader(inner, numbers).whole()
        return _TEXTS[found[1]](value) if found else value
    except (ZeroDivisionError, OverflowError, RecursionError) as error:
        raise NoValueError(f"`{text}` has no value") from error
    except (ValueError, TypeError) as error:
        raise error if isinstance(error, NoValueError) else NoValueError(f"`{text}` has no value") from error


class _Reader:
    """Reads by precedence: sums, products, powers, then what stands alone."""

    def __init__(self, text: str, numbers: Mapping[str, float]) -> None:
        self.text, self.numbers, self.at = text, numbers, 0

    def whole(self) -> float:
        value = self.sum()
        if self.text[self.at :].strip():
            raise NoValueError(f"`{self.text[self.at :].strip()}` was not expected in `{self.text}`")
        return value

    def sum(self) -> float:
        value = self.product()
        while sign := self.taken("+-"):
            value = value + self.product() if sign == "+" else value - self.product()
        return value

    def product(self) -> float:
        value = self.power()
        while sign := self.taken("*/%"):
            other = self.power()
            value = value * other if sign == "*" else value / other if sign == "/" else math.fmod(value, other)
        return value

    def power(self) -> float:
        if self.taken("-"):
            return -self.power()
        value = self.alone()
        return float(value ** self.power()) if self.taken("^") else value

    def alone(self) -> float:
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            raise NoValueError(f"`{self.text}` ends too early")
        self.at = found.end()
        if found["number"]:
            return float(found["number"])
        if found["sign"] == "(":
            value = self.sum()
            self.need(")")
            return value
        name = found["name"]
        if name is None:
            raise NoValueError(f"`{found['sign']}` was not expected in `{self.text}`")
        if self.taken("("):
            return self.call(name)
        if name not in self.numbers:
            raise NoValueError(f"`{name}` is no number here")
        return self.numbers[name]

    def call(self, name: str) -> float:
        if name not in _FUNCTIONS:
            raise NoValueError(f"there is no function `{name}`")
        arguments = [self.sum()]
        while self.taken(","):
            arguments.append(self.sum())
        self.need(")")
        return float(_FUNCTIONS[name](*arguments))

    def taken(self, signs: str) -> str:
        found = _TOKEN.match(self.text, self.at)
        if found is None or not found["sign"] or found["sign"] not in signs:
            return ""
        self.at = found.end()
        return found["sign"]

    def need(self, sign: str) -> None:
        if not self.taken(sign):
            raise NoValueError(f"`{sign}` is missing in `{self.text}`")
