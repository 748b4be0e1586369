"""Threads that know which request they work for.

A context does not cross into a thread by itself: a plain pool's lines and spans belong to nobody.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Thread
from typing import Any


class ContextExecutor(ThreadPoolExecutor):
    """A thread pool whose tasks run in the context of whoever submitted them."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit `fn` with a copy of the current context."""
        return super().submit(copy_context().run, fn, *args, **kwargs)


def context_thread(target: Callable[[], None], *, name: str) -> Thread:
    """A daemon thread, not started, that will run in a copy of the current context."""
    return Thread(target=copy_context().run, args=(target,), name=name, daemon=True)
