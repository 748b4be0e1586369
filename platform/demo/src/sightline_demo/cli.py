"""`sightline demo`."""

from __future__ import annotations

import contextlib
import math
import os
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_demo import ports, stack, story, summary
from sightline_demo.environment import guarded
from sightline_demo.folder import claim
from sightline_demo.interrupt import Interrupt, InterruptedStoryError
from sightline_demo.options import Mode, Options, seconds
from sightline_demo.scene import Scene
from sightline_demo.supervisor import Supervisor

if TYPE_CHECKING:
    from sightline_demo.outcome import Outcome


def _duration(_context: click.Context, _parameter: click.Parameter, value: str) -> float:
    try:
        return seconds(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _number(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    # `nan` is neither below nor above any bound, and so within every range of click's.
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number to count with")
    return value


@click.command()
@click.option("--for", "at_least", default="0", metavar="DURATION", callback=_duration,
              help="Keep customers shopping for at least so long, such as 10m, and then end.")  # fmt: skip
@click.option("--no-fault", is_flag=True, help="Leave out the fault, the page and the recovery.")
@click.option("--telemetry", default="ddtrace", show_default=True, type=click.Choice(["otel", "ddtrace", "mixed"]),
              help="The services' tracer; mixed alternates.")  # fmt: skip
@click.option("--seed", default=1, show_default=True, help="Of the customers.")
@click.option(
    "--rate",
    default=3.0,
    show_default=True,
    type=click.FloatRange(0.1, 100),
    callback=_number,
    help="Visits per second.",
)
@click.option("--free-ports", is_flag=True, help="Listen on any free ports, not on the well-known ones.")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="The run's folder. Default: .run/<time>.")
@click.option("--warm-up", default="60s", show_default=True, metavar="DURATION", callback=_duration,
              help="How long customers shop before the first judgement.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def main(
    *,
    at_least: float,
    no_fault: bool,
    telemetry: str,
    seed: int,
    rate: float,
    free_ports: bool,
    folder: Path | None,
    warm_up: float,
    as_json: bool,
) -> int:
    """Run the whole story on this machine: services, SLOs, customers, a fault, the page, the recovery.

    Exit code: 0 every step held, 1 one did not, 2 it could not be told, 130 interrupted.
    """
    console = Console.detect()
    where = claim(folder, time.strftime("%Y%m%d-%H%M%S"))
    options = Options(
        telemetry=cast("Mode", telemetry),
        fault=not no_fault,
        at_least_s=at_least,
        stay=sys.stdin.isatty() and sys.stdout.isatty() and not at_least and not as_json,
        free_ports=free_ports,
        seed=seed,
        rate=rate,
        folder=where,
        warm_up_s=warm_up,
    )
    interrupt = Interrupt()
    interrupt.install()
    run_id = secrets.token_hex(8)
    outcomes: list[Outcome] = []
    try:
        with contextlib.ExitStack() as ending:
            ending.callback(Path(stack.redis_socket(run_id)).unlink, missing_ok=True)
            supervisor = ending.enter_context(Supervisor(run_id, interrupt))
            scene = Scene(
                options=options,
                console=console,
                supervisor=supervisor,
                interrupt=interrupt,
                ports=ports.choose(free=free_ports),
                env=guarded(os.environ, run_id),
                admin_token=secrets.token_urlsafe(24),
                traffic_key=secrets.token_urlsafe(24),
                clock=time.monotonic,
                wall=time.time,
            )
            console.note(f"the run's data and logs are in {where}")
            outcomes = story.tell(scene)
            if as_json:
                console.out(dumps(envelope(summary.as_json(outcomes, scene.facts))), end="")
            else:
                console.out(summary.as_text(outcomes, scene.facts))
            if options.stay:
                story.stay(scene)
    except BrokenPipeError:
        raise  # nobody reads any more: the end of every command, and no trouble of the run
    except OSError as error:
        raise SightlineError(
            "the run cannot go on", where=str(where), why=str(error), help="is the disk full, or the folder gone?"
        ) from error
    except InterruptedStoryError:
        console.note("interrupted; every process of the run has ended")
        # At a terminal Ctrl-C is how a story that held is meant to end.
        if not outcomes:
            return ExitCode.INTERRUPTED
    return ExitCode.OK if all(item.held for item in outcomes) else ExitCode.NO
