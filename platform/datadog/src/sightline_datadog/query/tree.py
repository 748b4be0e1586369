"""The tree of a query.

Offsets (`at`) tell where a node stands, in characters. Spelling (`written`, `words`, `sign`, `brackets`, …) tells which
of several ways to say the same was chosen, so that a query prints back as it came; a node made by hand needs none.
Equality overlooks both.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any as Any_
from typing import Literal

At = tuple[int, int]
Operator = Literal["+", "-", "*", "/"]
Comparator = Literal[">", ">=", "<", "<=", "==", "!="]


def _spelling(default: Any_ = "") -> Any_:
    return field(default=default, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Term:
    """`tag:value`, a bare tag, `*`, or a template variable; `*` inside matches any run of characters."""

    text: str
    negated: bool = False
    at: At = field(default=(0, 0), compare=False)
    sign: str = _spelling("!")
    brackets: int = _spelling(0)

    @property
    def key(self) -> str:
        """The tag's key: what stands before the first colon, or the whole."""
        return self.text.split(":", 1)[0]

    @property
    def value(self) -> str | None:
        """The tag's value, None for a bare tag."""
        parts = self.text.split(":", 1)
        return parts[1] if len(parts) == 2 else None


@dataclass(frozen=True, slots=True)
class Membership:
    """`key IN (a, b)` or `key NOT IN (a, b)`."""

    key: str
    values: tuple[str, ...]
    negated: bool = False
    at: At = field(default=(0, 0), compare=False)
    sign: str = _spelling()
    word: str = _spelling()
    words: tuple[str, ...] = _spelling(())
    brackets: int = _spelling(0)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds: `a, b` or `a AND b`."""

    parts: tuple[Filter, ...]
    words: tuple[str, ...] = _spelling(())
    brackets: int = _spelling(0)


@dataclass(frozen=True, slots=True)
class Any:
    """Some part holds: `a OR b`."""

    parts: tuple[Filter, ...]
    words: tuple[str, ...] = _spelling(())
    brackets: int = _spelling(0)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold: `NOT (…)`."""

    part: Filter
    sign: str = _spelling("NOT")
    brackets: int = _spelling(0)


Filter = Term | Membership | All | Any | Not


@dataclass(frozen=True, slots=True)
class Condition:
    """`v: v<=0.3`: which of a distribution's values are counted."""

    comparator: Comparator
    threshold: float
    written: str = _spelling()


@dataclass(frozen=True, slots=True)
class Call:
    """`.name(arguments)` behind a query, arguments as written (quotes kept)."""

    name: str
    arguments: tuple[str, ...] = ()
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """`aggregator:metric{where} by {groups}.calls()`; the aggregator may carry a condition on values."""

    aggregator: str
    metric: str
    where: All
    by: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    condition: Condition | None = None
    at: At = field(default=(0, 0), compare=False)
    bare: bool = _spelling(False)  # noqa: FBT003 - a field's default
    brackets: int = _spelling(0)

    def has(self, call: str) -> bool:
        """Whether `.call()` stands behind the query."""
        return any(each.name == call for each in self.calls)


@dataclass(frozen=True, slots=True)
class Number:
    """A literal."""

    value: float
    at: At = field(default=(0, 0), compare=False)
    written: str = _spelling()
    brackets: int = _spelling(0)


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted argument of a function, or a bare word; `quote` is the character or empty."""

    value: str
    quote: str = "'"
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left operator right`."""

    operator: Operator
    left: Expression
    right: Expression
    at: At = field(default=(0, 0), compare=False)
    brackets: int = _spelling(0)


@dataclass(frozen=True, slots=True)
class Function:
    """`name(arguments)` around queries, possibly with calls behind it."""

    name: str
    arguments: tuple[Expression, ...]
    calls: tuple[Call, ...] = ()
    at: At = field(default=(0, 0), compare=False)
    brackets: int = _spelling(0)


@dataclass(frozen=True, slots=True)
class Keyword:
    """`name=value` among the arguments of a function, such as `direction='above'`."""

    name: str
    value: Number | Text
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Variable:
    """The name of a query in a formula, such as `query1`."""

    name: str
    at: At = field(default=(0, 0), compare=False)
    brackets: int = _spelling(0)


@dataclass(frozen=True, slots=True)
class Listing:
    """`a, b`: several queries in one legacy `q` of a dashboard; never part of a larger expression."""

    parts: tuple[Expression, ...]
    at: At = field(default=(0, 0), compare=False)


Expression = MetricQuery | Number | Text | Arithmetic | Function | Keyword | Variable | Listing


@dataclass(frozen=True, slots=True)
class BurnRate:
    """`burn_rate("slo").over("30d").long_window("1h").short_window("5m") > 14.4`; windows in seconds."""

    slo_id: str
    over: str
    long_window_s: int
    short_window_s: int
    comparator: Comparator
    threshold: float
    at: At = field(default=(0, 0), compare=False)
    spelled: tuple[tuple[str, str], ...] = _spelling(())
    quote: str = _spelling('"')
    written: str = _spelling()


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """`error_budget("slo").over("30d") > 75`: percent of the budget that is used up."""

    slo_id: str
    over: str
    comparator: Comparator
    threshold: float
    at: At = field(default=(0, 0), compare=False)
    spelled: tuple[tuple[str, str], ...] = _spelling(())
    quote: str = _spelling('"')
    written: str = _spelling()


@dataclass(frozen=True, slots=True)
class MetricAlert:
    """`avg(last_5m):expression > 5`; the window in seconds.

    `other` is the window's text where it is of a kind that is known and not evaluated, such as `avg(current_1mo)` or
    `change(min(last_1m),last_5m)`; the aggregator is empty and the window 0 then.
    """

    aggregator: str
    window_s: int
    expression: Expression
    comparator: Comparator
    threshold: float
    other: str = ""
    at: At = field(default=(0, 0), compare=False)
    window: str = _spelling()
    written: str = _spelling()


MonitorQuery = BurnRate | ErrorBudget | MetricAlert


def queries(expression: Expression) -> tuple[MetricQuery, ...]:
    """Return every metric query inside an expression, left to right, without the brackets that it stands in."""
    match expression:
        case MetricQuery():
            return (replace(expression, brackets=0) if expression.brackets else expression,)
        case Arithmetic(left=left, right=right):
            return queries(left) + queries(right)
        case Function(arguments=inside) | Listing(parts=inside):
            return tuple(query for each in inside for query in queries(each))
        case _:
            return ()
