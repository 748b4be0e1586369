"""Initialise a cluster once: recovery shares encrypted to its operators, the root token used and revoked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_vault.client.options import client_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_vault.client import VaultClient
    from sightline_vault.model import VaultClusterSpec
    from sightline_vault.seal.record import Record


@click.command("init", help=__doc__)
@click.argument("spec", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--to", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the encrypted shares go (0600)."
)
@click.option("--root-token-to", "holder", metavar="OPERATOR", help="Encrypt the root token to this operator's key.")
@click.option("--example", is_flag=True, help="Let keys of example domains pass: nobody can open what they close.")
@client_options
def command(spec: Path, *, to: Path, holder: str | None, example: bool, **flags: Any) -> int:
    """Check the keys, then hold the ceremony."""
    import datetime as dt

    from sightline_core.diagnostics import has_errors
    from sightline_core.located import load_all
    from sightline_vault.client.options import open_client
    from sightline_vault.model import Naming, read_spec, spec_file_text
    from sightline_vault.seal import record
    from sightline_vault.seal.ceremony import Ceremony
    from sightline_vault.seal.operators import read_keys

    console, now = Console.detect(), dt.datetime.now(dt.UTC)
    text = spec_file_text(spec)
    model, findings = read_spec(text, str(spec))
    if model is not None:
        documents, _ = load_all(text, str(spec))
        keys, found = read_keys(model.operators, documents[0], now, example=example)
        findings = [*findings, *found]
    console.findings(findings, {str(spec): text})
    if model is None or has_errors(findings):
        return ExitCode.NO
    if holder is not None and holder not in {each.operator for each in keys}:
        raise SightlineError(f"there is no operator {holder}", where=str(spec), help="name one of `operators`")
    naming = Naming(model)
    client = open_client(flags, default=[naming.api(each) for each in range(model.nodes)], token=False)
    ceremony = Ceremony(
        cluster=model.name,
        keys=keys,
        threshold=model.recovery_threshold,
        to=to,
        at=now.isoformat(timespec="seconds"),
        configure=_configure(model, console),
        rescue=lambda told: console.out(told, end=""),
        holder=holder or "",
    )
    with client:
        done = ceremony.run(client.with_token(None), record.read(to))
    _tell(console, done, to)
    return ExitCode.OK


def _configure(spec: VaultClusterSpec, console: Console) -> Callable[[VaultClient], None]:
    """Return what brings the model's configuration to a cluster that has none."""
    from sightline_vault.configuration.apply import Outcome, apply
    from sightline_vault.configuration.plan import plan
    from sightline_vault.configuration.reading import OnceEach
    from sightline_vault.configuration.things import Wish

    def configure(client: VaultClient) -> None:
        planned = plan(Wish(spec, {}), OnceEach(client))
        failed: list[Outcome] = []

        def observe(outcome: Outcome) -> None:
            if outcome.error:
                failed.append(outcome)

        apply(planned, client, observe)
        if failed:
            raise SightlineError(
                f"{len(failed)} changes of the configuration were refused",
                where=", ".join(f"{each.change.kind} {each.change.key}" for each in failed),
                why="; ".join(dict.fromkeys(each.error for each in failed)),
                help="make a root token of the recovery shares, then `sightline vault apply`",
            )
        console.note("the model's configuration was applied")

    return configure


def _tell(console: Console, done: Record, to: Path) -> None:
    console.out(f"{done.cluster} is initialised; {done.threshold} of {len(done.shares)} recovery shares act for it:")
    for share in done.shares:
        console.out(f"  {share.operator:<12} {share.fingerprint}")
    root = done.root or {}
    console.out(f"root token: encrypted to {root['operator']}" if "operator" in root else "root token: revoked")
    console.note(f"the encrypted shares are in {to}: give each operator theirs, and keep the file")
