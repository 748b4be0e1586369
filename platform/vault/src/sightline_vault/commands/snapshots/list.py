"""List the snapshots in the bucket, the newest first, each by its signed manifest; exit 3 where there is none."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode
from sightline_vault.commands._model import model_of
from sightline_vault.commands.snapshots import _options as options

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_vault.snapshots.catalogue import Entry

_TIME = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"])


@click.command("list", help=__doc__)
@options.spec_argument
@options.store_options
@options.public_option
@click.option("--since", type=_TIME, help="Not older than this (UTC).")
@click.option("--until", type=_TIME, help="Not younger than this (UTC).")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="So many at most.")
@options.json_option
def command(
    *,
    spec: Path,
    bucket: str | None,
    region: str | None,
    public_keys: tuple[Path, ...],
    since: dt.datetime | None,
    until: dt.datetime | None,
    limit: int,
    as_json: bool,
) -> int:
    """Read the catalogue."""
    from sightline_vault.snapshots.catalogue import entries

    console = Console.detect()
    model = model_of(spec, console, as_json=as_json)
    store = options.store_of(model, bucket, region)
    verifiers = options.verifiers_of(public_keys)
    found = entries(store, model.snapshots.prefix, verifiers, since=_utc(since), until=_utc(until))
    shown = list(islice(found, limit))
    if as_json:
        console.out(dumps(envelope([_plain(each) for each in shown])), end="")
    else:
        for each in shown:
            console.out(f"{each.taken_at:%Y-%m-%d %H:%M:%S}Z  {each.size:>12}  {each.key}  {each.why}".rstrip())
    console.note(f"{len(shown)} in {store.name}, {sum(each.whole for each in shown)} of them whole")
    return ExitCode.OK if shown else ExitCode.NOTHING


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "size": entry.size,
        "taken_at": entry.taken_at.isoformat(),
        "whole": entry.whole,
        "why": entry.why,
        "manifest": entry.manifest.plain() if entry.manifest else None,
    }


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.replace(tzinfo=dt.UTC) if moment else None
