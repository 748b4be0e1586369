"""A cluster as one partner: any node is asked, and the next where one is gone, sealed or without a leader."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO, Self
from urllib.parse import urlsplit

from sightline_vault.client.errors import NoAnswerError, VaultError
from sightline_vault.client.wire import Answer, HvacWire, Request, SilenceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from sightline_vault.client.connection import Connection
    from sightline_vault.client.secret import Secret
    from sightline_vault.client.wire import Wire

_REDIRECTS = {301, 302, 307, 308}
_TOO_MANY = 429
_SEALED = 503


@dataclass(frozen=True, slots=True)
class Patience:
    """How often all nodes are gone through, and the pauses between; they double.

    The defaults (8 s of pauses) outlast an election with `performance_multiplier = 1`, not one by Vault's defaults.
    """

    rounds: int = 6
    first_s: float = 0.25
    longest_s: float = 4.0

    def pause(self, number: int) -> float:
        """Return the pause after the round of this number, from 0."""
        return float(min(self.first_s * 2**number, self.longest_s))


class VaultClient:
    """Asks the nodes of one cluster.

    A request may be sent again after silence or a 5xx, so it may be done twice: what it asks has to bear that. The
    answer's `attempts` tells whether it was.
    """

    def __init__(
        self,
        connection: Connection,
        token: Secret | None = None,
        *,
        wire: Wire | None = None,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.connection = connection
        self.token = token
        self._wire = wire or HvacWire(connection)
        self._patience = patience or Patience()
        self._sleep = sleep
        self._first = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        close = getattr(self._wire, "close", None)
        if close:
            close()

    def with_token(self, token: Secret | None) -> VaultClient:
        """Return a client of the same connection with another token, or with none."""
        return VaultClient(self.connection, token, wire=self._wire, patience=self._patience, sleep=self._sleep)

    def at(self, address: str) -> VaultClient:
        """Return a client that asks one node alone, and once."""
        alone = replace(self.connection, addresses=(address,))
        return VaultClient(alone, self.token, wire=self._wire, patience=Patience(rounds=1), sleep=self._sleep)

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = 0,
        once: bool = False,
    ) -> Answer:
        """Return the first answer that is neither a 5xx nor a redirect, else the last one there was.

        Where `once`, what may have been done is not asked again: silence or a 5xx (but 503, sealed) is then the end.

        Raises:
            NoAnswerError: No node answers.
        """
        request = Request(method, path, body, query, headers, timeout_s)
        return self._through(request, lambda where, what: (self._sent(where, what), None), once=once)[0]

    def read(self, path: str, *, query: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        """Return the whole answer to a GET; None for a 404.

        Raises:
            VaultError: Vault refused.
            NoAnswerError: No node answers.
        """
        answer = self.ask("GET", path, query=query)
        if answer.status == 404:
            return None
        return _whole(expected(answer, "GET", path))

    def list(self, path: str) -> tuple[str, ...]:
        """Return the keys below a path; none for a 404.

        Raises:
            VaultError: Vault refused.
            NoAnswerError: No node answers.
        """
        answer = self.ask("LIST", path)
        if answer.status == 404:
            return ()
        return tuple(expected(answer, "LIST", path).data.get("keys") or ())

    def write(self, path: str, body: Mapping[str, Any] | None = None, *, method: str = "POST") -> dict[str, Any]:
        """Write, and return the whole answer.

        Raises:
            VaultError: Vault refused.
            NoAnswerError: No node answers.
        """
        return _whole(expected(self.ask(method, path, body or {}), method, path))

    def delete(self, path: str) -> None:
        """Delete.

        Raises:
            VaultError: Vault refused.
            NoAnswerError: No node answers.
        """
        expected(self.ask("DELETE", path), "DELETE", path)

    def stream(
        self, path: str, *, query: Mapping[str, str] | None = None, timeout_s: float = 0
    ) -> tuple[Answer, Iterator[bytes]]:
        """Return the head of the answer to a GET and its body in pieces; who asks looks at the head's `ok`.

        Raises:
            NoAnswerError: No node answers.
        """
        request = Request("GET", path, None, query, None, timeout_s)
        answer, pieces = self._through(request, lambda where, what: self._wire.stream(where, what, self.token))
        return answer, pieces or iter(())

    def upload(self, path: str, content: BinaryIO, *, timeout_s: float) -> Answer:
        """Post a file to the first address, once: a second node would get what is left of it.

        Raises:
            NoAnswerError: It does not answer.
        """
        address = self.connection.addresses[0]
        try:
            return self._sent(address, Request("POST", path, timeout_s=timeout_s, content=content))
        except SilenceError as error:
            text = f"no answer to POST {path}"
            raise NoAnswerError(text, maybe_done=error.maybe_done, where=address, why=str(error)) from error

    def _sent(self, address: str, request: Request) -> Answer:
        return self._wire.send(address, request, self.token)

    def _through(
        self,
        request: Request,
        send: Callable[[str, Request], tuple[Answer, Iterator[bytes] | None]],
        *,
        once: bool = False,
    ) -> tuple[Answer, Iterator[bytes] | None]:
        addresses = self.connection.addresses
        last: Answer | None = None
        silent: dict[str, str] = {}
        attempts, maybe_done = 0, False
        for number in range(self._patience.rounds):
            pause = self._patience.pause(number)
            for _ in addresses:
                address = addresses[self._first % len(addresses)]
                attempts += 1
                try:
                    answer, pieces = send(address, request)
                except SilenceError as error:
                    silent[address] = str(error)
                    maybe_done = maybe_done or error.maybe_done
                    self._first += 1
                    if once and error.maybe_done:
                        raise _no_answer(request, silent, maybe_done=True) from error
                    continue
                final = answer.status not in _REDIRECTS and answer.status != _TOO_MANY and answer.status < 500
                if final or (once and answer.status >= 500 and answer.status != _SEALED):
                    return replace(answer, attempts=attempts), pieces
                last = replace(answer, attempts=attempts)
                if answer.status == _TOO_MANY:
                    pause = max(pause, _asked(answer))
                    break
                self._turn(answer)
            if number + 1 < self._patience.rounds:
                self._sleep(pause)
        if last is not None:
            return last, iter(())
        why = "; ".join(f"{address}: {reason}" for address, reason in silent.items())
        where = ", ".join(addresses)
        raise NoAnswerError(
            f"no answer to {request.method} {request.path}", maybe_done=maybe_done, where=where, why=why
        )

    def _turn(self, answer: Answer) -> None:
        """Go on to the node that a redirect names where it is one of ours, else to the next one."""
        target = urlsplit(answer.headers.get("location", "")).netloc
        hosts = [urlsplit(each).netloc for each in self.connection.addresses]
        self._first = hosts.index(target) if target in hosts else self._first + 1


def expected(answer: Answer, method: str, path: str) -> Answer:
    """Return the answer where it is a yes.

    Raises:
        VaultError: It is a no.
    """
    if answer.ok:
        return answer
    errors = answer.errors
    if answer.status in _REDIRECTS:
        errors = (f"it leads to {answer.headers.get('location', 'nowhere')}, which is none of the addresses given",)
    raise VaultError(method, path, answer.status, errors, answer.address)


def _no_answer(request: Request, silent: Mapping[str, str], *, maybe_done: bool) -> NoAnswerError:
    why = "; ".join(f"{address}: {reason}" for address, reason in silent.items())
    message = f"no answer to {request.method} {request.path}"
    return NoAnswerError(message, maybe_done=maybe_done, where=", ".join(silent), why=why)


def _whole(answer: Answer) -> dict[str, Any]:
    return answer.body if isinstance(answer.body, dict) else {}


def _asked(answer: Answer) -> float:
    text = answer.headers.get("retry-after", "")
    return min(float(text), 10.0) if text.isdigit() else 0.0
