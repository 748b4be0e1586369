"""Check snapshots without Vault: structure, sums, sealed sum, signed manifest; exit 1 where one is broken.

SNAPSHOTS are files with their manifests beside them, or keys in the bucket.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_vault.commands._model import model_of
from sightline_vault.commands.snapshots import _options as options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.diagnostics import Diagnostic
    from sightline_vault.snapshots.store import Store


@click.command("verify", help=__doc__)
@options.spec_argument
@click.argument("snapshots", nargs=-1, required=True)
@options.store_options
@options.public_option
@click.option("--offline", is_flag=True, help="Ask no KMS: the sealed sum stays closed.")
@options.json_option
def command(
    *,
    spec: Path,
    snapshots: tuple[str, ...],
    bucket: str | None,
    region: str | None,
    public_keys: tuple[Path, ...],
    offline: bool,
    as_json: bool,
) -> int:
    """Read each to its end."""
    from sightline_vault.snapshots import manifest as manifests
    from sightline_vault.snapshots.aws import AwsKms
    from sightline_vault.snapshots.checking import check
    from sightline_vault.snapshots.faults import SnapshotError

    console = Console.detect()
    model = model_of(spec, console, as_json=as_json)
    verifiers = options.verifiers_of(public_keys)
    kms = None if offline else AwsKms(model.region)
    findings: list[Diagnostic] = []
    data = []
    for name in snapshots:
        content, envelope_bytes = _opened(name, lambda: options.store_of(model, bucket, region))
        found: list[Diagnostic] = []
        manifest = None
        try:
            manifest = manifests.read(envelope_bytes, verifiers, name)
        except SnapshotError as error:
            found.append(error.finding(name))
        checked = check(content, name, manifest, kms)
        found += checked.findings
        findings += found
        data.append({"snapshot": name, "ok": not found, "sha256": checked.reading.sha256, "size": checked.reading.size})
        if not as_json:
            console.out(f"{'broken' if found else 'whole '}  {name}")
        console.findings(found, {})
    if as_json:
        console.out(dumps(envelope(data, findings)), end="")
    return ExitCode.NO if findings else ExitCode.OK


def _opened(name: str, store: object) -> tuple[Iterator[bytes], bytes]:
    """Return a file's content and its manifest, where there is such a file; else those of a key in the bucket."""
    from sightline_vault.snapshots.checking import pieces_of
    from sightline_vault.snapshots.manifest import SUFFIX

    path = Path(name)
    if path.is_file():
        beside = path.with_name(f"{path.name}{SUFFIX}")
        try:
            return pieces_of(path), beside.read_bytes()
        except OSError as error:
            raise SightlineError(
                "the manifest cannot be read", where=str(beside), why=str(error.strerror), help="put it beside the file"
            ) from error
    found: Store = store()  # type: ignore[operator]
    return found.get(name), b"".join(found.get(f"{name}{SUFFIX}"))
