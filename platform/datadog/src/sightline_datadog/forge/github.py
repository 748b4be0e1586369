"""GitHub's REST API: what a job of its CI is told about itself, and requests with the job's token.

https://docs.github.com/en/rest/issues/comments, https://docs.github.com/en/rest/issues/issues
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import urllib3

from sightline_core.errors import SightlineError
from sightline_core.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

API = "https://api.github.com"
PAGE = 100
"""The most that a page holds."""
TIMEOUT_S = 30
_VERSION = "2022-11-28"
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
# A create is never sent again: it may have been done. A redirect would take the token along to wherever it leads.
_RETRY = urllib3.Retry(
    3,
    redirect=0,
    status_forcelist=(429, 502, 503, 504),
    allowed_methods=("GET", "PATCH", "DELETE"),
    backoff_factor=0.5,
    raise_on_status=False,
    raise_on_redirect=False,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A repository, where its API is, and the token for it, which is kept out of its repr."""

    api: str
    repository: str
    token: str = field(repr=False)


def resolve(environ: Mapping[str, str], repository: str | None = None) -> Place:
    """Find out where a job runs: GITHUB_REPOSITORY, GITHUB_API_URL, and GITHUB_TOKEN or GH_TOKEN.

    Raises:
        SightlineError: one is missing or no such thing, or the token would go somewhere without encryption.
    """
    api = (environ.get("GITHUB_API_URL") or API).rstrip("/")
    name = repository or environ.get("GITHUB_REPOSITORY") or ""
    token = environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or ""
    if not _REPOSITORY.fullmatch(name):
        raise SightlineError(
            "which repository is meant?", where="--repository", why=f"`{name}` is no OWNER/NAME", help="name one"
        )
    if not token:
        raise SightlineError(
            "nothing is said at GitHub without a token",
            where="GITHUB_TOKEN",
            why="not set",
            help="give the step `env: GITHUB_TOKEN: ${{ github.token }}`",
        )
    if not api.startswith("https://") and not is_loopback(api):
        raise SightlineError(
            "refused to send a token without encryption",
            where=f"GITHUB_API_URL = {api}",
            help="use an https:// address",
        )
    return Place(api, name, token)


class GitHub:
    """Requests about one repository."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._pool = urllib3.PoolManager(timeout=TIMEOUT_S)

    def request(self, method: str, path: str, body: object = None) -> Any:
        """Send to `/repos/OWNER/NAME` + `path`, and return the decoded answer.

        Raises:
            SightlineError: it refused, did not answer, or moved elsewhere.
        """
        return self._send(method, path, body)[0]

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield every entry of a list; `path` holds a query.

        Raises:
            SightlineError: as `request`.
        """
        number, more = 1, True
        while more:
            found, headers = self._send("GET", f"{path}&per_page={PAGE}&page={number}", None)
            yield from found
            number += 1
            # The address itself is not followed: it could name another host.
            more = bool(found) and 'rel="next"' in headers.get("link", "")

    def _send(self, method: str, path: str, body: object) -> tuple[Any, Mapping[str, str]]:
        where = f"{self._place.api}/repos/{self._place.repository}{path}"
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._place.token}",
            "User-Agent": "sightline",
            "X-GitHub-Api-Version": _VERSION,
        }
        data = None if body is None else json.dumps(body).encode()
        try:
            answer = self._pool.request(method, where, body=data, headers=headers, redirect=False, retries=_RETRY)
        except urllib3.exceptions.HTTPError as error:
            raise SightlineError("GitHub does not answer", where=f"{method} {where}", why=str(error)) from error
        told = {key.lower(): value for key, value in answer.headers.items()}
        if 200 <= answer.status < 300:
            try:
                return (json.loads(answer.data) if answer.data else None), told
            except ValueError as error:
                raise SightlineError("this is no answer of GitHub's", where=where, why=str(error)) from error
        raise SightlineError(
            f"GitHub refused with status {answer.status}",
            where=f"{method} {where}",
            why=_words(answer.data),
            help=_HELP.get(answer.status, "see whether the repository and the number are right"),
        )


_HELP = {
    401: "the token is wrong or has expired",
    403: "give the job `permissions:` to write here; a fork's pull request has none",
    404: "see whether the repository and the number are right, and the token may see them",
    301: "the repository moved: name it as it is called now",
}


def _words(data: bytes) -> str:
    try:
        return str(json.loads(data)["message"])[:300]
    except (ValueError, KeyError, TypeError):
        return data[:200].decode("utf-8", "replace")
