"""The log file in trouble: a full disk, a rotation, a removal. None of it reaches who logs."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from sightline_telemetry import get_logger, logs
from sightline_telemetry.settings import Settings


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_full_disk_raises_into_nobody_and_is_told_of_afterwards(tmp_path: Path) -> None:
    """The lines are gone, the request that logged them is not; their number is in the file as soon as it takes one."""
    path = tmp_path / "service.jsonl"
    path.symlink_to("/dev/full")
    logs.configure(Settings("full", log_file=str(path)), lambda: None)
    log = get_logger("test")
    log.info("lost")
    logging.getLogger("theirs").warning("lost, too")
    path.unlink()
    log.info("kept")
    kept, told = _lines(path)
    assert (kept["message"], told["message"], told["lines"]) == ("kept", "log lines were lost", 2)


def test_a_line_cut_short_does_not_swallow_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills in the middle of a line leaves one torn line."""
    path = tmp_path / "service.jsonl"
    writer = logs.LineWriter(str(path))
    write = os.write
    room = [5]

    def almost_full(descriptor: int, data: bytes) -> int:
        if not room[0]:
            raise OSError(28, "No space left on device")
        taken = write(descriptor, data[: room[0]])
        room[0] -= taken
        return taken

    with monkeypatch.context() as full:
        full.setattr(os, "write", almost_full)
        writer.msg("first line")
    writer.msg("second line")
    assert path.read_text() == "first\nsecond line\n"


@pytest.mark.parametrize("how", ["moved", "removed"])
def test_a_rotated_file_is_made_anew(tmp_path: Path, how: str) -> None:
    """What is written after a rotation stands in the new file, for whoever tails it."""
    path = tmp_path / "service.jsonl"
    writer = logs.LineWriter(str(path))
    writer.msg("before")
    if how == "moved":
        path.rename(tmp_path / "service.jsonl.1")
    else:
        path.unlink()
    writer.msg("after")
    assert path.read_text() == "after\n"


def test_a_folder_that_is_gone_costs_lines_and_no_exception(tmp_path: Path) -> None:
    """It is counted until there is a place again."""
    folder = tmp_path / "logs"
    folder.mkdir()
    told: list[int] = []
    writer = logs.LineWriter(str(folder / "service.jsonl"), told.append)
    (folder / "service.jsonl").unlink()
    folder.rmdir()
    writer.msg("nowhere")
    assert writer.lost == 1
    folder.mkdir()
    writer.msg("here")
    assert told == [1]
