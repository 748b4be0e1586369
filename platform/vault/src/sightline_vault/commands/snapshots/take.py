"""Take a snapshot from the leader, check it, store it, read it back; exit 1 where it came back changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_vault.client.options import client_options, open_client
from sightline_vault.commands._model import model_of
from sightline_vault.commands.snapshots import _options as options

if TYPE_CHECKING:
    from sightline_vault.model.cluster import Snapshots
    from sightline_vault.snapshots.store import Store
    from sightline_vault.snapshots.take import Taken


@click.command("take", help=__doc__)
@options.spec_argument
@client_options
@options.store_options
@options.key_option
@options.folder_option
@options.statsd_option
@click.option(
    "--out", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder, and not the bucket."
)
@click.option("--replica", metavar="BUCKET", help="Store a copy there, too, in the model's other region.")
@click.option("--prune", is_flag=True, help="Delete those that are older than the model keeps them.")
@options.json_option
def command(
    *,
    spec: Path,
    bucket: str | None,
    region: str | None,
    key: Path,
    folder: Path,
    statsd: str | None,
    out: Path | None,
    replica: str | None,
    prune: bool,
    as_json: bool,
    **flags: Any,
) -> int:
    """Take, sign, store, prune, tell."""
    import getpass
    import socket

    from sightline_datadog.clock import utc_now
    from sightline_vault.snapshots import catalogue, keeping, manifest, telling
    from sightline_vault.snapshots.aws import AwsKms
    from sightline_vault.snapshots.faults import SnapshotError
    from sightline_vault.snapshots.source import VaultSource
    from sightline_vault.snapshots.take import Job, take

    console = Console.detect()
    model = model_of(spec, console, as_json=as_json)
    signer, metrics = options.signer_of(key), options.statsd_of(statsd, model)
    wanted = model.snapshots
    try:
        client = open_client(flags, default=options.addresses_of(model))
        by = f"{flags.get('login') or getpass.getuser()}@{socket.gethostname()}"
        job = Job(VaultSource(client), AwsKms(model.region), by, utc_now, canary=wanted.canary, tell=console.note)
        console.step("taking a snapshot from the leader")
        taken = take(job, out or folder)
        with taken.file:
            signed = manifest.sign(taken.manifest, [signer])
            stores = [options.store_of(model, bucket, region)] if out is None else []
            stores += [options.store_of(model, replica, wanted.replica_region)] if replica else []
            stored = [_kept(taken, signed, out)] if out is not None else []
            for store in stores:
                stored.append(_deposited(store, taken, signed, wanted))
                console.note(f"stored {stored[-1]}, read back and compared")
    except SnapshotError as error:
        telling.failed(error.message, metrics)
        if as_json:
            console.out(dumps(envelope(None, [error.finding(wanted.bucket)])), end="")
        console.findings([error.finding(wanted.bucket)], {})
        return ExitCode.NO
    except SightlineError as error:
        telling.failed(error.message, metrics)
        raise
    telling.taken(taken.manifest, metrics)
    if prune and out is None:
        store = options.store_of(model, bucket, region)
        found = catalogue.entries(store, wanted.prefix, [signer.verifier()])
        went, locked = keeping.prune(store, keeping.expired(found, utc_now(), wanted.keep_days))
        console.note(f"deleted {len(went)} old ones; {len(locked)} are locked still")
    if as_json:
        data = {"stored": stored, "manifest": taken.manifest.plain(), "tries": list(taken.tries)}
        console.out(dumps(envelope(data)), end="")
    else:
        console.out("\n".join(stored))
    return ExitCode.OK


def _deposited(store: Store, taken: Taken, signed: bytes, wanted: Snapshots) -> str:
    from sightline_vault.snapshots.deposit import deposit

    key = deposit(store, wanted.prefix, taken.file, manifest=taken.manifest, signed=signed, lock_days=wanted.lock_days)
    return f"{store.name}/{key}"


def _kept(taken: Taken, signed: bytes, out: Path) -> str:
    from sightline_core.atomic import write_bytes
    from sightline_vault.snapshots import nameless
    from sightline_vault.snapshots.manifest import SUFFIX

    path = out / taken.manifest.name
    try:
        nameless.name(taken.file, path)
        write_bytes(path.with_name(f"{path.name}{SUFFIX}"), signed)
    except OSError as error:
        raise SightlineError("the snapshot cannot be written", where=str(path), why=str(error)) from error
    return str(path)
