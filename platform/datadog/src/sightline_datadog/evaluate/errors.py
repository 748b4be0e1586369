"""What the evaluator says of what it cannot compute."""

from __future__ import annotations


class NotEvaluatedError(Exception):
    """This cannot be computed here; the message says why. It becomes a state, never a pass."""


def number_of(value: object, what: str) -> float:
    """Read a number of a body that others wrote.

    Raises:
        NotEvaluatedError: it is none.
    """
    if isinstance(value, int | float | str):
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    raise NotEvaluatedError(f"{what} is no number: {str(value)[:50]!r}")
