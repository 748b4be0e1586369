"""JSON lines that say who wrote them and, always, which span they belong to.

One structlog chain renders our own events and everybody else's (gunicorn, SQLAlchemy, Werkzeug through the standard
library), so a line looks the same whoever wrote it. A line is written with one `write`: processes that append to one
file do not cut each other's lines.
"""

import logging
import os
import time
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any, cast

import structlog
from structlog.types import EventDict, Processor

from . import scrub
from .ids import SpanIds
from .jsonlines import dumps
from .settings import Settings

FindIds = Callable[[], SpanIds | None]
Clock = Callable[[], float]


class LineWriter:
    """Appends whole lines to a file, or to standard output when the path is empty.

    Never raises into who logs: what a full disk refuses is counted in `lost`, and `told` hears of it once lines can be
    written again. A file that was moved or removed (rotated) is made anew at its path.
    """

    def __init__(self, path: str, told: Callable[[int], None] = lambda _: None) -> None:
        self._path = path
        self._told = told
        self._fd = self._open() if path else 1
        self._file = _identity(os.fstat(self._fd)) if path else None
        self._torn = False
        self.lost = 0

    def msg(self, line: str) -> None:
        """Write `line` and its newline."""
        # The rest of a line that was cut short must not run into this one.
        data = ("\n" * self._torn + line + "\n").encode("utf-8", "replace")
        begun = False
        try:
            self._follow()
            while data:  # a pipe may take a part of it
                data = data[os.write(self._fd, data) :]
                begun = True
        except OSError:
            self._torn = self._torn or begun
            self.lost += 1
            return
        self._torn = False
        if self.lost:
            lost, self.lost = self.lost, 0
            self._told(lost)

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def _follow(self) -> None:
        if self._file is None:
            return
        try:
            if _identity(os.stat(self._path)) == self._file:  # noqa: PTH116 - one system call for each line, and no object
                return
        except FileNotFoundError:
            pass
        opened = self._open()
        try:
            self._file = _identity(os.fstat(opened))
            # In place: another thread may be about to write to the number that we would otherwise close.
            os.dup2(opened, self._fd, inheritable=False)
        finally:
            os.close(opened)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


class NamedWriter:
    """What structlog calls a logger: a name and, for every level, the one way to write a line."""

    def __init__(self, writer: LineWriter, name: str) -> None:
        self.name = name
        self.msg = writer.msg

    def __getattr__(self, level: str) -> Callable[[str], None]:
        """Every level is written alike; which of them are is decided before a line is rendered."""
        return self.msg


class Lines:
    """The processor chain of one process."""

    def __init__(self, settings: Settings, find_ids: FindIds, clock: Clock = time.time) -> None:
        self._identity = {
            "service": settings.service,
            "env": settings.env,
            "version": settings.version,
            "dd.service": settings.service,
            "dd.env": settings.env,
            "dd.version": settings.version,
        }
        self._find_ids = find_ids
        self._clock = clock

    def chain(self) -> list[Processor]:
        """The processors in order; the last one returns the line."""
        return [
            structlog.contextvars.merge_contextvars,
            structlog.processors.format_exc_info,
            self._complete,
            render,
        ]

    def _complete(self, logger: Any, method: str, event: EventDict) -> EventDict:
        line: dict[str, Any] = {
            "timestamp": rfc3339(event.pop("_created", None) or self._clock()),
            "level": event.pop("level", "error" if method == "exception" else method),
            "logger": event.pop("logger", None) or getattr(logger, "name", ""),
            "message": scrub.text(str(event.pop("event", ""))),
            **self._identity,
        }
        ids = self._find_ids() or event.pop("_ids", None)
        event.pop("_ids", None)
        if ids is not None:
            line["trace_id"] = line["dd.trace_id"] = ids.trace_id
            line["span_id"] = ids.span_id
            line["dd.span_id"] = ids.dd_span_id
        for key, value in event.items():
            # A field cannot take the place of who, when or which span.
            line[key if key not in line else f"{key}_"] = scrub.field(key, value)
        return line


def render(_logger: Any, _method: str, event: EventDict) -> str:
    """The line."""
    return dumps(event)


def rfc3339(seconds: float) -> str:
    """Unix seconds as `2026-01-31T12:00:00.000000Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class ForeignHandler(logging.Handler):
    """Takes the standard library's records through the same chain."""

    def __init__(self, chain: list[Processor], writer: LineWriter) -> None:
        super().__init__()
        self._chain = chain
        self._writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; a record that cannot be rendered is reported as `logging` reports it."""
        try:
            event: MutableMapping[str, Any] = {
                "event": record.getMessage(),
                "logger": record.name,
                "level": record.levelname.lower(),
                "_created": record.created,
            }
            if record.exc_info:
                event["exc_info"] = record.exc_info
            if isinstance(ids := getattr(record, "sightline_ids", None), SpanIds):
                event["_ids"] = ids
            result: Any = event
            for processor in self._chain:
                result = processor(None, "info", result)
            self._writer.msg(cast("str", result))
        except Exception:  # noqa: BLE001 - logging's own contract: a handler never raises into the caller
            self.handleError(record)


def configure(settings: Settings, find_ids: FindIds) -> None:
    """Send structlog and the standard library through one chain to one place."""
    level = getattr(logging, settings.log_level.upper(), logging.INFO)
    writer = LineWriter(settings.log_file, lambda lost: get_logger(__name__).warning("log lines were lost", lines=lost))
    chain = Lines(settings, find_ids).chain()
    structlog.configure(
        processors=chain,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda name="": NamedWriter(writer, name),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, ForeignHandler):
            root.removeHandler(handler)
    root.addHandler(ForeignHandler(chain, writer))
    root.setLevel(max(level, logging.INFO))
    # Werkzeug and urllib3 narrate every request; ours are narrated once already.
    for name in ("werkzeug", "urllib3", "ddtrace", "opentelemetry"):
        logging.getLogger(name).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger that writes through whatever `configure` chose last, or will choose."""
    return cast("structlog.stdlib.BoundLogger", structlog.get_logger(name))
