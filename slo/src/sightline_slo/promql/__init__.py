"""PromQL: whether a query is one. Parsed by `promql-parser`, a Rust implementation of Prometheus's own grammar."""

from __future__ import annotations

import re
from functools import lru_cache

# A literal after an operator that takes no regular expression, without escapes: what it says cannot make a query wrong.
_LITERAL = re.compile(r'(?<![~=!<>])(=|!=)(\s*)"[^"\\\n{}]+"')


def shape(query: str) -> str:
    """Return the query with the values of its plain matchers left out: one shape is parsed once."""
    return _LITERAL.sub(r'\1\2"x"', query)


def fault(query: str) -> str | None:
    """Return what is wrong with a query, or None."""
    return _fault(shape(query))


@lru_cache(maxsize=8192)
def _fault(query: str) -> str | None:
    # The parser takes 20 ms to load, and a run that finds everything in its cache needs none.
    import promql_parser

    try:
        promql_parser.parse(query)
    except ValueError as error:
        return str(error)
    return None
