"""Several requests under way at once, their results in the order in which they were asked for."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Given = TypeVar("Given")
Made = TypeVar("Made")


def ordered(work: Callable[[Given], Made], items: Sequence[Given], workers: int) -> Iterator[Made]:
    """Yield what `work` makes of each item, in the items' order, by at most so many threads.

    An exception ends it at its place: what has not begun is not begun. What is under way is not waited for, so that
    Ctrl-C ends the run and not only the waiting; a pool of the library joins its threads even then.
    """
    if workers < 2 or len(items) < 2:
        yield from map(work, items)
        return
    futures: list[Future[Made]] = [Future() for _ in items]
    left = iter(zip(items, futures, strict=True))
    lock, stopped = threading.Lock(), threading.Event()

    def run() -> None:
        while not stopped.is_set():
            with lock:
                item, future = next(left, (None, None))
            if future is None:
                return
            try:
                future.set_result(work(item))  # type: ignore[arg-type]  # the pair is whole where there is a future
            except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
                stopped.set()
                future.set_exception(error)

    for _ in range(min(workers, len(items))):
        threading.Thread(target=run, daemon=True).start()
    try:
        for future in futures:
            yield future.result()
    finally:
        stopped.set()
