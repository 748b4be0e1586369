"""Forms that only the server itself writes: what has such a form, where the server writes it, is no secret."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Form = "Callable[[object], object]"
"""Takes a value and returns it, or None where it has not the form."""

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HMAC = re.compile(r"hmac-sha256:[0-9a-f]{64}")
_TRACE = re.compile(r"00-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-[0-9a-f]{2}")
_LONGEST_S = 100 * 366 * 86400


def _matching(form: re.Pattern[str]) -> Callable[[object], object]:
    return lambda value: value if isinstance(value, str) and form.fullmatch(value) else None


time = _matching(_TIME)
uuid = _matching(_UUID)
hashed = _matching(_HMAC)
"""What an audit device has hashed: nobody reads it back without the device's salt."""


def flag(value: object) -> object:
    """Take true and false."""
    return value if isinstance(value, bool) else None


def seconds(value: object) -> object:
    """Take a time of up to a century."""
    return value if type(value) is int and 0 <= value <= _LONGEST_S else None


def port(value: object) -> object:
    """Take a port."""
    return value if type(value) is int and 0 <= value < 65536 else None


def address(value: object) -> object:
    """Take an IP address, as the standard library writes it."""
    try:
        return str(ipaddress.ip_address(value)) if isinstance(value, str) and "%" not in value else None
    except ValueError:
        return None


def one_of(*choices: str) -> Callable[[object], object]:
    """Take one of these."""
    known = frozenset(choices)
    return lambda value: value if isinstance(value, str) and value in known else None


def traced(value: object) -> tuple[str, str] | None:
    """Return trace and span id of a `traceparent` header: https://www.w3.org/TR/trace-context/."""
    found = _TRACE.fullmatch(value) if isinstance(value, str) else None
    return (found["trace"], found["span"]) if found else None
