"""Rehearse a restore: the newest snapshot into a server that is thrown away; exit 1 where it would not have worked."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_vault.commands._model import model_of
from sightline_vault.commands.snapshots import _options as options
from sightline_vault.model.naming import PROGRAMS_FOLDER


@click.command("drill", help=__doc__)
@options.spec_argument
@options.store_options
@options.key_option
@options.public_option
@options.folder_option
@options.statsd_option
@click.option("--program", type=click.Path(dir_okay=False, path_type=Path), help="The server's program.")
@click.option("--snapshot", metavar="KEY", help="Another than the newest.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the signed report there.")
@options.json_option
def command(
    *,
    spec: Path,
    bucket: str | None,
    region: str | None,
    key: Path,
    public_keys: tuple[Path, ...],
    folder: Path,
    statsd: str | None,
    program: Path | None,
    snapshot: str | None,
    report: Path | None,
    as_json: bool,
) -> int:
    """Fetch, restore, look, tell."""
    import json

    from sightline_core import atomic
    from sightline_datadog.clock import utc_now
    from sightline_vault.snapshots import drill_report
    from sightline_vault.snapshots.aws import AwsKms
    from sightline_vault.snapshots.catalogue import entries, newest
    from sightline_vault.snapshots.drill import Means, drill
    from sightline_vault.snapshots.throwaway import program_of

    console = Console.detect()
    model = model_of(spec, console, as_json=as_json)
    metrics = options.statsd_of(statsd, model)
    name = "bao" if model.software.product == "openbao" else "vault"
    try:
        signer, verifiers = options.signer_of(key), options.verifiers_of(public_keys)
        found = program_of(program, (f"{PROGRAMS_FOLDER}/{name}", name))
        store = options.store_of(model, bucket, region)
        prefix = model.snapshots.prefix
        entry = (
            next((each for each in entries(store, snapshot, verifiers) if each.key == snapshot), None)
            if snapshot
            else newest(store, prefix, verifiers)
        )
        if entry is None or entry.manifest is None or not entry.whole:
            why = entry.why if entry else f"there is no whole snapshot below {store.name}/{snapshot or prefix}"
            drill_report.publish_failure(why, metrics)
            console.error(why)
            if as_json:
                console.out(dumps(envelope(None)), end="")
            return ExitCode.NOTHING
        means = Means(found, folder, AwsKms(model.region), os.environ, utc_now, tell=console.note)
        console.step(f"restoring {entry.key} into a server that is thrown away")
        outcome = drill(store, entry, entry.manifest, model, means)
        signed = drill_report.sign(outcome, [signer])
        if report is not None:
            atomic.write_bytes(report, signed)
    except OSError as error:
        drill_report.publish_failure(str(error), metrics)
        raise SightlineError("the drill cannot write", where=str(error.filename), why=str(error.strerror)) from error
    except SightlineError as error:
        drill_report.publish_failure(error.message, metrics)
        raise
    drill_report.publish(outcome, signed, metrics)
    console.findings(outcome.findings, {})
    if as_json:
        data = {**drill_report.plain(outcome), "report": json.loads(signed)}
        console.out(dumps(envelope(data, outcome.findings)), end="")
    else:
        console.out("\n".join(drill_report.words(outcome)))
    return ExitCode.OK if outcome.ok else ExitCode.NO
