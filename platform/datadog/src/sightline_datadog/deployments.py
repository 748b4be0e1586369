"""A deployment as the vendor's DORA metrics take it: who was deployed, when, and from which commit.

`POST /api/v2/dora/deployment`, whose times are nanoseconds here (it takes milliseconds and seconds as well), whose id
has 16 to 128 characters of a few sorts, and whose tags are at most a hundred (DORADeploymentRequestAttributes, release
2.62.0 of its client).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from sightline_datadog.sync.answers import taken, unless_down

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.wire import Transport

PATH = "/api/v2/dora/deployment"
MOST_TAGS = 100
ID = re.compile(r"[A-Za-z0-9_.:-]{16,128}")
SHA = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_NS = 10**9
_EPOCH = re.compile(r"\d{9,11}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment. Times are aware; `commit` and `repository` stand together or not at all."""

    service: str
    started: dt.datetime
    finished: dt.datetime
    env: str = ""
    version: str = ""
    team: str = ""
    commit: str = ""
    repository: str = ""
    id: str = ""
    tags: tuple[str, ...] = ()

    def faults(self) -> list[str]:
        """Return what the vendor would refuse, or what cannot be meant."""
        found = [] if self.service else ["a deployment without a service"]
        if self.started > self.finished:
            found.append(f"it ends at {self.finished.isoformat()}, before it begins at {self.started.isoformat()}")
        if bool(self.commit) != bool(self.repository):
            found.append("a commit and its repository stand together: give both, or neither")
        if self.commit and not SHA.fullmatch(self.commit):
            found.append(f"`{self.commit}` is no whole hash of a commit")
        if self.id and not ID.fullmatch(self.id):
            found.append(f"`{self.id}` is no id: 16 to 128 letters, digits and any of - _ . :")
        found += [f"`{each}` is no tag: write it as KEY:VALUE" for each in self.tags if not re.match(r"[^:]+:.", each)]
        if len(self.tags) > MOST_TAGS:
            found.append(f"{len(self.tags)} tags: the vendor takes {MOST_TAGS}")
        return found

    def body(self) -> dict[str, Any]:
        """Return the request's body."""
        git = {"commit_sha": self.commit, "repository_url": self.repository} if self.commit else {}
        said = {
            "env": self.env,
            "git": git,
            "id": self.id,
            "team": self.team,
            "version": self.version,
            "custom_tags": list(self.tags),
        }
        attributes = {
            "service": self.service,
            "started_at": _nanoseconds(self.started),
            "finished_at": _nanoseconds(self.finished),
            **{key: value for key, value in said.items() if value},
        }
        return {"data": {"attributes": attributes}}


def tell(transport: Transport, deployment: Deployment) -> tuple[str, str]:
    """Send one, once; return its id and "", or "" and why it was refused.

    Raises:
        SightlineError: no answer came (it may be there all the same), or none would be better.
    """
    what = f"tell of the deployment of {deployment.service}"
    answer = unless_down(transport.request("POST", PATH, body=deployment.body()), what)
    if not answer.ok:
        return "", answer.errors
    return taken(answer, _id, what), ""


def moment(text: str) -> dt.datetime:
    """Read a time: seconds since 1970, or ISO 8601 with its zone.

    Raises:
        ValueError: it is neither.
    """
    if _EPOCH.fullmatch(text):
        return dt.datetime.fromtimestamp(float(text), dt.UTC)
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("it names no zone")
    return found


def source(environ: Mapping[str, str]) -> tuple[str, str]:
    """Return commit and repository as GitHub's CI tells its jobs; two empty texts elsewhere."""
    server, name, commit = (environ.get(f"GITHUB_{each}", "") for each in ("SERVER_URL", "REPOSITORY", "SHA"))
    return (commit, f"{server}/{name}") if server and name and commit else ("", "")


def without_secret(url: str) -> str:
    """Return a repository's address without the name and password that a CI may have put in it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if parts.scheme and parts.netloc else url


def _nanoseconds(moment: dt.datetime) -> int:
    # In whole numbers: a float of today's nanoseconds is off by hundreds.
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1) * (_NS // 10**6)


def _id(answer: Any) -> str:
    return str(answer["data"]["id"])
