"""PromQL: whether a query is one. Parsed by `promql-parser`, a Rust implementation of Prometheus's own grammar."""

from __future__ import annotations

import re
from functools import lru_cache

# A literal after an operator that takes no regular expression, without escapes: what it says cannot make a query wrong.
_LITERAL = re.compile(r'(?<![~=!<>])(=|!=)(\s*)"[^"\\\n{}]+"')
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*")
_CALL = re.compile(r"\b([a-z_][a-z0-9_]*)\s*\(")
_DIGITS = re.compile(r"(?<![\w.])([0-9]+)((?:_[0-9]+)+)(?!\w)")
_REPEATED = re.compile(r"\{([0-9]+)(?:,([0-9]*))?\}")
_MOST_REPEATS = 1000

# https://prometheus.io/docs/prometheus/latest/feature_flags/: the parser knows them, a plain Prometheus does not.
EXPERIMENTAL = frozenset(
    {
        "double_exponential_smoothing",
        "end",
        "fill",
        "fill_left",
        "fill_right",
        "first_over_time",
        "histogram_quantiles",
        "info",
        "limit_ratio",
        "limitk",
        "mad_over_time",
        "max_of",
        "min_of",
        "range",
        "sort_by_label",
        "sort_by_label_desc",
        "start",
        "step",
        "ts_of_first_over_time",
        "ts_of_last_over_time",
        "ts_of_max_over_time",
        "ts_of_min_over_time",
    }
)


def shape(query: str) -> str:
    """Return the query with the values of its plain matchers left out: one shape is parsed once."""
    return _LITERAL.sub(r'\1\2"x"', query)


def fault(query: str) -> str | None:
    """Return what is wrong with a query, or None."""
    return fault_of(shape(query))


@lru_cache(maxsize=8192)
def fault_of(query: str) -> str | None:
    """Return what is wrong with a query whose shape is known already."""
    # The parser takes 20 ms to load, and a run that finds everything in its cache needs none.
    import promql_parser

    try:
        # Prometheus takes 1_000 for a number, the parser does not.
        promql_parser.parse(_DIGITS.sub(lambda found: found[0].replace("_", ""), query))
    except ValueError as error:
        return str(error)
    return _experimental(query) or _repeats(query)


def _experimental(query: str) -> str | None:
    # `@ start()` is no call.
    bare = re.sub(r"@\s*(start|end)\s*\(", "", _STRING.sub("", query))
    for found in _CALL.finditer(bare):
        if found[1] in EXPERIMENTAL:
            return f"`{found[1]}` is experimental: a Prometheus without --enable-feature refuses it"
    return None


def _repeats(query: str) -> str | None:
    """Go's regular expressions repeat a thousand times at most, Rust's more often."""
    for literal in _STRING.finditer(query):
        for found in _REPEATED.finditer(literal[0]):
            if any(each and int(each) > _MOST_REPEATS for each in found.groups()):
                return f"invalid repeat count in a regular expression: {found[0]}"
    return None
