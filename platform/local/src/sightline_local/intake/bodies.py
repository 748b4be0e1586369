"""Reading request bodies: limits, compression, and what is answered when something is wrong."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from sightline_local.store import Store

MAX_BODY = 32 * 1024 * 1024
BODY_S = 30.0
_PATIENCE = 100
_LARGE = 512 * 1024
T = TypeVar("T")
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


async def aside(work: Callable[[], T], size: int) -> T:
    """Decode a large body in a thread, so that it does not hold up the others."""
    return await run_in_threadpool(work) if size > _LARGE else work()


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """Return the body, unpacked.

    Raises:
        RefusedError: too large packed or unpacked (413), packed in a way that is not known (415) or broken (400), not
            sent to its end (400) or not in time (408).
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.stream():
                size += len(part)
                if size > limit:
                    raise _too_large(limit)
                parts.append(part)
    except TimeoutError as error:
        raise RefusedError(408, f"the body did not come within {BODY_S:g} s") from error
    except ClientDisconnect as error:
        raise RefusedError(400, "the connection ended before the body did") from error
    body = parts[0] if len(parts) == 1 else b"".join(parts)
    return unpack(body, request.headers.get("content-encoding", ""), limit)


def unpack(body: bytes, encoding: str, limit: int = MAX_BODY) -> bytes:
    """Return the body without its compression, never more than the limit."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return body
    if name not in _WBITS:
        raise RefusedError(415, f"content-encoding `{name[:40]}` is not known here; send gzip, deflate or none")
    plain = b""
    while True:
        unpacker = zlib.decompressobj(_WBITS[name])
        try:
            plain += unpacker.decompress(body, limit + 1 - len(plain))
        except zlib.error as error:
            raise RefusedError(400, f"the body is no {name}: {error}") from error
        if len(plain) > limit:
            raise _too_large(limit)
        if not unpacker.eof:
            raise RefusedError(400, f"the {name} body is cut short")
        body = unpacker.unused_data
        if not body:
            return plain  # else another member follows: gzip files may be joined


def _too_large(limit: int) -> RefusedError:
    return RefusedError(413, f"the body is larger than {limit // (1024 * 1024)} MB")
