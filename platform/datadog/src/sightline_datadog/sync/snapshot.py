"""What a plan reads, as a file in the repository: so that a fork's pull request is planned with no key and no network.

The bodies are in their normal form: without authors, clocks and whatever else the server adds, and with secrets hidden.
The same organisation at the same time gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_datadog.documents import NATURAL, Kind
from sightline_datadog.normalise import normalise
from sightline_datadog.ownership import read_mark
from sightline_datadog.sync.diff import without_secrets
from sightline_datadog.sync.remote import RemoteObject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

FORMAT = "sightline-datadog-snapshot"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was there; `kinds` were read, `taken_at` is ISO in UTC."""

    target: str
    project: str
    taken_at: str
    kinds: tuple[Kind, ...]
    objects: tuple[RemoteObject, ...]

    def age(self, now: dt.datetime) -> str:
        """Say how old it is, as a person would."""
        passed = now - dt.datetime.fromisoformat(self.taken_at)
        hours = int(passed.total_seconds() // 3600)
        if hours < 1:
            return "less than an hour old"
        return f"{hours} h old" if hours < 48 else f"{passed.days} days old"


def take(remote: Iterable[RemoteObject], *, target: str, project: str, kinds: Sequence[Kind], at: str) -> Snapshot:
    """Keep our own objects, and of others no more than what they are called: it will be read by anybody."""
    kept = []
    for found in remote:
        if found.mark is not None and found.mark.project == project:
            body = without_secrets(normalise(found.kind, found.body))
            kept.append(RemoteObject(found.kind, found.id, found.title, body, found.mark))
        elif found.mark is None:
            # What is found by its own name and shared with others is compared, whoever made it.
            body = without_secrets(normalise(found.kind, found.body)) if found.kind in NATURAL else {}
            kept.append(RemoteObject(found.kind, found.id, found.title, body, None))
    ordered = sorted(kept, key=lambda each: (each.kind, len(each.id), each.id))
    return Snapshot(target, project, at, tuple(kinds), tuple(ordered))


def named_only(remote: Iterable[RemoteObject], titles: Collection[tuple[Kind, str]]) -> list[RemoteObject]:
    """Leave out strangers that nothing of these titles could be taken for.

    What is shared by its own name is no stranger: where nobody says which are meant (no titles), all of it stays, or a
    rule of ours would have lost its gate.
    """

    def stays(each: RemoteObject) -> bool:
        shared = each.kind in NATURAL and not titles
        return each.mark is not None or shared or (each.kind, each.title) in titles

    return [each for each in remote if stays(each)]


def to_text(snapshot: Snapshot) -> str:
    """Return the file's text."""
    objects = [{"kind": each.kind, "id": each.id, "title": each.title, "body": each.body} for each in snapshot.objects]
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "target": snapshot.target,
        "project": snapshot.project,
        "taken_at": snapshot.taken_at,
        "kinds": sorted(snapshot.kinds),
        "objects": objects,
    }
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def from_text(text: str, name: str) -> Snapshot:
    """Read a file back.

    Raises:
        SightlineError: it is no snapshot, or one of another release.
    """
    way_out = "make one with `sightline datadog snapshot --out FILE`"
    try:
        whole: Any = json.loads(text)
        if whole["format"] != FORMAT or whole["version"] != VERSION:
            raise SightlineError(
                "this is a snapshot of another form", where=name, why=f"version {whole['version']}", help=way_out
            )
        dt.datetime.fromisoformat(whole["taken_at"])
        objects = tuple(
            RemoteObject(kind, each["id"], each["title"], each["body"], read_mark(kind, each["body"]))
            for each in whole["objects"]
            for kind in [Kind(each["kind"])]
        )
        kinds = tuple(Kind(each) for each in whole["kinds"])
        return Snapshot(whole["target"], whole["project"], whole["taken_at"], kinds, objects)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SightlineError("this is no snapshot", where=name, why=str(error), help=way_out) from error
