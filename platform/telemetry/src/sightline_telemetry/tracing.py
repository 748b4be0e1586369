"""What a tracer is to the rest of this package: one small protocol, implemented once per mode in `providers`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from .ids import SpanIds

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

Kind = Literal["internal", "server", "client", "producer", "consumer"]
AttributeValue = str | bool | int | float
Attributes = Mapping[str, AttributeValue]


@dataclass(frozen=True, slots=True)
class RemoteContext:
    """A span of another process, as headers or message fields carried it here.

    `ids` is None when the carrier held none. `native` is the tracer's own object and is opaque to everybody else;
    `carrier` is what it was read from.
    """

    ids: SpanIds | None = None
    carrier: Mapping[str, str] = field(default_factory=dict)
    native: Any = None


class SpanHandle(Protocol):
    """A running span."""

    @property
    def ids(self) -> SpanIds | None:
        """The span's ids."""
        ...

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        """Set one attribute."""
        ...

    def record_error(self, error: BaseException) -> None:
        """Mark the span as failed by `error`."""
        ...


class Tracing(Protocol):
    """One tracer. Every method may be called from any thread and never raises for want of a receiver."""

    def span(
        self,
        name: str,
        *,
        kind: Kind = "internal",
        attributes: Attributes | None = None,
        parent: RemoteContext | None = None,
        links: Sequence[RemoteContext] = (),
    ) -> AbstractContextManager[SpanHandle]:
        """Run the block in a new span, a child of `parent` (default: of the current span)."""
        ...

    def current(self) -> SpanHandle | None:
        """The running span, if any."""
        ...

    def entry(self) -> SpanHandle | None:
        """The span by which the request or message in progress entered this process, if any."""
        ...

    def untraced(self) -> AbstractContextManager[None]:
        """Run the block (a health check) without leaving a trace of it."""
        ...

    def inject(self, carrier: dict[str, str]) -> None:
        """Write the current context: traceparent, tracestate, baggage and x-datadog-*."""
        ...

    def extract(self, carrier: Mapping[str, str]) -> RemoteContext:
        """Read a context in either family of headers, keys in lower case."""
        ...

    def instrument_flask(self, app: "Flask") -> None:
        """Give every request of `app` (health checks aside) a server span."""
        ...

    def instrument_engine(self, engine: "Engine") -> None:
        """Give every statement of `engine` a client span."""
        ...

    def outgoing(self, headers: dict[str, str]) -> None:
        """Add to an outgoing call's headers what no instrumentation of the HTTP client adds by itself."""
        ...

    def flush(self, timeout_s: float) -> None:
        """Send what is buffered, waiting no longer than `timeout_s`."""
        ...

    def shutdown(self, timeout_s: float) -> None:
        """Flush and stop; no span is recorded afterwards."""
        ...
