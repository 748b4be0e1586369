"""What the evaluator says of what it cannot compute."""

from __future__ import annotations


class NotEvaluatedError(Exception):
    """This cannot be computed here; the message says why. It becomes a state, never a pass."""
