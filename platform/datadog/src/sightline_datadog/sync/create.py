"""Making an object once, though the answer may get lost: before it is made again, our own mark is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError
from sightline_datadog.documents import NATURAL
from sightline_datadog.ownership import Mark, read_mark
from sightline_datadog.patience import BROKEN, IDEMPOTENT, Patience
from sightline_datadog.sync.answers import taken, unless_down
from sightline_datadog.sync.endpoints import ENDPOINTS
from sightline_datadog.sync.remote import list_entries
from sightline_datadog.wire import NoAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sightline_datadog.sync.endpoints import Call
    from sightline_datadog.wire import Answer, Transport

ATTEMPTS = 4
"""How often an object is tried to be made, each time after a look whether it is there."""
_DUPLICATE = ("duplicate", "already exists")


class Maker:
    """Makes and changes objects through a transport; `pause` waits some seconds."""

    def __init__(self, transport: Transport, pause: Callable[[float], None], patience: Patience | None = None) -> None:
        self._transport = transport
        self._pause = pause
        self._patience = patience or Patience()

    def create(self, mark: Mark, body: Mapping[str, Any]) -> tuple[str, str]:
        """Make an object that carries a mark.

        An answer that says nothing of what was done (5xx, none at all) is followed by a look for the mark; so is the
        vendor's refusal of a duplicate, which may be our own of a moment ago.

        Returns:
            Its id and nothing; or nothing and the vendor's refusal.

        Raises:
            SightlineError: the API stopped answering, or turns everything away.
        """
        endpoint, what = ENDPOINTS[mark.kind], f"create {mark.kind} {mark.key}"
        title = endpoint.titled(body)
        call = endpoint.create(body)
        for attempt in range(1, ATTEMPTS + 1):
            answer, failure = self._try(call)
            if answer is not None and not _says_nothing(answer):
                if answer.ok:
                    return taken(answer, lambda made: str(endpoint.unwrap(made)["id"]), what), ""
                found = self._ours(mark, title) if _duplicate(answer) else None
                return (found, "") if found else ("", unless_down(answer, what).errors)
            self._pause(self._patience.backoff(attempt))
            found = self._ours(mark, title)
            if found:
                return found, ""
            if attempt == ATTEMPTS:
                if failure is not None:
                    raise failure
                if answer is not None:
                    unless_down(answer, what)
        raise SightlineError(f"could not {what}", help="push again: what was done by then is found")

    def send(self, call: Call, what: str) -> Answer:
        """Send a change or a deletion, which may be sent twice, though its method may not say so: PATCH, and some POST.

        What broke is sent again here, unless the transport has done that already.

        Raises:
            SightlineError: the API stopped answering, or turns everything away.
        """
        attempts = 1 if call.method in IDEMPOTENT else ATTEMPTS
        for attempt in range(1, attempts + 1):
            answer, failure = self._try(call)
            if answer is not None and (not _says_nothing(answer) or attempt == attempts):
                return unless_down(answer, what)
            if failure is not None and attempt == attempts:
                raise failure
            self._pause(self._patience.backoff(attempt))
        raise SightlineError(f"could not {what}", help="push again: what was done by then is found")

    def _try(self, call: Call) -> tuple[Answer | None, NoAnswerError | None]:
        try:
            return self._transport.request(call.method, call.path, query=call.query, body=call.body), None
        except NoAnswerError as error:
            if not error.maybe_done:
                raise
            return None, error

    def _ours(self, mark: Mark, title: str) -> str:
        """Return the id of the object with this mark (or of this name, which is all that some kinds have); or nothing.

        The whole list is read: the vendor's search lags behind what was just made.
        """
        endpoint = ENDPOINTS[mark.kind]
        for entry in list_entries(self._transport, mark.kind):
            if "id" not in entry or endpoint.dead(entry):
                continue
            if endpoint.titled(entry) == title if mark.kind in NATURAL else read_mark(mark.kind, entry) == mark:
                return str(entry["id"])
        return ""


def _says_nothing(answer: Answer) -> bool:
    return answer.status in BROKEN or answer.status >= 500


def _duplicate(answer: Answer) -> bool:
    said = answer.errors.lower()
    return answer.status == 409 or any(word in said for word in _DUPLICATE)
