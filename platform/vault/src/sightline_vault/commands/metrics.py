"""Look at every server and send what is seen to Datadog's intake or the local backend, as the Agent's check would.

It needs a token that may read sys/metrics (the policy `metrics`), by --token-file or VAULT_TOKEN.
"""

from __future__ import annotations

from pathlib import Path

import click

from sightline_core.console import Console
from sightline_core.exit_codes import ExitCode
from sightline_vault.commands._model import model_of

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
TIMEOUT_S = 5.0


@click.command("metrics", help=__doc__)
@click.argument("spec", type=_FILE)
@click.option(
    "--address", "addresses", multiple=True, metavar="URL", help="The servers in their order, not the model's."
)
@click.option("--ca-file", type=_FILE, envvar="VAULT_CACERT", help="The authority of the certificates.")
@click.option("--server-name", default="", metavar="NAME", help="Whom the certificates are made out to.")
@click.option("--token-file", type=click.Path(dir_okay=False, path_type=Path), help="Read anew at each look.")
@click.option("--to", default="http://127.0.0.1:4280", show_default=True, metavar="URL", help="The intake.")
@click.option("--every", "every_s", type=click.FloatRange(1, 300), default=15, show_default=True, help="Seconds.")
@click.option("--once", is_flag=True, help="Look once: exit 1 where a server is sealed or silent.")
def command(
    *,
    spec: Path,
    addresses: tuple[str, ...],
    ca_file: Path | None,
    server_name: str,
    token_file: Path | None,
    to: str,
    every_s: float,
    once: bool,
) -> int:
    """Look and send."""
    import json
    import os
    import time

    from sightline_core.errors import SightlineError
    from sightline_vault.client.options import secret_file, secret_variable
    from sightline_vault.model import Naming
    from sightline_vault.observability.collect import Collector
    from sightline_vault.observability.intake import Poster
    from sightline_vault.observability.looking import look
    from sightline_vault.seal.stopping import Stop

    console = Console.detect()
    cluster = model_of(spec, console)
    naming = Naming(cluster)
    where = addresses or tuple(naming.api(each) for each in range(cluster.nodes))
    post, collector = Poster(to, os.environ), Collector(naming.tags)

    def seen() -> bool:
        token = secret_file(token_file) if token_file else secret_variable(os.environ)
        fine = True
        for ordinal, address in enumerate(where):
            node = naming.pod(ordinal)
            found = look(node, address, ca=ca_file, server_name=server_name, token=token, timeout=TIMEOUT_S)
            now = int(time.time())
            if series := collector.series(found, now):
                post("/api/v2/series", json.dumps({"series": series}).encode())
            post("/api/v1/check_run", json.dumps(collector.checks(found, now)).encode())
            sealed = found.health is None or bool(found.health.get("sealed"))
            if sealed:
                console.warn(f"{node} is {'sealed' if found.health else f'silent: {found.why}'}")
            fine = fine and not sealed
        return fine

    if once:
        return ExitCode.OK if seen() else ExitCode.NO
    with Stop() as stop:
        while stop.goes_on():
            began = time.monotonic()
            try:
                seen()
            except SightlineError as error:
                console.warn(f"{error.message}: {error.why or error.where}")
            stop.pause(max(0.0, every_s - (time.monotonic() - began)))
    return ExitCode.OK
