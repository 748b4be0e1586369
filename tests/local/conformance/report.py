"""The scoreboard and the list of misses, as text and as the page of the documentation."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .recordings import Recording
    from .replaying import Outcome

COMMAND = "python -m tests.local.conformance"
WANTED = 0.95


def share(outcomes: Sequence[Outcome]) -> float:
    """Return which share of the requests replays."""
    return sum(not each.differs for each in outcomes) / len(outcomes)


def scoreboard(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, int, int]]:
    """Yield each family with how many of its requests replay, and how many there are; all of them last."""
    total = Counter(each.exchange.family for each in outcomes)
    good = Counter(each.exchange.family for each in outcomes if not each.differs)
    yield from ((family, good[family], total[family]) for family in sorted(total))
    yield "all", good.total(), total.total()


def fingerprint(conversations: Sequence[Recording]) -> str:
    """Return what tells one set of recordings from another."""
    names = "\n".join(sorted(each.name for each in conversations))
    return f"{len(conversations)} recordings, {hashlib.sha256(names.encode()).hexdigest()[:12]}"


def page(conversations: Sequence[Recording], outcomes: Sequence[Outcome]) -> str:
    """Return the page."""
    return "\n".join(_lines(conversations, outcomes)) + "\n"


def _lines(conversations: Sequence[Recording], outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "# How the local Datadog compares with recordings of the real one"
    yield ""
    yield f"Written by `{COMMAND}` from {fingerprint(conversations)}."
    yield ""
    yield "Each conversation is held with an empty backend whose clock stands at the recorded time. Compared are the"
    yield "status, the keys, every value that is no id, clock or name of a person, and the text of errors. Of lists"
    yield "only what the conversation made itself is compared: the recorded organisation was never empty. Keys that the"
    yield "vendor answered with in some years only may be extra here; those that a recording has may not be missing."
    yield "The state of a monitor that is read depends on the data of the recorded organisation: where it had some, and"
    yield "nothing came here, `No Data` counts as the same."
    yield ""
    yield "| Family | Replayed | Requests | Share |"
    yield "|---|---:|---:|---:|"
    for family, good, total in scoreboard(outcomes):
        yield f"| {family} | {good} | {total} | {100 * good / total:.1f} % |"
    yield ""
    yield "## Misses"
    yield ""
    for each in outcomes:
        if each.differs:
            more = f" (and {len(each.differs) - 1} more)" if len(each.differs) > 1 else ""
            yield f"- `{each.exchange.call}` in {each.recording}: {_plain(each.differs[0])}{more}"
    yield ""
    yield "## Calls of other families"
    yield ""
    yield "They stand in the same recordings and are not part of the score."
    yield ""
    others = Counter(each.call for one in conversations for each in one.exchanges if not each.family)
    for call, count in sorted(others.items()):
        yield f"- `{call}`: {count}"


def _plain(text: str) -> str:
    return f"`{text[:160].replace('`', chr(39))}`"
