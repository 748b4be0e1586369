"""Several requests under way at once, their results in the order in which they were asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Given = TypeVar("Given")
Made = TypeVar("Made")


def ordered(work: Callable[[Given], Made], items: Sequence[Given], workers: int) -> Iterator[Made]:
    """Yield what `work` makes of each item, in the items' order, by at most so many threads.

    An exception ends it at its place: what has not begun is not begun, what is under way is waited for.
    """
    if workers < 2 or len(items) < 2:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(min(workers, len(items))) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            for future in futures:
                yield future.result()
        finally:
            for future in futures:
                future.cancel()
