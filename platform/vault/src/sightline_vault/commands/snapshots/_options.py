"""What the snapshot commands have in common: the model, the store, the keys that sign and verify."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_vault.model.naming import SIGNER_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sightline_core.signing.key_files import FileSigner, FileVerifier
    from sightline_vault.model import VaultClusterSpec
    from sightline_vault.snapshots.store import Store

_FILE = click.Path(dir_okay=False, path_type=Path)

spec_argument = click.argument("spec", type=click.Path(exists=True, dir_okay=False, path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
key_option = click.option(
    "--key", type=_FILE, default=Path(SIGNER_FILE), show_default=True, help="The private key that signs."
)
folder_option = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(tempfile.gettempdir()),
    show_default=True,
    help="Where nameless files are; as large as a snapshot.",
)
statsd_option = click.option(
    "--statsd",
    metavar="ADDRESS",
    help="Where DogStatsD is; by default the Agent that the model names. `none` for nowhere.",
)


def public_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add whom manifests are trusted of."""
    return click.option(
        "--public-key",
        "public_keys",
        type=_FILE,
        multiple=True,
        default=(Path(f"{SIGNER_FILE}.pub"),),
        show_default=True,
        help="Trust manifests that this key signed. Repeatable.",
    )(command)


def store_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add another bucket than the model's, such as that of the replica."""
    for option in (
        click.option("--region", metavar="NAME", help="The bucket's region, where it is not the model's."),
        click.option("--bucket", metavar="NAME", help="Another bucket than the model's, such as the replica."),
    ):
        command = option(command)
    return command


def addresses_of(spec: VaultClusterSpec) -> list[str]:
    """Return every server's API, for who names none."""
    from sightline_vault.model import Naming

    return [Naming(spec).api(each) for each in range(spec.nodes)]


def store_of(spec: VaultClusterSpec, bucket: str | None = None, region: str | None = None) -> Store:
    """Return the store."""
    from sightline_vault.model import Naming
    from sightline_vault.snapshots.s3 import S3Store

    return S3Store(bucket or spec.snapshots.bucket, region or spec.region, f"alias/{Naming(spec).store_key}")


def verifiers_of(paths: Sequence[Path]) -> list[FileVerifier]:
    """Return the keys that are trusted.

    Raises:
        SightlineError: One is not there, or none is.
    """
    from sightline_core.signing.key_files import load_verifier

    return [load_verifier(each) for each in paths]


def signer_of(path: Path) -> FileSigner:
    """Return the key that signs.

    Raises:
        SightlineError: It is not there, or others may read it.
    """
    from sightline_core.signing.key_files import load_signer

    return load_signer(path)


def statsd_of(address: str | None, spec: VaultClusterSpec) -> Any:
    """Return where metrics go."""
    from sightline_vault.dogstatsd import Dogstatsd
    from sightline_vault.model import Naming

    naming = Naming(spec)
    where = naming.statsd if address is None else "" if address == "none" else address
    return Dogstatsd(where, naming.tags)
