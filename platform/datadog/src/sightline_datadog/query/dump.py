"""A tree as plain data, for JSON and for reading."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any


def as_data(node: Any) -> Any:
    """Return a node as a mapping that begins with its kind; spelling is left out."""
    if isinstance(node, tuple):
        return [as_data(each) for each in node]
    if not is_dataclass(node):
        return node
    kept = {each.name: getattr(node, each.name) for each in fields(node) if each.compare or each.name == "at"}
    return {"node": type(node).__name__, **{name: as_data(value) for name, value in kept.items()}}


def as_lines(data: Any, name: str = "", depth: int = 0) -> list[str]:
    """Return what `as_data` gives as indented lines; empty fields are left out."""
    head = "  " * depth + (f"{name}: " if name else "")
    if isinstance(data, dict):
        inner = [(key, value) for key, value in data.items() if key not in {"node", "at"} and value not in ([], None)]
        place = "{}-{}".format(*data["at"]) if data.get("at", [0, 0]) != [0, 0] else ""
        lines = [f"{head}{data['node']} {place}".rstrip()]
        return lines + [line for key, value in inner for line in as_lines(value, key, depth + 1)]
    if isinstance(data, list):
        if all(isinstance(each, str) for each in data):
            return [head + ", ".join(data)]
        return [head.rstrip(), *(line for each in data for line in as_lines(each, "-", depth + 1))]
    return [f"{head}{data}"]
