"""Reads a test file: YAML whose findings have places."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.errors import SightlineError
from sightline_core.located import load_all
from sightline_core.suggest import did_you_mean
from sightline_datadog import directory
from sightline_datadog.documents import Document, Kind
from sightline_datadog.evaluate.states import State
from sightline_datadog.reading import ENDINGS
from sightline_datadog.schema.findings import issues_of, reported
from sightline_datadog.schema.issues import Wrong
from sightline_datadog.testing import codes, notation
from sightline_datadog.testing.fields import Fields, Within
from sightline_datadog.testing.model import (
    Case,
    Expectation,
    NotificationWanted,
    PlannedDowntime,
    StateWanted,
    TestFile,
)
from sightline_datadog.testing.reading_series import read_series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BEGINS = int(dt.datetime(2026, 1, 5, tzinfo=dt.UTC).timestamp())
"""A Monday's midnight, which every cadence and every rollup divides."""
_TESTS = (".test.yaml", ".test.yml")
_INLINE = {"monitors": Kind.MONITOR, "slos": Kind.SLO}
_HELP = "write `5m`, or `5m..10m` for a range"


def read(path: Path) -> tuple[TestFile, list[Diagnostic], dict[str, str]]:
    """Read a test file and the documents that it names.

    Returns:
        The file, what is wrong with it, and the texts by name for code frames.

    Raises:
        SightlineError: a file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise SightlineError("a test file cannot be read", where=str(path), why=str(error.strerror)) from error
    sources = {str(path): text}
    bodies, findings = load_all(text, str(path))
    if not bodies:
        return TestFile(str(path), (), ()), findings, sources
    top = Fields(bodies[0], (), findings)
    documents = [*_named(top, path.parent, sources), *_inline(top)]
    findings += _misshapen(documents)
    known = [each.key for each in documents if each.kind is Kind.MONITOR]
    cases = [case for item in top.items("tests", required=True) if (case := _case(item, known)) is not None]
    top.done()
    return TestFile(str(path), tuple(documents), tuple(cases)), findings, sources


def _misshapen(documents: Sequence[Document]) -> Iterator[Diagnostic]:
    """Yield what no evaluator can read: a text where the vendor has a mapping. The rest is for `datadog check`."""
    for document in documents:
        try:
            issues = issues_of(document)
        except RecursionError:
            message = f"{document.name} nests too far"
            yield Diagnostic(codes.BAD_FORM, Severity.ERROR, message, document.span, url=page(codes.BAD_FORM))
            continue
        yield from (reported(document, each) for each in issues if each.wrong is Wrong.TYPE and not each.soft)


def _named(top: Fields, folder: Path, sources: dict[str, str]) -> Iterator[Document]:
    for name in top.texts("documents"):
        path = folder / name
        if not path.exists():
            top.report(codes.NO_DOCUMENTS, f"there are no documents at `{name}`", top.span("documents"))
            continue
        documents, found, texts = directory.read(_documents(path))
        sources |= texts
        top.findings += found
        yield from documents


def _documents(path: Path) -> list[Path]:
    """Return a file, or those of a directory that are no tests of monitors themselves."""
    if not path.is_dir():
        return [path]
    return sorted(
        each
        for each in path.iterdir()
        if each.name.endswith(ENDINGS) and not each.name.endswith(_TESTS) and each.is_file()
    )


def _inline(top: Fields) -> Iterator[Document]:
    for key, kind in _INLINE.items():
        for name, body in top.mapping(key).items():
            if isinstance(body, dict):
                place = Within(top.document, (key, name))
                yield Document(kind, str(name), body, place.span_of(()), place)
            else:
                span = top.document.span_of((key, name))
                top.report(codes.BAD_FORM, f"`{name}` must be a mapping: the body of a {kind}", span)


def _case(item: Fields, known: Sequence[str]) -> Case | None:
    name = item.text("name", required=True)
    begins = item.read("begins", _moment, codes.BAD_TIME)
    lasts = item.read("lasts", notation.seconds, codes.BAD_TIME, required=True, help_text="write such as `2h`")
    fixtures = [series for each in item.items("series") if (series := read_series(each)) is not None]
    downtimes = [mute for each in item.items("downtimes") if (mute := _downtime(each, known)) is not None]
    expectations = [wanted for each in item.items("expect") if (wanted := _expectation(each, known)) is not None]
    item.done()
    if name is None or lasts is None:
        return None
    span = item.document.span_of(item.path)
    began = BEGINS if begins is None else begins
    return Case(name, began, lasts, tuple(fixtures), tuple(downtimes), tuple(expectations), span)


def _moment(text: str) -> int:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise notation.NotationError(f"`{text}` is no moment such as `2026-01-05T00:00:00Z`", (0, len(text))) from None
    return int((found if found.tzinfo else found.replace(tzinfo=dt.UTC)).timestamp())


def _downtime(item: Fields, known: Sequence[str]) -> PlannedDowntime | None:
    monitor = _monitor(item, known, required=False)
    scope = item.text("scope") or "*"
    during = item.read("during", notation.span, codes.BAD_TIME, required=True, help_text="write `10m..1h`")
    first = item.flag("first_recovery", default=True)
    item.done()
    return None if during is None else PlannedDowntime(monitor, scope, *during, first_recovery=first)


def _monitor(item: Fields, known: Sequence[str], *, required: bool) -> str | None:
    name = item.text("monitor", required=required)
    if name is None or name in known:
        return name
    near = did_you_mean(name, known)
    listed = ", ".join(sorted(known)) or "none"
    help_text = f"did you mean `{near}`?" if near else f"the file's documents hold these monitors: {listed}"
    item.report(codes.UNKNOWN_MONITOR, f"there is no monitor `{name}`", item.span("monitor"), "", help_text)
    return None


def _expectation(item: Fields, known: Sequence[str]) -> Expectation | None:
    monitor = _monitor(item, known, required=True)
    group = item.value("group")
    tags = None
    if group is not None:
        tags = tuple(sorted(each.strip() for text in item.texts("group") for each in text.split(",") if each.strip()))
    states = tuple(_states(item))
    wanted = None if item.value("notifications") is None else tuple(_notifications(item))
    never = frozenset(state for text in item.texts("never") if (state := _state(item, "never", text)) is not None)
    unevaluated = item.flag("not_evaluated")
    item.done()
    if monitor is None:
        return None
    span = item.document.span_of(item.path)
    return Expectation(monitor, tags, states, wanted, never, unevaluated, span)


def _states(item: Fields) -> Iterator[StateWanted]:
    for time, name in item.mapping("states").items():
        state = _state(item, "states", name, time)
        path = (*item.path, "states", time)
        try:
            start, end = notation.span(str(time))
        except notation.NotationError as error:
            item.report(codes.BAD_TIME, str(error), item.document.key_span(path), "", _HELP)
            continue
        if state is not None:
            yield StateWanted(start, end, state, item.document.key_span(path))


def _notifications(item: Fields) -> Iterator[NotificationWanted]:
    if item.value("notifications") == "none":
        return
    for each in item.items("notifications"):
        at = each.read("at", notation.span, codes.BAD_TIME, required=True, help_text=_HELP)
        name = each.text("state")
        state = None if name is None else _state(each, "state", name)
        contains, handles = each.texts("contains"), each.texts("handles")
        each.done()
        if at is not None:
            yield NotificationWanted(*at, state, contains, handles, each.here)


def _state(item: Fields, key: str, name: Any, *rest: str) -> State | None:
    spelled = str(name).upper().replace("_", " ")
    spelled = {"WARNING": "WARN", "CRITICAL": "ALERT"}.get(spelled, spelled)
    if spelled in set(State):
        return State(spelled)
    span = item.document.span_of((*item.path, key, *rest))
    item.report(codes.BAD_TIME, f"`{name}` is no state", span, "", f"one of {', '.join(State)}")
    return None
