"""Ask KMS again and again to encrypt and decrypt by a cluster's key, as its seal would."""

from __future__ import annotations

from pathlib import Path

import click

from sightline_core.console import Console
from sightline_core.exit_codes import ExitCode
from sightline_vault.commands._model import model_of


@click.command("kms-probe", help=__doc__)
@click.argument("spec", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--once", is_flag=True, help="Look once: exit 1 where the key does not work.")
@click.option("--every", "every_s", type=click.FloatRange(min=1), help="Seconds from look to look, not the model's.")
@click.option("--key", metavar="KEY", help="A key's id, ARN or alias, not the model's.")
@click.option("--region", help="A region, not the model's.")
@click.option("--statsd", metavar="ADDRESS", help="Where metrics go; by default the Agent's Service. '' is nowhere.")
@click.option("--alive", type=click.Path(dir_okay=False, path_type=Path), help="Touch this file after each look.")
def command(
    spec: Path,
    *,
    once: bool,
    every_s: float | None,
    key: str | None,
    region: str | None,
    statsd: str | None,
    alive: Path | None,
) -> int:
    """Look, tell, and pause."""
    import time

    from sightline_vault.dogstatsd import Dogstatsd
    from sightline_vault.model import Naming
    from sightline_vault.seal.aws_kms import KmsClient
    from sightline_vault.seal.probe import Outcome, Prober, line, probe, send
    from sightline_vault.seal.stopping import Stop

    console = Console.detect()
    model = model_of(spec, console)
    naming = Naming(model)
    metrics = Dogstatsd(naming.statsd if statsd is None else statsd, naming.tags)
    kms, what = KmsClient(region or model.region), key or naming.seal_key

    def tell(outcome: Outcome) -> None:
        if not outcome.ok:
            kms.forget()
        send(outcome, metrics)
        console.out(line(outcome, model.name))

    with Stop() as stop:
        prober = Prober(
            lambda: probe(kms, what, time.time),
            tell,
            every_s or model.seal.probe_every_s,
            time.monotonic,
            stop.pause,
            alive,
        )
        if once:
            return ExitCode.OK if prober.once().ok else ExitCode.NO
        prober.run(stop.goes_on)
    return ExitCode.OK
