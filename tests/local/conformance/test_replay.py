"""The local backend against recorded conversations with the real vendor."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from sightline_local.store import Store
from tests.support.conformance import ROOT, conformance

from .recordings import recordings
from .replaying import replay
from .report import WANTED, fingerprint, page, scoreboard, share

if TYPE_CHECKING:
    from .recordings import Recording
    from .replaying import Outcome

Held = tuple[list["Recording"], list["Outcome"]]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    conversations = list(recordings(conformance("datadog", "cassettes")))
    store = Store.open(tmp_path_factory.mktemp("replay") / "data")
    try:
        # In a thread of its own: in this one the loop of another suite's browser may be running.
        with ThreadPoolExecutor(1) as thread:
            return conversations, thread.submit(lambda: list(replay(conversations, store))).result()
    finally:
        store.close()


def test_recorded_conversations_replay(held: Held) -> None:
    """Of the requests to the families kept as code 95 % get the vendor's status, keys, defaults and error texts."""
    _, outcomes = held
    for family, good, total in scoreboard(outcomes):
        sys.stdout.write(f"{family:20} {good:4} of {total:4}\n")
    misses = [f"{each.recording} {each.exchange.call}: {each.differs[0]}" for each in outcomes if each.differs]
    assert share(outcomes) >= WANTED, "\n".join(misses)


def test_the_page_is_what_the_recordings_say(held: Held) -> None:
    """The scoreboard and the misses in the documentation are those of these recordings."""
    conversations, outcomes = held
    written = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
    if fingerprint(conversations) not in written:
        pytest.skip("docs/conformance.md was written from other recordings")
    assert written == page(conversations, outcomes)
