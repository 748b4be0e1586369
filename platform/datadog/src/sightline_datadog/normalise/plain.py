"""What the kinds share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def without(body: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return a copy less some keys."""
    dropped = set(keys)
    return {key: value for key, value in body.items() if key not in dropped}


def without_empty(body: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return a copy less those of the keys that hold nothing: null, "", [] or {} say the same to the vendor."""
    empty = set(keys)
    return {key: value for key, value in body.items() if key not in empty or value not in (None, "", [], {})}


def tags(value: object) -> list[str]:
    """Return tags as the set they are, in the lower case in which they are kept: the vendor gives them in any order."""
    return sorted({str(each).lower() for each in value}) if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return a list of texts as the set it is."""
    return sorted({str(each) for each in value}) if isinstance(value, list) else []


def numbers(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return numbers as floats: an integer threshold comes back as one, and 1 is not 1.0 to a reader of JSON."""
    return {
        key: float(each) if isinstance(each, int | float) and not isinstance(each, bool) else each
        for key, each in value.items()
        if each is not None
    }


def without_null(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy less what is null: a field left out."""
    return {key: value for key, value in body.items() if value is not None}


def with_defaults(body: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy in which what the vendor takes for a field left out is said."""
    return {**defaults, **body}
