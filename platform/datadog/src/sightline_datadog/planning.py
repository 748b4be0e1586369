"""From a wish to a plan: against the target, or against a snapshot of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError
from sightline_datadog.clock import utc_now
from sightline_datadog.sync import snapshot
from sightline_datadog.sync.diff import without_secrets
from sightline_datadog.sync.guard import nothing_listed, too_many_deletions
from sightline_datadog.sync.plan import Action, Plan, plan
from sightline_datadog.sync.targeting import targeted, without_other_deletions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sightline_core.console import Console
    from sightline_core.diagnostics import Diagnostic
    from sightline_datadog.documents import Document, Kind
    from sightline_datadog.session import Session
    from sightline_datadog.sync.remote import RemoteObject
    from sightline_datadog.sync.snapshot import Snapshot
    from sightline_datadog.wish import Wish

_EVERYTHING = 10**9


def chosen(wish: Wish) -> list[Document]:
    """Return the documents of a wish that its targets choose, with what they name."""
    return targeted(wish.documents, wish.targets)


def made(wish: Wish, session: Session) -> Plan:
    """Read what is there, and plan.

    Raises:
        SightlineError: the API refused or did not answer.
    """
    documents = chosen(wish)
    remote = session.read(documents, wish.kinds, wish.project)
    # A local backend is emptied whenever its owner likes.
    remembered = {} if session.target.local else session.cache.ours(wish.project)
    planned = _compared(wish, documents, remote)
    if not wish.allow_recreate:
        seen = {each.kind for each in remote}
        planned = _with(planned, nothing_listed(planned, documents, seen, remembered))
    if not planned.problems:
        session.cache.remember(wish.project, remote, wish.kinds)
    return planned


def made_offline(wish: Wish, path: Path, console: Console) -> tuple[Plan, Snapshot]:
    """Plan against a snapshot, and say how old it is. Secrets are hidden on both sides, so that they never differ.

    Raises:
        SightlineError: it cannot be read, or it knows nothing of what is asked.
    """
    if wish.adopt or wish.out:
        raise SightlineError(
            "a plan against a snapshot can only be looked at",
            where="--snapshot",
            why="--adopt and --out need what is there now",
            help="leave --snapshot out",
        )
    try:
        taken = snapshot.from_text(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        way_out = f"take it anew with `sightline datadog snapshot --project {wish.project} --out {path}`"
        raise SightlineError("the snapshot cannot be read", where=str(path), why=str(error), help=way_out) from error
    console.note(f"against the snapshot {path} of {taken.target}, {taken.age(utc_now())}; project: {wish.project}")
    documents = [replace(each, body=without_secrets(each.body)) for each in chosen(wish)]
    missing = {each.kind for each in documents} | set(wish.kinds)
    missing -= set(taken.kinds)
    if taken.project != wish.project or missing:
        why = f"it is of `{taken.project}`" if taken.project != wish.project else f"it holds no {min(missing)}s"
        raise SightlineError(
            "the snapshot does not hold what is asked",
            where=str(path),
            why=why,
            help=f"take it anew with `sightline datadog snapshot --project {wish.project} --out {path}`",
        )
    return _compared(wish, documents, taken.objects), taken


def _compared(wish: Wish, documents: Sequence[Document], remote: Sequence[RemoteObject]) -> Plan:
    others = [(each.kind, each.key) for each in wish.documents]
    planned = plan(documents, remote, project=wish.project, kinds=wish.kinds, adopt=wish.adopt, others=others)
    planned = without_other_deletions(planned, wish.targets)
    allowed = wish.allow_deletes
    if allowed is None and wish.allow_empty and not wish.documents:
        allowed = _EVERYTHING
    return _with(planned, too_many_deletions(planned, allowed))


def _with(planned: Plan, problems: Sequence[Diagnostic]) -> Plan:
    return replace(planned, problems=(*planned.problems, *problems)) if problems else planned


def kinds_of(planned: Plan) -> tuple[Kind, ...]:
    """Return the kinds that a plan changes."""
    return tuple(dict.fromkeys(each.kind for each in planned.changes if each.action is not Action.KEEP))
