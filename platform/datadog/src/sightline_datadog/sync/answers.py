"""Telling the refusal of one object, which is an answer, from an API that does not work, which is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_datadog.wire import Answer

Taken = TypeVar("Taken")

_KEYS = "check DD_API_KEY and DD_APP_KEY, and what the application key may do"
_HINTS = {
    401: "check DD_API_KEY",
    403: _KEYS,
    404: "check DD_HOST: this does not look like Datadog's API",
    429: "wait, then push again: what was done by then is found",
}
_AGAIN = "push again: what was done by then is found"


def required(answer: Answer, what: str) -> Answer:
    """Return an answer that says yes.

    Raises:
        SightlineError: it says anything else; `what` was attempted, such as `list slos`.
    """
    if not answer.ok:
        raise _failure(answer, what)
    return answer


def unless_down(answer: Answer, what: str) -> Answer:
    """Return an answer to one object, be it a refusal.

    Raises:
        SightlineError: no other object would fare better: keys, rate limits, an API out of order, a redirect.
    """
    if answer.status in {401, 403, 408, 429} or answer.status >= 500 or 300 <= answer.status < 400:
        raise _failure(answer, what)
    return answer


def taken(answer: Answer, take: Callable[[object], Taken], what: str) -> Taken:
    """Take what is needed out of an answer that says yes.

    Raises:
        SightlineError: it says no, or it is not shaped as the vendor's: something else answers at that address.
    """
    try:
        return take(required(answer, what).body)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise SightlineError(
            f"could not {what}", where=answer.where, why="the answer is not Datadog's", help="check DD_HOST"
        ) from error


def _failure(answer: Answer, what: str) -> SightlineError:
    hint = _HINTS.get(answer.status, "")
    if 300 <= answer.status < 400:
        hint = f"it leads to {answer.headers.get('location', 'another address')}; keys are not taken along: set DD_HOST"
    elif answer.status >= 500:
        hint = _AGAIN
    return SightlineError(f"could not {what}", where=answer.where, why=_why(answer), help=hint)


def _why(answer: Answer) -> str:
    said = answer.errors
    return said if said.startswith("status ") else f"status {answer.status}: {said}"
