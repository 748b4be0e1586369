"""Following a value through the compiled specifications: what a field of it is called and what it is when left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Shape = dict[str, Any] | None
"""The compiled schema of a value; None below what the specification does not describe."""


class Walker:
    """Resolves names and unions for one value at a time."""

    def __init__(self, types: dict[str, Any]) -> None:
        self._types = types

    def shape(self, given: Any, value: Any) -> Shape:
        """Return the shape that a value has where a schema is given, a union's member chosen by what the value says."""
        while isinstance(given, str):
            given = self._types[given]
        if given is None or given["is"] in {"anything", "mapping"}:
            return None
        if given["is"] != "either":
            return dict(given)
        return self._member(given, value)

    def _member(self, given: dict[str, Any], value: Any) -> Shape:
        candidates: Sequence[int] = range(len(given["members"]))
        if given.get("by") and isinstance(value, dict):
            told = given["told"].get(str(value.get(given["by"])), [])
            candidates = [*told, *given["others"]]
        shapes = [self.shape(given["members"][index], value) for index in candidates]
        fitting = [each for each in shapes if each is not None and fits(each, value)]
        if not isinstance(value, dict):
            return fitting[0] if fitting else None
        # The member that knows most of what stands there.
        return max(fitting, key=lambda each: len(value.keys() & each["has"].keys()), default=None)


def fits(shape: Shape, value: Any) -> bool:
    """Whether a value is of the type that a shape has, whatever is in it."""
    if shape is None:
        return False
    wanted = {dict: "object", list: "list", str: "text", bool: "flag"}.get(type(value))
    return shape["is"] == wanted or (wanted is None and shape["is"] in {"number", "integer"})
