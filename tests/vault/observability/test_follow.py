"""The audit log is read to its end through restarts, rotations and failures of delivery."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.errors import SightlineError
from sightline_vault.dogstatsd import Dogstatsd
from sightline_vault.observability.audit import follow, rotate, ship
from sightline_vault.observability.audit.follow import Follower
from sightline_vault.observability.audit.sinks import Intake, Lines
from tests.vault.observability.events import scrubber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path


def read_all(follower: Follower, *, deliver: bool = True) -> list[bytes]:
    """Read what is there."""
    lines: list[bytes] = []
    while batch := follower.read():
        lines += batch.lines
        if deliver:
            follower.delivered(batch)
    return lines


def numbered(first: int, last: int) -> str:
    return "".join(f"{number}\n" for number in range(first, last))


def expected(first: int, last: int) -> list[bytes]:
    return [str(number).encode() for number in range(first, last)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "audit.log"


@pytest.fixture
def follower(log: Path) -> Iterator[Callable[[], Follower]]:
    """Make followers of the log that share one position, as restarts do."""
    made: list[Follower] = []

    def make() -> Follower:
        made.append(Follower(log, log.with_name(".audit.log.position")))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_line_waits_for_its_end(log: Path, follower: Callable[[], Follower]) -> None:
    """Half a line is none yet."""
    log.write_text("1\n2")
    reading = follower()
    assert read_all(reading) == [b"1"]
    with log.open("a") as file:
        file.write("2\n3\n")
    assert read_all(reading) == [b"22", b"3"]


def test_a_restart_goes_on_where_it_was_delivered(log: Path, follower: Callable[[], Follower]) -> None:
    """What was read and not delivered is read again, and nothing else."""
    log.write_text(numbered(0, 5))
    assert read_all(follower()) == expected(0, 5)
    with log.open("a") as file:
        file.write(numbered(5, 9))
    assert read_all(follower(), deliver=False) == expected(5, 9)
    assert read_all(follower()) == expected(5, 9)


def test_a_renamed_log_is_read_to_its_end_before_the_new_one(log: Path, follower: Callable[[], Follower]) -> None:
    """What the server still writes into the renamed file comes before what is in the new one."""
    log.write_text(numbered(0, 3))
    reading = follower()
    assert read_all(reading) == expected(0, 3)
    aside = log.rename(log.with_name("audit.log.1"))
    with aside.open("a") as file:
        file.write(numbered(3, 5))
    assert read_all(reading) == expected(3, 5)
    with aside.open("a") as file:
        file.write(numbered(5, 6))
    log.write_text(numbered(6, 8))
    assert read_all(reading) == expected(5, 8)
    assert reading.read_wholly() == [aside]
    assert rotate.prune(reading.read_wholly(), keep=0) == [aside]
    assert reading.behind() == 0


def test_several_rotations_while_nobody_reads_lose_nothing(log: Path, follower: Callable[[], Follower]) -> None:
    """The file that was read is known by its content under its new name, and those after it come in order."""
    log.write_text(numbered(0, 3))
    assert read_all(follower()) == expected(0, 3)
    for stamp in (1, 2, 3):
        with log.open("a") as file:
            file.write(numbered(3 * stamp, 3 * stamp + 3))
        log.rename(log.with_name(f"audit.log.{stamp}"))
        log.touch()
    assert follower().behind() == 20
    assert read_all(follower()) == expected(3, 12)


def test_a_log_cut_in_place_is_read_from_its_start(log: Path, follower: Callable[[], Follower]) -> None:
    """As logrotate's copytruncate leaves it."""
    log.write_text(numbered(0, 50))
    reading = follower()
    read_all(reading)
    log.write_text(numbered(50, 52))
    assert read_all(reading) == expected(50, 52)


def test_a_line_longer_than_a_chunk_is_one_line(log: Path, follower: Callable[[], Follower]) -> None:
    """The longest request of Vault's has 32 MiB."""
    long = b"x" * (follow.CHUNK + 5)
    log.write_bytes(b"1\n" + long + b"\n2\n")
    assert read_all(follower()) == [b"1", long, b"2"]


def test_writers_rotations_and_restarts_in_any_order_lose_and_repeat_nothing(
    log: Path, follower: Callable[[], Follower]
) -> None:
    """A hundred steps by each of four seeds: each line once, in order."""
    for seed in range(4):
        chance, written, seen, stamp = random.Random(seed), 0, [], 0
        reading = follower()
        for _ in range(100):
            act = chance.choice(("write", "write", "read", "restart", "rotate"))
            if act == "write":
                with log.open("a") as file:
                    file.write(numbered(written, written + 3))
                written += 3
            elif act == "read":
                seen += read_all(reading)
            elif act == "restart":
                reading.close()
                reading = follower()
            elif log.exists() and log.stat().st_size:
                stamp += 1
                log.rename(log.with_name(f"audit.log.{stamp:04}"))
                log.touch()
        seen += read_all(reading)
        assert seen == expected(0, written), seed
        reading.close()
        for each in log.parent.iterdir():
            each.unlink()


class Flaky:
    """A sink that fails at first."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.taken: list[Any] = []

    def send(self, records: Sequence[Mapping[str, Any]]) -> None:
        if self.failures:
            self.failures -= 1
            raise SightlineError("the intake does not answer", why="refused")
        self.taken += records


def test_what_is_not_delivered_is_tried_again_and_told_once(log: Path, follower: Callable[[], Follower]) -> None:
    """An intake that is away costs nothing but time."""
    log.write_text("{}\n" * 3)
    sink, told, pauses = Flaky(3), list[str](), list[float]()

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) == 4

    shipper = ship.Shipper(log, follower(), scrubber(), sink, Dogstatsd(""))
    ship.run(shipper, clock=lambda: 0.0, wait=wait, tell=told.append, tend=lambda: None)
    assert len(sink.taken) == 3
    assert told == ["the intake does not answer: refused; trying again"]
    assert pauses == [2, 4, 8, 1]


def test_records_go_as_lines_and_as_bodies_that_the_intake_takes(tmp_path: Path) -> None:
    """A file gets a line each; a body has a thousand records at most."""
    out = tmp_path / "out.jsonl"
    Lines(out, print).send([{"a": 1}, {"b": "é"}])
    assert out.read_text() == '{"a":1}\n{"b":"\\u00e9"}\n'
    with out.open("a") as file:
        file.write('{"half')
    Lines(out, print).send([{"c": 3}])
    assert out.read_text().splitlines()[2:] == ['{"half', '{"c":3}']
    bodies: Counter[str] = Counter()
    Intake(lambda path, body: bodies.update({path: body.count(b"{")})).send([{"a": 1}] * 2500)
    assert bodies == {"/api/v2/logs": 2500}


def test_rotation_renames_a_large_log_and_wants_a_server(log: Path) -> None:
    """Without a server that opens a new one, it is an error."""
    log.write_text("x" * 100)
    assert rotate.rotated(log, 100, "t") is None
    assert rotate.rotated(log, 99, "t") == log.with_name("audit.log.t")
    assert rotate.rotated(log, 99, "t") is None
    # It is told again, until there is a new log.
    assert rotate.waiting(log)
    log.touch()
    assert not rotate.waiting(log)
    with pytest.raises(SightlineError, match="no server was found"):
        rotate.reopen([])
