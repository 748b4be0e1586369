"""Nodes without a network: each a function of a request, or silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.client.wire import Answer, Request, SilenceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sightline_vault.client.secret import Secret


class FakeWire:
    """Carries requests to functions; `asked` keeps who was asked what, in order."""

    def __init__(self, nodes: Mapping[str, Callable[[Request], Answer | Exception]]) -> None:
        self._nodes = nodes
        self.asked: list[tuple[str, Request, str]] = []

    def send(self, address: str, request: Request, token: Secret | None) -> Answer:
        self.asked.append((address, request, token.reveal() if token else ""))
        told = self._nodes[address](request)
        if isinstance(told, Exception):
            raise told
        return told

    def stream(self, address: str, request: Request, token: Secret | None) -> tuple[Answer, Iterator[bytes]]:
        return self.send(address, request, token), iter((b"pie", b"ces"))


def silent(why: str = "refused", *, maybe_done: bool = False) -> Callable[[Request], Exception]:
    """Return a node that does not answer."""
    return lambda _request: SilenceError(why, maybe_done=maybe_done)


def says(status: int, body: Any = None, **headers: str) -> Callable[[Request], Answer]:
    """Return a node that always answers the same."""
    return lambda _request: Answer(status, body, headers, "")
