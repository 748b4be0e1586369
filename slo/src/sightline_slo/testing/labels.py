"""Series for PromQL: labels that a query's selectors take, and labels that they leave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import promql_parser
from promql_parser import MatchOp

from sightline_slo.model import Events

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_slo.model import Query, Sli

_WINDOW = re.compile(r"\{\{ *\.window *\}\}")
_ATOMS = re.compile(r"\\d|\\w|\\(.)|\[(.)[^\]]*\]|\.|\(|\)|[^.\\\[()]")
_OTHER = ("other", "200", "none", "")
"""Values that most matchers on failures leave out."""


class NoSeriesError(Exception):
    """No series can be made for this SLI; the message says why."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A metric and its matchers as (operator, label, value)."""

    metric: str
    matchers: tuple[tuple[str, str, str], ...]

    def takes(self, labels: dict[str, str]) -> bool:
        """Whether a series with these labels is selected."""
        return all(_holds(operator, labels.get(name, ""), value) for operator, name, value in self.matchers)


@dataclass(frozen=True, slots=True)
class Shape:
    """The two series of an SLI.

    Args:
        some: what its query of bad (or good) events selects.
        rest: what else there is: everything or, if `split`, the others.
        split: whether the total is the sum of both.
        of_good: whether `some` are the good ones.
    """

    some: str
    rest: str
    split: bool
    of_good: bool


def shape(sli: Sli) -> Shape:
    """Find series for an SLI.

    Raises:
        NoSeriesError: it is none that counts events, or its selectors are too much for this.
    """
    if not isinstance(sli, Events):
        raise NoSeriesError("it counts no events, so that nothing says which series are bad")
    total = _selector(sli.total)
    part = sli.bad if sli.bad is not None else sli.good
    assert part is not None  # noqa: S101 - one of the two is there
    some = _selector(part)
    inside = _labels((*total.matchers, *some.matchers) if some.metric == total.metric else some.matchers)
    if not some.takes(inside) or (some.metric == total.metric and not total.takes(inside)):
        raise NoSeriesError(f"no labels were found that `{part.text}` selects")
    of_good = sli.bad is None
    if some.metric != total.metric:
        rest = _text(total.metric, _labels(total.matchers))
        return Shape(_text(some.metric, inside), rest, split=False, of_good=of_good)
    outside = next((each for each in _variations(inside, some) if total.takes(each) and not some.takes(each)), None)
    if outside is None:
        raise NoSeriesError("no labels were found that the total selects and the other query does not")
    return Shape(_text(some.metric, inside), _text(total.metric, outside), split=True, of_good=of_good)


def _selector(query: Query) -> Selector:
    found: list[promql_parser.VectorSelector] = []

    def visit(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)

    promql_parser.walk(promql_parser.parse(_WINDOW.sub("5m", query.text)), visit)
    if len(found) != 1 or found[0].name is None:
        raise NoSeriesError(f"`{query.text.strip()}` is made of {len(found)} metrics, not of one")
    matchers = tuple((_operator(each.op), each.name, each.value) for each in found[0].matchers.matchers)
    return Selector(found[0].name, matchers)


def _operator(given: MatchOp) -> str:
    # The binding's operators compare, but have no hash.
    known = ((MatchOp.Equal, "="), (MatchOp.NotEqual, "!="), (MatchOp.Re, "=~"))
    return next((sign for operator, sign in known if given == operator), "!~")


def _labels(matchers: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    labels: dict[str, str] = {}
    # An equality says all; a pattern only narrows what no equality has said.
    for operator, name, value in sorted(matchers, key=lambda each: ("=", "=~", "!=", "!~").index(each[0])):
        if operator == "=":
            labels.setdefault(name, value)
        elif operator == "=~":
            labels.setdefault(name, _example(value))
        elif not _holds(operator, labels.get(name, ""), value):
            labels[name] = next((each for each in _OTHER if _holds(operator, each, value)), "")
    return {name: value for name, value in labels.items() if value}


def _variations(labels: dict[str, str], selector: Selector) -> Iterator[dict[str, str]]:
    for _, name, value in selector.matchers:
        for other in (*_OTHER, value):
            changed = {**labels, name: other}
            yield {key: each for key, each in changed.items() if each}


def _example(pattern: str) -> str:
    """Return a text that a pattern takes, for patterns as people write them in matchers."""
    for alternative in (*pattern.split("|"), pattern):
        atoms = re.sub(r"(?<!\\)[*+?]", "", alternative)
        made = "".join(_atom(found) for found in _ATOMS.finditer(atoms))
        for each in (made, made + "0"):
            if re.fullmatch(pattern, each):
                return each
    raise NoSeriesError(f"no text was found that the pattern `{pattern}` takes")


def _atom(found: re.Match[str]) -> str:
    text = found[0]
    if text in {".", r"\d", r"\w"}:
        return "0"
    if text in {"(", ")"}:
        return ""
    return found[1] or found[2] or text


def _holds(operator: str, value: str, wanted: str) -> bool:
    match operator:
        case "=":
            return value == wanted
        case "!=":
            return value != wanted
        case "=~":
            return re.fullmatch(wanted, value) is not None
        case _:
            return re.fullmatch(wanted, value) is None


def _text(metric: str, labels: dict[str, str]) -> str:
    inner = ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    return f"{metric}{{{inner}}}"
