"""`sloth.dev/contrib/validate_victoria_metrics/v1`: validation that leaves MetricsQL alone.

Sloth parses the queries as MetricsQL. No parser of MetricsQL runs in Python: here a query must only be closed, its
brackets and quotes in pairs; what it says is VictoriaMetrics' to refuse.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_slo.sloth.model import SlothError
from sightline_slo.sloth.validate import validate

if TYPE_CHECKING:
    from sightline_slo.sloth.model import Request, Rules
    from sightline_slo.sloth.plugins import Process

_LITERAL = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def new_plugin(_config: Any) -> Process:
    """Validate as Sloth does, but for the queries' language."""
    return _process


def _process(request: Request, _rules: Rules) -> None:
    try:
        validate(request.slo, _fault)
    except SlothError as error:
        raise SlothError(f'invalid slo "{request.slo.id}": {error}') from error


def _fault(query: str) -> str | None:
    bare = _LITERAL.sub("", query)
    open_ones: list[str] = []
    for char in bare:
        if char in _PAIRS.values():
            open_ones.append(char)
        elif char in _PAIRS and (not open_ones or open_ones.pop() != _PAIRS[char]):
            return f"missing '{_PAIRS[char]}'"
        elif char in "\"'`":
            return "a text is not closed"
    if open_ones:
        return f"'{open_ones[-1]}' is not closed"
    return None if bare.strip() else "the query is empty"
