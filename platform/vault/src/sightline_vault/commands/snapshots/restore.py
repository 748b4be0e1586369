"""Restore a snapshot into the cluster whose name is typed; exit 1 where that, or the snapshot, is wrong.

SNAPSHOT is a key of `sightline vault snapshot list`, or `newest`. Without --confirm, it is told what would be done.
"""

from __future__ import annotations

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
    from pathlib import Path

    from sightline_vault.snapshots.catalogue import Entry


@click.command("restore", help=__doc__)
@options.spec_argument
@click.argument("snapshot")
@client_options
@options.store_options
@options.public_option
@options.folder_option
@click.option("--confirm", metavar="NAME", default="", help="The target cluster's name, as it calls itself.")
@click.option(
    "--from-cluster", metavar="ID", default="", help="The snapshot is another cluster's, of this id, on purpose."
)
@click.option("--force", is_flag=True, help="Have Vault not look whether its seal opens the snapshot.")
@options.json_option
def command(
    *,
    spec: Path,
    snapshot: str,
    bucket: str | None,
    region: str | None,
    public_keys: tuple[Path, ...],
    folder: Path,
    confirm: str,
    from_cluster: str,
    force: bool,
    as_json: bool,
    **flags: Any,
) -> int:
    """Look, check, say, restore."""
    from sightline_vault.snapshots import restore as restoring
    from sightline_vault.snapshots import structure
    from sightline_vault.snapshots.aws import AwsKms
    from sightline_vault.snapshots.checking import judge
    from sightline_vault.snapshots.nameless import nameless
    from sightline_vault.snapshots.source import VaultTarget

    console = Console.detect()
    model = model_of(spec, console, as_json=as_json)
    store = options.store_of(model, bucket, region)
    entry = _entry(store, model.snapshots.prefix, snapshot, options.verifiers_of(public_keys))
    if entry is None:
        console.note(f"there is no whole snapshot of that key in {store.name}")
        return ExitCode.NOTHING
    if entry.manifest is None or not entry.whole:
        raise SightlineError("the snapshot is not to be restored", where=entry.key, why=entry.why)
    target = VaultTarget(open_client(flags, default=options.addresses_of(model)))
    with nameless(folder) as file:
        console.step(f"fetching {entry.key}")

        def kept() -> Any:
            for piece in store.get(entry.key):
                file.write(piece)
                yield piece

        kms = None if force else AwsKms(model.region)
        reading = structure.read(kept())
        findings = list(judge(reading, entry.key, entry.manifest, kms).findings)
        servers = reading.whole.meta.servers if reading.whole else ()
        planned = restoring.plan(target, entry.manifest, servers, force=force)
        for line in restoring.words(planned):
            console.note(line)
        if not confirm and not findings:
            console.note(f"nothing is done; to do it: --confirm {planned.leader.cluster_name}")
            return ExitCode.NO
        findings += restoring.refusals(planned, confirm, from_cluster)
        if not findings:
            console.step("restoring")
            restoring.restore(target, planned, file)
            # https://github.com/hashicorp/vault/issues/31742: "tls: unrecognized name".
            console.warn("restart the servers, all at once: until then they speak by the Raft TLS keys of before,")
            console.warn("and a server that joins or is restarted alone finds nobody to speak to")
    console.findings(findings, {})
    if as_json:
        data = {"snapshot": entry.key, "cluster_id": entry.manifest.cluster_id, "restored": not findings}
        console.out(dumps(envelope(data, findings)), end="")
    elif not findings:
        console.out(f"restored {entry.key} into {planned.leader.cluster_name}")
    return ExitCode.NO if findings else ExitCode.OK


def _entry(store: Any, prefix: str, snapshot: str, verifiers: Any) -> Entry | None:
    from sightline_vault.snapshots.catalogue import entries, newest

    if snapshot == "newest":
        return newest(store, prefix, verifiers)
    return next((each for each in entries(store, snapshot, verifiers) if each.key == snapshot), None)
