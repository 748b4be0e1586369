"""Watch a server's certificate: tell it by SIGHUP when the mounted one is another, and fit to be served."""

from __future__ import annotations

from pathlib import Path

import click

from sightline_core.console import Console
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_vault.commands._model import model_of
from sightline_vault.model.naming import API_PORT, TLS_FOLDER

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("reload", help=__doc__)
@click.argument("spec", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--certificate", type=_FILE, default=f"{TLS_FOLDER}/tls.crt", show_default=True, help="The chain.")
@click.option("--key", type=_FILE, default=f"{TLS_FOLDER}/tls.key", show_default=True, help="Its private key.")
@click.option("--port", type=click.IntRange(1, 65535), default=API_PORT, show_default=True, help="The listener's.")
@click.option("--pid", type=click.IntRange(1), help="The server; by default each `vault server` of this pod.")
@click.option("--every", "every_s", type=click.FloatRange(min=0.1), default=10, show_default=True, help="Seconds.")
@click.option("--once", is_flag=True, help="Look once: exit 1 where another is served than is mounted.")
@click.option("--statsd", metavar="ADDRESS", help="Where metrics go; by default the Agent's Service. '' is nowhere.")
def command(
    spec: Path | None,
    *,
    certificate: Path,
    key: Path,
    port: int,
    pid: int | None,
    every_s: float,
    once: bool,
    statsd: str | None,
) -> int:
    """Look, and pause. Without SPEC metrics go nowhere by default, and carry no tags."""
    import datetime as dt

    from sightline_vault.dogstatsd import Dogstatsd
    from sightline_vault.model import Naming
    from sightline_vault.seal.certificates import Judged, judge, read_pair, served
    from sightline_vault.seal.processes import hang_up, servers
    from sightline_vault.seal.reloading import Action, Reloader
    from sightline_vault.seal.stopping import Stop

    console = Console.detect()
    where, service = "", "vault"
    tags: tuple[str, ...] = ()
    if spec is not None:
        model = model_of(spec, console)
        where, tags, service = Naming(model).statsd, Naming(model).tags, model.name

    def now() -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def mounted() -> Judged | None:
        try:
            return judge(*read_pair(certificate, key), now())
        except OSError:
            return None

    reloader = Reloader(
        mounted,
        lambda: served("localhost", port),
        lambda: [pid] if pid else servers(),
        hang_up,
        Dogstatsd(where if statsd is None else statsd, tags),
        console.out,
        now,
        service,
    )
    with Stop() as stop:
        if once:
            known = {"is_mounted": mounted() is not None, "is_served": served("localhost", port) is not None}
            _answerable(certificate, port, **known)
            return ExitCode.OK if reloader.look() is Action.NOTHING else ExitCode.NO
        while stop.goes_on():
            reloader.look()
            stop.pause(every_s)
    return ExitCode.OK


def _answerable(certificate: Path, port: int, *, is_mounted: bool, is_served: bool) -> None:
    if not is_mounted:
        raise SightlineError(
            "the mounted certificate cannot be read", where=str(certificate), help="name it by --certificate"
        )
    if not is_served:
        raise SightlineError(
            "no server serves a certificate",
            where=f"localhost:{port}",
            help="see the server's log: it reads the mounted one when it starts",
        )
