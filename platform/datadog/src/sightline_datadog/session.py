"""A target at the other end of a wire, for one command: where it is, what is known of it, how waiting is told."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from sightline_core.errors import SightlineError
from sightline_datadog import settings
from sightline_datadog.sync.cache import Cache, no_cache, open_cache
from sightline_datadog.sync.progress import EveryNow
from sightline_datadog.sync.remote import read_remote
from sightline_datadog.transport import ClientTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sightline_core.console import Console
    from sightline_datadog.documents import Document, Kind
    from sightline_datadog.settings import Target
    from sightline_datadog.sync.remote import RemoteObject
    from sightline_datadog.transport import Transport


@dataclass(frozen=True, slots=True)
class Session:
    """What a command needs of its target; `tell` is given lines that replace one another."""

    target: Target
    transport: Transport
    cache: Cache
    tell: Callable[[str], None]

    def read(self, documents: Sequence[Document], kinds: Iterable[Kind], project: str | None) -> list[RemoteObject]:
        """Read what a plan of these documents needs, with progress.

        Raises:
            SightlineError: the API refused or did not answer.
        """
        remote = read_remote(self.transport, documents, kinds, self.tell, cache=self.cache, project=project)
        self.tell("")
        return remote

    def may_change(self, console: Console, shown: Callable[[], str], *, yes: bool, always: bool = False) -> bool:
        """Ask where it must be asked; whether it was, since a plan ages while a person thinks.

        Raises:
            SightlineError: there is nobody to ask.
            click.Abort: the answer is no.
        """
        if yes or (self.target.local and not always):
            return False
        if not sys.stdin.isatty():
            raise SightlineError(
                f"not asked whether to change {self.target.host}",
                why="there is no terminal",
                help="say --yes, after a plan",
            )
        console.note(shown())
        click.confirm(f"Do this at {self.target.host}?", abort=True, err=True)
        return True


def open_session(console: Console, *, project: str, cache: bool = True, both_keys: bool = True) -> Session:
    """Find the target and say which it is.

    Raises:
        SightlineError: there are keys without a target, or a target without keys.
    """
    target = settings.resolve(os.environ, both_keys=both_keys)
    where = f"{target.host} (this machine)" if target.local else target.host
    console.note(f"target: {where}" + (f", project: {project}" if project else ""))
    tell = console.redraw if console.interactive else EveryNow(console.note)
    transport = ClientTransport(target, waiting=tell)
    return Session(target, transport, open_cache(target) if cache else no_cache(), tell)
