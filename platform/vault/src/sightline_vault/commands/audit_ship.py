"""Ship the audit log: scrubbed events out, denied requests counted, the log rotated.

SPEC is the cluster's file, whose names may be said in clear; FILE the log of a file audit device. Delivered events are
remembered beside it, so that a restart or a rotation loses none and repeats at most the last batch.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sightline_core.console import Console
from sightline_core.exit_codes import ExitCode
from sightline_vault.commands._model import model_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_vault.observability.audit.ship import Shipper
    from sightline_vault.observability.audit.sinks import Sink

_PATH = click.Path(dir_okay=False, path_type=Path)


@click.command("audit-ship", help=__doc__)
@click.argument("spec", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("file", type=_PATH)
@click.option("--to", default="-", show_default=True, metavar="WHERE", help="- for stdout, a file, or an intake's URL.")
@click.option("--statsd", metavar="ADDRESS", help="Where metrics go; by default the Agent's Service. '' is nowhere.")
@click.option("--position", type=_PATH, help="Where to keep how far it was shipped; beside FILE by default.")
@click.option("--once", is_flag=True, help="Ship what is there, and end.")
@click.option("--rotate-mib", type=click.IntRange(1), help="Rotate the log beyond so many MiB, and tell the server.")
@click.option(
    "--keep", type=click.IntRange(0), default=2, show_default=True, help="Rotated logs to keep, once shipped."
)
@click.option("--pid", type=click.IntRange(1), help="The server; by default each `vault server` of this pod.")
def command(
    *,
    spec: Path,
    file: Path,
    to: str,
    statsd: str | None,
    position: Path | None,
    once: bool,
    rotate_mib: int | None,
    keep: int,
    pid: int | None,
) -> int:
    """Ship."""
    import socket
    import time
    from contextlib import closing

    from sightline_vault.dogstatsd import Dogstatsd
    from sightline_vault.model import Naming
    from sightline_vault.observability.audit import ship
    from sightline_vault.observability.audit.follow import Follower
    from sightline_vault.observability.audit.scrub import Scrubber
    from sightline_vault.observability.audit.vocabulary import vocabulary
    from sightline_vault.seal.stopping import Stop

    console = Console.detect()
    cluster = model_of(spec, console)
    naming = Naming(cluster)
    # The Agent that takes a datagram may be another node's, so that each says whose it is.
    tags = (*naming.tags, f"pod_name:{socket.gethostname()}")
    metrics = Dogstatsd(naming.statsd if statsd is None else statsd, tags)
    with closing(Follower(file, position or file.with_name(f".{file.name}.position"))) as follower:
        shipper = ship.Shipper(file, follower, Scrubber(vocabulary(cluster), naming.tags), _sink(to, console), metrics)
        if once:
            console.note(f"{shipper.drain()} events shipped")
            shipper.gauges()
            return ExitCode.OK
        tend = _tender(shipper, rotate_mib, keep, pid) if rotate_mib else lambda: None
        with Stop() as stop:

            def wait(seconds: float) -> bool:
                stop.pause(seconds)
                return not stop.goes_on()

            ship.run(shipper, clock=time.monotonic, wait=wait, tell=console.warn, tend=tend)
    return ExitCode.OK


def _sink(to: str, console: Console) -> Sink:
    import os

    from sightline_vault.observability.audit.sinks import Intake, Lines
    from sightline_vault.observability.intake import Poster

    if to.startswith(("http://", "https://")):
        return Intake(Poster(to, os.environ))
    return Lines(None if to == "-" else Path(to), lambda text: console.out(text, end=""))


def _tender(shipper: Shipper, most_mib: int, keep: int, pid: int | None) -> Callable[[], None]:
    """Return what rotates: the log aside where it is large, the server told, what was shipped removed."""
    from datetime import UTC, datetime

    from sightline_vault.observability.audit import rotate
    from sightline_vault.seal.processes import servers

    def tend() -> None:
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
        if rotate.rotated(shipper.path, most_mib << 20, stamp) or rotate.waiting(shipper.path):
            rotate.reopen([pid] if pid else servers())
        rotate.prune(shipper.follower.read_wholly(), keep)

    return tend
