"""Reading request bodies: limits, compression, and what is answered when something is wrong."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

    from sightline_local.store import Store

MAX_BODY = 32 * 1024 * 1024
_PATIENCE = 100
_WBITS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


class RefusedError(Exception):
    """A body that is not taken: the HTTP status, and the reason for its sender."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class FullError(RefusedError):
    """The store takes no more for the moment; the sender should come again."""

    def __init__(self) -> None:
        super().__init__(503, "the store is full for the moment; send it again")


async def room_for(store: Store, rows: int) -> None:
    """Wait a moment while the store is full: a checkpoint takes longer than some tracers' patience with a 503."""
    for _ in range(_PATIENCE):
        if store.room(rows):
            return
        await asyncio.sleep(0.02)


async def read_body(request: Request) -> bytes:
    """Return the body, unpacked.

    Raises:
        RefusedError: too large packed or unpacked (413), packed in a way that is not known (415) or broken (400).
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_BODY:
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            raise _too_large()
        parts.append(part)
    body = parts[0] if len(parts) == 1 else b"".join(parts)
    return unpack(body, request.headers.get("content-encoding", ""))


def unpack(body: bytes, encoding: str) -> bytes:
    """Return the body without its compression, never more than the limit."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return body
    if name not in _WBITS:
        raise RefusedError(415, f"content-encoding `{name[:40]}` is not known here; send gzip, deflate or none")
    unpacker = zlib.decompressobj(_WBITS[name])
    try:
        plain = unpacker.decompress(body, MAX_BODY + 1)
    except zlib.error as error:
        raise RefusedError(400, f"the body is no {name}: {error}") from error
    if len(plain) > MAX_BODY:
        raise _too_large()
    if not unpacker.eof:
        raise RefusedError(400, f"the {name} body is cut short")
    return plain


def _too_large() -> RefusedError:
    return RefusedError(413, f"the body is larger than {MAX_BODY // (1024 * 1024)} MB")
