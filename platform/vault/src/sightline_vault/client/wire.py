"""One request to one node, through hvac's raw adapter: no redirect, no proxy or netrc of the machine, always checked.

hvac ships no types, keeps its requests session open to the environment, and follows redirects, token and all; each of
these is set otherwise here.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import requests
from hvac.adapters import RawAdapter  # type: ignore[import-untyped]  # hvac ships none
from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.client.connection import Connection
    from sightline_vault.client.secret import Secret


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. `path` is without `/v1/`; `headers` are beyond the token's; `content` is a file for a body."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    timeout_s: float = 0
    content: BinaryIO | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the body as JSON (text where it is none, None where it is empty) and who said it."""

    status: int
    body: Any
    headers: Mapping[str, str]
    address: str
    attempts: int = 1

    @property
    def ok(self) -> bool:
        """Whether it is of the 2xx."""
        return 200 <= self.status < 300

    @property
    def data(self) -> dict[str, Any]:
        """The answer's `data`; empty where there is none."""
        found = self.body.get("data") if isinstance(self.body, dict) else None
        return found if isinstance(found, dict) else {}

    @property
    def errors(self) -> tuple[str, ...]:
        """Vault's own words."""
        if isinstance(self.body, dict):
            told = self.body.get("errors")
            return tuple(str(each) for each in told) if isinstance(told, list) else ()
        return (str(self.body)[:300],) if self.body else ()


class SilenceError(Exception):
    """A node gave no answer. `maybe_done`: the request may have reached it."""

    def __init__(self, why: str, *, maybe_done: bool) -> None:
        super().__init__(why)
        self.maybe_done = maybe_done


class Wire(Protocol):
    """Carries a request to a node."""

    def send(self, address: str, request: Request, token: Secret | None) -> Answer:
        """Return the answer, whatever its status.

        Raises:
            SilenceError: There is none.
        """

    def stream(self, address: str, request: Request, token: Secret | None) -> tuple[Answer, Iterator[bytes]]:
        """Return the head of an answer and its body in pieces, which is read to its end or closed.

        Raises:
            SilenceError: There is none; from the pieces, too, where it breaks off.
        """


class _Named(HTTPAdapter):
    """Checks the certificate against a name other than the address's host, and asks for it by SNI."""

    def __init__(self, name: str) -> None:
        self._name = name
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, assert_hostname=self._name, server_hostname=self._name)


class HvacWire:
    """hvac's `RawAdapter`, one for each node."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(connection.ca_file) if connection.ca_file else True
        if connection.server_name:
            self._session.mount("https://", _Named(connection.server_name))

    def send(self, address: str, request: Request, token: Secret | None) -> Answer:
        """See `Wire`."""
        try:
            response = self._ask(address, request, token, stream=False)
        except requests.RequestException as error:
            raise _silence(error) from error
        return _answer(response, address)

    def stream(self, address: str, request: Request, token: Secret | None) -> tuple[Answer, Iterator[bytes]]:
        """See `Wire`."""
        try:
            response = self._ask(address, request, token, stream=True)
            if not response.ok:
                return _answer(response, address), iter(())
        except requests.RequestException as error:
            raise _silence(error) from error
        return Answer(response.status_code, None, _headers(response), address), _pieces(response)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _ask(self, address: str, request: Request, token: Secret | None, *, stream: bool) -> requests.Response:
        adapter = RawAdapter(
            base_uri=address,
            token=token.reveal() if token else None,
            verify=self._session.verify,
            timeout=request.timeout_s or self._connection.timeout_s,
            allow_redirects=False,
            session=self._session,
            ignore_exceptions=True,
            strict_http=True,
        )
        headers = dict(request.headers or {})
        response: requests.Response = adapter.request(
            request.method.lower(),
            f"/v1/{request.path}",
            headers=headers,
            params=dict(request.query or {}),
            json=request.body,
            data=request.content,
            stream=stream,
        )
        return response


def _pieces(response: requests.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_content(64 * 1024)
    except requests.RequestException as error:
        raise _silence(error) from error
    finally:
        response.close()


def _headers(response: requests.Response) -> dict[str, str]:
    return {key.lower(): value for key, value in response.headers.items()}


def _answer(response: requests.Response, address: str) -> Answer:
    body: Any = response.text or None
    with suppress(ValueError, RecursionError):
        body = json.loads(response.text) if response.text else None
    return Answer(response.status_code, body, _headers(response), address)


def _silence(error: requests.RequestException) -> SilenceError:
    unsent = isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.InvalidURL)
    reason = getattr(error.args[0], "reason", error.args[0]) if error.args else error
    refused = type(reason).__name__ == "NewConnectionError"
    # The text of urllib3's errors begins with the object's address.
    words = str(reason).rpartition(">: ")[2] or type(reason).__name__
    return SilenceError(words, maybe_done=not (unsent or refused))
