"""The unit of work a thread is in: one request or one message, and what it must remember past its span.

A tracer forgets a span the moment it ends; the lines written after it (a teardown, a worker loop's "done", the
server's access log) still belong to it. The scope is what they find.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .ids import SpanIds
from .traffic import TrafficKind

if TYPE_CHECKING:
    from .tracing import SpanHandle


@dataclass(slots=True)
class Scope:
    """One request or message: its authenticated traffic, the ids and span of its entry, its route.

    `traced` is False for a health check: its lines carry no ids, because no trace of it is kept.
    """

    traffic: TrafficKind = "customer"
    ids: SpanIds | None = None
    entry: "SpanHandle | None" = None
    route: str = ""
    traced: bool = True
    faults: list[str] = field(default_factory=list)


_scope: ContextVar[Scope | None] = ContextVar("sightline_scope", default=None)


def current() -> Scope | None:
    """The scope of this thread or task, or None outside any request or message."""
    return _scope.get()


@contextmanager
def enter(scope: Scope) -> Iterator[Scope]:
    """Make `scope` the current one for the block."""
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


def push(scope: Scope) -> None:
    """Make `scope` current until `pop`: for the two ends of a WSGI response, which no block can hold."""
    _scope.set(scope)


def pop(scope: Scope) -> None:
    """Leave `scope` if it is still the current one (a response may be closed by another thread)."""
    if _scope.get() is scope:
        _scope.set(None)


def traffic() -> TrafficKind:
    """The kind of traffic in progress; `customer` outside any request."""
    scope = _scope.get()
    return scope.traffic if scope else "customer"
