"""`sightline load run`: checks what was asked, then becomes locust."""

from __future__ import annotations

import math
import os
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
import urllib3

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_core.loopback import without_vendor_env
from sightline_synthetics.durations import Duration
from sightline_synthetics.load import ledger as book
from sightline_synthetics.load.settings import LoadSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

STOP_TIMEOUT_S = 20
EXECUTABLE = Path(__file__).with_name("locustfile.py")


def _number(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    # `nan` is neither below nor above any bound, and so within every range of click's.
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number to count with")
    return value


@click.group()
def load() -> None:
    """Run load tests."""


@load.command()
@click.option("--target", required=True, metavar="URL", help="The storefront.")
@click.option("--users", default=8, show_default=True, type=click.IntRange(1, 5000), help="Visitors at a time.")
@click.option(
    "--rate",
    default=2.0,
    show_default=True,
    type=click.FloatRange(0),
    callback=_number,
    help="Visits per second; 0 = no limit.",
)
@click.option("--for", "duration", type=Duration(), help="How long, such as 90s or 10m. Default: until stopped.")
@click.option("--visits", default=0, type=click.IntRange(0), help="Stop after so many visits; 0 = no limit.")
@click.option("--seed", default=1, show_default=True, help="Decides what every visit intends.")
@click.option("--run-id", default="", help="Prefix of the idempotency keys. Default: random.")
@click.option("--ledger", default="load-ledger.jsonl", show_default=True, metavar="FILE", help="The run's own book.")
@click.option(
    "--as", "kind", default="customer", show_default=True, type=click.Choice(["customer", "load", "synthetic"]),
    help="What the traffic calls itself; all but customer need SIGHTLINE_TRAFFIC_KEY.",
)  # fmt: skip
@click.option(
    "--declined",
    default=0.05,
    show_default=True,
    type=click.FloatRange(0, 1),
    callback=_number,
    help="Share of cards declined.",
)
@click.option("--max-fail-ratio", default=0.01, show_default=True, type=click.FloatRange(0, 1), callback=_number)
@click.option("--max-p95", default=1500.0, show_default=True, type=click.FloatRange(0), callback=_number, metavar="MS")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def run(
    *,
    target: str,
    users: int,
    rate: float,
    duration: float | None,
    visits: int,
    seed: int,
    run_id: str,
    ledger: str,
    kind: str,
    declined: float,
    max_fail_ratio: float,
    max_p95: float,
    as_json: bool,
) -> None:
    """Shop at TARGET until told to stop, and judge how the shop bore it.

    Exit code: 0 within the thresholds, 1 not, 2 could not run, 3 nothing was sent.
    """
    if kind != "customer" and not os.environ.get("SIGHTLINE_TRAFFIC_KEY"):
        raise SightlineError(
            f"traffic cannot be marked as `{kind}`",
            why="without the key that the services know, every token counts as a customer's",
            help="set SIGHTLINE_TRAFFIC_KEY, or use `--as customer`",
        )
    settings = LoadSettings(
        seed=seed,
        rate=rate,
        visits=visits,
        ledger=str(Path(ledger).absolute()),
        run_id=run_id or secrets.token_hex(6),
        traffic=kind,
        declined=declined,
        max_fail_ratio=max_fail_ratio,
        max_p95_ms=max_p95,
        report_json=as_json,
    )
    require_answer(target)
    require_book(settings.ledger_path)
    # Becoming locust instead of starting it: one process less to weigh and to stop.
    os.execve(sys.executable, arguments(target, users, duration), environment(os.environ, settings))  # noqa: S606 - our own interpreter, a fixed list


def require_answer(target: str) -> None:
    """Find out whether anybody listens before a load generator reports a thousand refusals.

    Raises:
        SightlineError: nobody does.
    """
    try:
        # Its head is enough: a body may have no end.
        urllib3.PoolManager(retries=False, timeout=5.0).request("GET", target, preload_content=False).close()
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise SightlineError(
            "nobody answers at the target", where=target, why=str(error), help="start the services, or mend --target"
        ) from error


def require_book(path: Path) -> None:
    """Find out whether the ledger can be kept before locust dies over it in its own words.

    Raises:
        SightlineError: it cannot.
    """
    try:
        book.Ledger(path, time.time).close()
    except OSError as error:
        raise SightlineError(
            "the ledger cannot be written", where=str(path), why=str(error), help="name another file with --ledger"
        ) from error


def arguments(target: str, users: int, duration: float | None) -> list[str]:
    """Return the command line that runs locust without its page and without its tables."""
    return [
        sys.executable, "-P", "-m", "locust", "-f", str(EXECUTABLE), "--headless",
        "--users", str(users), "--spawn-rate", str(users),
        "--host", target, "--stop-timeout", str(STOP_TIMEOUT_S), "--skip-log-setup",
        *(["--run-time", f"{max(int(duration), 1)}s"] if duration else []),
    ]  # fmt: skip


def environment(environ: Mapping[str, str], settings: LoadSettings) -> dict[str, str]:
    """Return locust's environment: the settings, and nothing that would change its ways or send its data away."""
    kept = {name: value for name, value in without_vendor_env(environ).items() if not name.startswith("LOCUST_")}
    return {**kept, **settings.as_env()}


@load.command()
@click.argument("ledger", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def ledger(ledger: Path, *, as_json: bool) -> int:
    """Add up a run's book, also while the run still writes it, or after it was killed.

    Exit code: 0, or 3 when nothing is in it.
    """
    try:
        totals = book.read(ledger)
    except OSError as error:
        raise SightlineError("there is no such ledger", where=str(ledger), why=str(error)) from error
    console = Console.detect()
    if as_json:
        console.out(dumps(envelope(totals.as_json())), end="")
    else:
        for name, value in totals.as_json().items():
            console.out(f"{name:<16} {value}")
    return ExitCode.OK if totals.visits else ExitCode.NOTHING
