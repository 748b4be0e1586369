"""Which snapshots may go: the old ones, never the newest whole ones."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sightline_vault.snapshots.manifest import SUFFIX
from sightline_vault.snapshots.store import LockedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sightline_vault.snapshots.catalogue import Entry
    from sightline_vault.snapshots.store import Store

KEEP = 3
"""How many whole ones are kept whatever their age: a job that has stopped must not cost the last backups."""


def expired(found: Iterable[Entry], now: dt.datetime, keep_days: int, keep: int = KEEP) -> list[Entry]:
    """Return what may be deleted of snapshots that come the newest first."""
    before = now - dt.timedelta(days=keep_days)
    gone = []
    whole = 0
    for each in found:
        whole += each.whole
        if each.taken_at < before and not (each.whole and whole <= keep):
            gone.append(each)
    return gone


def prune(store: Store, gone: Iterable[Entry]) -> tuple[list[str], list[str]]:
    """Delete them, the manifest first; return the keys that went and those that are locked.

    A snapshot without its manifest counts as never finished, so what a run that is cut off leaves, the next one finds.

    Raises:
        SightlineError: The store refused otherwise.
    """
    went, locked = [], []
    for each in gone:
        try:
            store.delete(f"{each.key}{SUFFIX}")
            store.delete(each.key)
        except LockedError:
            locked.append(each.key)
        else:
            went.append(each.key)
    return went, locked
