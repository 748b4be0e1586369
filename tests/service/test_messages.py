"""Messages over a real Redis: true with their facts, delivered at least once, handled once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import func, insert, select
from sqlalchemy.exc import OperationalError

from sightline_service import consumer as consumers
from sightline_service import outbox
from sightline_service.consumer import Consumer
from sightline_service.outbox import OutboxRelay
from sightline_telemetry.broker import Broker, Message
from tests.support.redis import redis_server
from tests.support.service import wait_for

from .kit import FACT, KIT, made, roll_back_after

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from sightline_service.database import Database


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Any]]:
    """One Redis for the module; each test has a stream of its own."""
    with redis_server() as found:
        yield found


@pytest.fixture
def broker(server: tuple[str, Any]) -> Iterator[Broker]:
    client: Any = redis.Redis.from_url(server[0])
    yield Broker(client)
    client.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database, _ = made(f"sqlite:///{tmp_path}/m.db")
    yield database
    database.dispose()


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "BLOCK_MS", 20)
    monkeypatch.setattr(consumers, "CLAIM_IDLE_MS", 20)
    monkeypatch.setattr(consumers, "RETRY_S", 0.01)


@pytest.fixture
def stream(request: pytest.FixtureRequest) -> str:
    return f"stream.{request.node.name}"


def publish(database: Database, stream: str, number: int) -> None:
    with database.write() as connection:
        outbox.add(connection, KIT, stream, {"number": str(number)})


def numbers(database: Database) -> list[int]:
    with database.read() as connection:
        return [int(row.number) for row in connection.execute(select(FACT).order_by(FACT.c.number))]


def write_down(connection: Connection, message: Message) -> None:
    connection.execute(insert(FACT).values(number=int(message.fields["number"])))


class Running:
    """A consumer in a thread."""

    def __init__(self, database: Database, broker: Broker, stream: str, handle: Any = write_down) -> None:
        self.stop = threading.Event()
        consumer = Consumer(
            database, KIT, broker, stream=stream, group="g", key=lambda found: found.fields["number"], handle=handle
        )
        self.thread = threading.Thread(target=consumer.run, args=(self.stop,))

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()


def test_a_fact_that_is_rolled_back_sends_nothing(database: Database, broker: Broker, stream: str) -> None:
    """No fact, no message; with the fact, its message, once it was published gone from the outbox."""
    with pytest.raises(ZeroDivisionError):
        roll_back_after(database, lambda connection: outbox.add(connection, KIT, stream, {"number": "1"}))
    relay = OutboxRelay(database, KIT, broker)
    assert relay.step() == 0
    publish(database, stream, 2)
    assert (relay.step(), relay.step()) == (1, 0)
    assert broker.redis.xlen(stream) == 1


def test_a_crash_after_publishing_publishes_again_and_counts_once(
    database: Database, broker: Broker, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the broker's answer and its own note, the relay repeats; the consumer does not."""
    publish(database, stream, 7)
    relay = OutboxRelay(database, KIT, broker)
    with monkeypatch.context() as patch:

        def killed(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(type(database), "write", killed)
        with pytest.raises(KeyboardInterrupt):
            relay.step()
    assert relay.step() == 1
    assert broker.redis.xlen(stream) == 2
    with Running(database, broker, stream):
        # The numbers first: there is no group to ask about before the consumer has begun.
        wait_for(lambda: numbers(database) and broker.redis.xpending(stream, "g")["pending"] == 0)
    assert numbers(database) == [7]


def test_a_broker_that_is_away_is_waited_for(database: Database, broker: Broker, stream: str) -> None:
    """While Redis cannot be reached the outbox keeps everything, in order."""
    nowhere: Any = redis.Redis(unix_socket_path="/nonexistent/redis.sock", retry=Retry(NoBackoff(), 0))
    publish(database, stream, 1)
    publish(database, stream, 2)
    with pytest.raises(redis.RedisError):
        OutboxRelay(database, KIT, Broker(nowhere)).step()
    assert OutboxRelay(database, KIT, broker).step() == 2
    assert [fields[b"number"] for _, fields in broker.redis.xrange(stream)] == [b"1", b"2"]


def test_a_message_that_fails_comes_again(database: Database, broker: Broker, stream: str) -> None:
    """A handler that raises changes nothing, not even the mark that it was seen; the next delivery succeeds."""
    tries: list[int] = []

    def handle(connection: Connection, message: Message) -> None:
        write_down(connection, message)
        tries.append(message.deliveries)
        if len(tries) < 3:
            raise ValueError("not yet")

    broker.publish(stream, {"number": "5"})
    with Running(database, broker, stream, handle):
        wait_for(lambda: len(tries) == 3)
        wait_for(lambda: numbers(database) == [5])
    assert tries == [1, 2, 3]


def test_a_poisonous_message_is_buried_and_the_rest_goes_on(database: Database, broker: Broker, stream: str) -> None:
    """What never can be handled ends in `<stream>.dead` with the reason; its neighbour is handled."""
    broker.publish(stream, {"poison": "yes"})
    broker.publish(stream, {"number": "6"})
    with Running(database, broker, stream):
        wait_for(lambda: broker.redis.xlen(f"{stream}.dead") == 1)
    assert numbers(database) == [6]
    [(_, grave)] = broker.redis.xrange(f"{stream}.dead")
    assert b"KeyError" in grave[b"dead.reason"]


def test_a_database_that_is_away_buries_no_message(database: Database, broker: Broker, stream: str) -> None:
    """More failures than deliveries are allowed: the message waits for the database, and is handled once."""
    failures = iter(range(12))

    def handle(connection: Connection, message: Message) -> None:
        if next(failures, None) is not None:
            raise OperationalError("INSERT", {}, Exception("server closed the connection"))
        write_down(connection, message)

    broker.publish(stream, {"number": "9"})
    with Running(database, broker, stream, handle):
        wait_for(lambda: numbers(database) == [9])
    assert broker.redis.xlen(f"{stream}.dead") == 0


def test_marks_are_forgotten_when_nothing_can_come_again(database: Database, broker: Broker, stream: str) -> None:
    """After a week a mark goes; before, it stays."""
    consumer = Consumer(
        database, KIT, broker, stream=stream, group="g", key=lambda found: found.id, handle=lambda *_: None
    )
    consumer.once(Message("1-1", stream, {}, {}, 1))
    with database.read() as connection:
        at = connection.execute(select(KIT.seen.c.at)).scalar_one()
        for now, left in ((at + 1, 1), (at + consumers.KEPT_S + 1, 0)):
            consumer.forget(now)
            assert connection.execute(select(func.count()).select_from(KIT.seen)).scalar_one() == left
