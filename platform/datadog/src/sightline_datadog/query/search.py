r"""The search of logs, RUM, CI, audit and other events: `service:web -status:ok @http.status_code:[400 TO 499]`.

It stands inside a quoted text of the monitor's query, where a quote of its own is written `\"`; terms are kept as they
are written. https://docs.datadoghq.com/logs/explorer/search_syntax/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_datadog.query import tree
from sightline_datadog.query.boolean import Dialect, any_of, bracketed, refused
from sightline_datadog.query.filters import values_in
from sightline_datadog.query.problems import QuerySyntaxError

if TYPE_CHECKING:
    from sightline_datadog.query.scanner import Scanner

_PHRASE = r"\\\"(?:[^\"\\]|\\[^\"])*\\\"|\"(?:[^\"\\]|\\.)*\""
_TERM = re.compile(rf"(?:{_PHRASE}|\\.|\[[^\]\[()]*\]|\{{[^}}{{()]*\}}|[^\s()\"])+", re.DOTALL)
_SIGN = re.compile(r"NOT\b|[-!](?![-!\s]|$)")
_OPERATOR = re.compile(r"(?:AND|OR)(?![^\s()])")


def parse_search(scanner: Scanner) -> tree.Filter:
    """Parse a whole search; nothing at all finds everything."""
    if scanner.at_end():
        return tree.All((), ("",))
    found = any_of(scanner, DIALECT)
    if not scanner.at_end():
        scanner.fail("the search goes on after its end", help="every `)` needs its `(`")
    return found


def _one(scanner: Scanner) -> tree.Filter:
    start = scanner.skip()
    sign = scanner.match(_SIGN)
    if sign:
        scanner.descend()
        inner = _one(scanner)
        scanner.depth -= 1
        return refused(inner, sign.group())
    if scanner.take("("):
        scanner.descend()
        inner = any_of(scanner, DIALECT)
        scanner.depth -= 1
        scanner.need(")", "to close the bracket")
        return bracketed(inner)
    if _OPERATOR.match(scanner.text, start):
        scanner.fail("expected a term of the search", label="an operator stands between two terms")
    term = scanner.match(_TERM) or scanner.fail("expected a term of the search")
    text = term.group()
    if text.endswith(":") and scanner.text.startswith("(", scanner.position):
        return _of_one_key(scanner, text, start)
    return tree.Term(text, at=(start, scanner.position))


def _of_one_key(scanner: Scanner, head: str, start: int) -> tree.Filter:
    opening = scanner.position
    try:
        values, words = values_in(scanner, _TERM)
    except QuerySyntaxError:
        # `key:(a AND NOT b)` and deeper: kept whole, up to the bracket that closes it.
        end = _closing(scanner.text, opening)
        if end is None:
            scanner.fail("expected `)`", start=opening, label="this bracket is never closed")
        scanner.position = end
        return tree.Term(scanner.text[start:end], at=(start, end))
    return tree.Membership(head[:-1], values, at=(start, scanner.position), word=":", words=words)


def _closing(text: str, opening: int) -> int | None:
    depth = 0
    for found in re.finditer(r"\\.|[()]", text[opening:]):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        if depth == 0 and found.group() == ")":
            return opening + found.end()
    return None


DIALECT = Dialect(re.compile(r"OR(?![^\s()])|\|\|"), re.compile(r"AND(?![^\s()])|&&"), _one, ")")
