"""The wire: the vendor's official client as transport, with raw bodies and our own patience."""

from __future__ import annotations

import contextlib
import json
import re
import time
from typing import TYPE_CHECKING

import urllib3
from datadog_api_client import ApiClient, Configuration
from datadog_api_client.exceptions import ApiException

from sightline_datadog.budget import Budget
from sightline_datadog.patience import IDEMPOTENT, Patience
from sightline_datadog.wire import Answer, NoAnswerError, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sightline_datadog.settings import Target

__all__ = ["Answer", "ClientTransport", "NoAnswerError", "Transport"]

TIMEOUT_S = 60
CONNECTIONS = 8
"""How many requests are under way at most: the vendor's edge answers 512 to many more (datadog-sync-cli)."""
_SILENCES = 3
# A redirect is an answer like any other: urllib3 would take our keys along to wherever it leads.
_NO_RETRY = urllib3.Retry(0, raise_on_redirect=False)


class ClientTransport:
    """`ApiClient.call_api`: its sites, its authentication, its user agent; not its models and not its retry.

    The models take two seconds for a large dashboard and drop what they do not know; the retry sends a create again
    at once after a 500, which makes two objects of one.
    """

    def __init__(
        self,
        target: Target,
        *,
        sleep: Callable[[float], None] = time.sleep,
        timeout_s: float = TIMEOUT_S,
        patience: Patience | None = None,
        waiting: Callable[[str], None] = lambda _text: None,
    ) -> None:
        """Say with `waiting` why nothing happens for a while; `sleep` is how one waits."""
        configuration = Configuration(  # type: ignore[no-untyped-call]  # the vendor ships no types for it
            host=target.host,
            api_key={"apiKeyAuth": target.api_key, "appKeyAuth": target.app_key},
            enable_retry=False,
            retry_policy=_NO_RETRY,
            is_iac=True,
        )
        self._client = ApiClient(configuration)
        # The client's pool holds four connections, whatever the configuration says, and logs each one beyond.
        self._client.rest_client.pool_manager.connection_pool_kw["maxsize"] = CONNECTIONS
        self._configuration = configuration
        self._target = target
        self._sleep = sleep
        self._timeout_s = timeout_s
        self._patience = patience or Patience()
        self._budget = Budget()
        self._waiting = waiting

    def request(self, method: str, path: str, *, query: Sequence[tuple[str, str]] = (), body: object = None) -> Answer:
        """Send; wait as long as a 429 or a spent limit says, and repeat what broke where it may be sent twice."""
        self._wait(min(self._budget.take(method, path), self._patience.longest_s), f"the rate limit of {path}")
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = self._once(method, path, query, body)
            except NoAnswerError as error:
                if not error.maybe_done or method not in IDEMPOTENT or attempt >= _SILENCES:
                    raise
                self._wait(self._patience.backoff(attempt), error.message)
                continue
            self._budget.learn(method, path, answer.headers)
            pause = self._patience.pause(method, answer.status, answer.headers, attempt, time.time())
            if pause is None:
                return answer
            self._wait(pause, f"status {answer.status} of {path}")

    def _wait(self, seconds: float, why: str) -> None:
        if seconds > 0:
            if seconds >= 1:
                self._waiting(f"waiting {seconds:.0f} s: {why}")
            self._sleep(seconds)

    def _once(self, method: str, path: str, query: Sequence[tuple[str, str]], body: object) -> Answer:
        headers = {
            "Accept": "application/json",
            "DD-API-KEY": self._configuration.api_key["apiKeyAuth"],
        }
        if application := self._configuration.api_key["appKeyAuth"]:
            headers["DD-APPLICATION-KEY"] = application
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = self._client.call_api(
                path,
                method,
                header_params=headers,
                query_params=list(query) or None,
                body=body,
                preload_content=False,
                request_timeout=self._timeout_s,
            )
            return _answer(response.status, response.data, response.headers, self._target.host + path)
        except ApiException as error:
            if not error.status:
                raise self._silence(method, path, error) from error
            return _answer(error.status, error.body, error.headers or {}, self._target.host + path)
        except urllib3.exceptions.HTTPError as error:
            raise self._silence(method, path, error) from error

    def _silence(self, method: str, path: str, error: Exception) -> NoAnswerError:
        reason = getattr(error, "reason", None) or error
        maybe_done = not isinstance(reason, urllib3.exceptions.ConnectTimeoutError)
        if isinstance(reason, urllib3.exceptions.ReadTimeoutError):
            # A request that was sent may have been done: only asking again, by its mark, tells.
            why, way_out = f"nothing within {self._timeout_s:g} s", "push again: what was done by then is found"
        else:
            why = re.sub(r"<[^>]*>:?\s*", "", str(reason))
            way_out = "check DD_SITE or DD_HOST, and the network"
            if self._target.local:
                way_out = "start the local backend (`sightline local serve`), or set DD_SITE and the keys"
        return NoAnswerError(
            f"no answer to {method} {path}", maybe_done=maybe_done, where=self._target.host, why=why, help=way_out
        )


def _answer(status: int, data: object, headers: Mapping[str, str], where: str) -> Answer:
    # The client hands an error's body over as bytes or as what it made of them, by its mood.
    body: object = data
    if isinstance(data, bytes | str):
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        body = text[:500] or None
        # What nests too far to be read is no answer of the vendor's, either.
        with contextlib.suppress(ValueError, RecursionError):
            body = json.loads(text)
    return Answer(status, body, {key.lower(): value for key, value in headers.items()}, where)
