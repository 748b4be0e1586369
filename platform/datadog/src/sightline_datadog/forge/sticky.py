"""One place for one report: what was said last time is found by its marker and replaced, never said twice.

Only what `author` wrote is taken for ours: anybody may write a comment that begins with our marker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AUTHOR = "github-actions[bot]"
"""Who the token of a job is."""
_MARKER = re.compile(r"<!-- .+ -->")


class Forge(Protocol):
    """What is needed of GitHub."""

    def request(self, method: str, path: str, body: object = None) -> Any:
        """Send, and return the answer."""

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield every entry of a list."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it: `created`, `updated`, `unchanged`, `closed` or `nothing`, and its address."""

    what: str
    url: str = ""


def marker_of(text: str, where: str) -> str:
    """Return the marker with which a report begins.

    Raises:
        SightlineError: it begins with none.
    """
    first = text.partition("\n")[0]
    if not _MARKER.fullmatch(first):
        raise SightlineError(
            "this report could never be found again",
            where=where,
            why="it does not begin with a line such as <!-- name -->",
            help="make it with `--format markdown`",
        )
    return first


def comment(forge: Forge, number: int, text: str, where: str, author: str = AUTHOR) -> Done:
    """Post a report on a pull request (or an issue), or replace that of last time; a second one of ours goes.

    Raises:
        SightlineError: GitHub refused, or the report has no marker.
    """
    place, marker = f"/issues/{number}/comments", marker_of(text, where)
    ours = _ours(forge.pages(f"{place}?sort=created"), marker, author)
    if not ours:
        return Done("created", forge.request("POST", place, {"body": text})["html_url"])
    first, *others = ours
    for each in others:
        forge.request("DELETE", f"/issues/comments/{each['id']}")
    if _same(first, text):
        return Done("unchanged", first["html_url"])
    return Done("updated", forge.request("PATCH", f"/issues/comments/{first['id']}", {"body": text})["html_url"])


def issue(forge: Forge, title: str, text: str, where: str, author: str = AUTHOR) -> Done:
    """Open an issue with a report, or replace what the open one says.

    Raises:
        SightlineError: as `comment`.
    """
    ours = _ours(_issues(forge), marker_of(text, where), author)
    if not ours:
        return Done("created", forge.request("POST", "/issues", {"title": title, "body": text})["html_url"])
    if _same(ours[0], text):
        return Done("unchanged", ours[0]["html_url"])
    return Done("updated", forge.request("PATCH", f"/issues/{ours[0]['number']}", {"body": text})["html_url"])


def close(forge: Forge, text: str, where: str, author: str = AUTHOR) -> Done:
    """Close what `issue` opened, with the report that all is well as its last word.

    Raises:
        SightlineError: as `comment`.
    """
    done = Done("nothing")
    for each in _ours(_issues(forge), marker_of(text, where), author):
        body = {"body": text, "state": "closed", "state_reason": "completed"}
        done = Done("closed", forge.request("PATCH", f"/issues/{each['number']}", body)["html_url"])
    return done


def _issues(forge: Forge) -> Iterator[dict[str, Any]]:
    # To GitHub a pull request is an issue, too.
    return (each for each in forge.pages("/issues?state=open&sort=created") if "pull_request" not in each)


def _ours(found: Iterable[dict[str, Any]], marker: str, author: str) -> list[dict[str, Any]]:
    """Return what is ours, the oldest first."""
    ours = [each for each in found if _first_line(each) == marker and (each.get("user") or {}).get("login") == author]
    return sorted(ours, key=lambda each: int(each["id"]))


def _first_line(entry: dict[str, Any]) -> str:
    return str(entry.get("body") or "").partition("\n")[0].rstrip("\r")


def _same(entry: dict[str, Any], text: str) -> bool:
    return str(entry.get("body") or "").replace("\r\n", "\n").rstrip() == text.rstrip()
