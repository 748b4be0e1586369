"""Conditions of a query, collected with their parameters."""

from __future__ import annotations

from typing import Any


class Where:
    """`WHERE` with positional parameters; empty, it holds for every row."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.parameters: list[Any] = []

    def add(self, condition: str, *parameters: Any) -> None:
        """Require one more condition."""
        self._parts.append(f"({condition})")
        self.parameters += parameters

    def __str__(self) -> str:
        return " AND ".join(self._parts) or "true"


def hex_id(high: int | None, low: int) -> str:
    """Return a trace id as 32 hexadecimal digits."""
    return f"{high or 0:016x}{low:016x}"
