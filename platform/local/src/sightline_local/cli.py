"""`sightline local`: run the backend, and ask it."""

from __future__ import annotations

import json
import os
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode

DEFAULT_DATA = Path(".run") / "local"
ADDRESS = "http://127.0.0.1:4280"
_DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_DATA,
    show_default=True,
    help="Where everything is kept.",
)
_PORT = click.IntRange(0, 65535)


class Duration(click.ParamType[float]):
    """`10s`, `1m`, `0.5s`, or plain seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return seconds."""
        units = {"s": 1.0, "m": 60.0, "h": 3600.0}
        text = str(value).strip()
        number, unit = (text[:-1], text[-1]) if text[-1:] in units else (text, "s")
        try:
            seconds = float(number) * units[unit]
        except ValueError:
            self.fail(f"{value!r} is no duration such as 10s", param, ctx)
        if not 0.1 <= seconds <= 86400:
            self.fail(f"{value!r} is not between 0.1 s and a day", param, ctx)
        return seconds


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run and ask the local Datadog-compatible backend."""


@main.command()
@_DATA
@click.option("--host", default="127.0.0.1", show_default=True, help="Where API and console listen.")
@click.option("--api-port", type=_PORT, default=4280, show_default=True, help="API and console; 0 for any free port.")
@click.option("--agent-port", type=_PORT, default=8126, show_default=True, help="What tracers send to.")
@click.option("--otlp-port", type=_PORT, default=4318, show_default=True, help="OTLP over HTTP.")
@click.option("--dogstatsd-port", type=_PORT, default=8125, show_default=True, help="DogStatsD over UDP.")
@click.option("--dogstatsd-socket", type=click.Path(path_type=Path), help="DogStatsD over a Unix socket.")
@click.option("--tail", "tails", multiple=True, metavar="GLOB", help="Files of JSON lines to follow; repeatable.")
@click.option(
    "--evaluate-every", type=Duration(), default="10s", show_default=True, help="How often monitors are looked at."
)
@click.option("--webhook", default="", metavar="URL", help="Where to POST every notification.")
@click.option(
    "--api-key", default="", envvar="SIGHTLINE_API_KEY", help="What must be shown; needed beyond this machine."
)
@click.option(
    "--open-intake", is_flag=True, help="Let the protocols without keys (8126, 4318, 8125) listen on --host too."
)
@click.option(
    "--allow-host", "allow_hosts", multiple=True, metavar="NAME", help="Another name under which we are called."
)
def serve(**options: Any) -> int:
    """Run until SIGTERM or Ctrl-C; print one line of JSON with the addresses once they answer."""
    from sightline_local.server import Settings, run

    console = Console.detect()
    options["evaluate_every_s"] = options.pop("evaluate_every")
    settings = Settings(**options)

    def ready(addresses: dict[str, Any]) -> None:
        console.out(json.dumps(addresses))
        console.note(f"console: {addresses['console']}  agent: {addresses['agent']}  OTLP: {addresses['otlp']}")

    run(settings, ready)
    return ExitCode.OK


@main.command()
@click.option("--url", default=ADDRESS, show_default=True, envvar="SIGHTLINE_LOCAL_URL", help="The backend's address.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def status(url: str, *, as_json: bool) -> int:
    """Print what was received, stored and dropped, by protocol; exit 1 where something was dropped."""
    console = Console.detect()
    counters = _ask(url.rstrip("/") + "/api/local/v1/counters")
    dropped = sum(each["dropped"] for each in counters["protocols"].values())
    if as_json:
        console.out(dumps(envelope(counters)))
    else:
        columns = ("received", "stored", "dropped", "rejected")
        console.out(f"{'protocol':<16}" + "".join(f"{name:>12}" for name in columns))
        for name, row in counters["protocols"].items():
            console.out(f"{name:<16}" + "".join(f"{row[column]:>12}" for column in columns))
        evaluator = counters["evaluator"]
        console.out(
            f"evaluator: {evaluator['runs']} runs, every {evaluator['every_s']:g} s, last {evaluator['last_ms']} ms"
        )
    return ExitCode.NO if dropped else ExitCode.OK


@main.command()
@_DATA
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(data: Path, *, yes: bool) -> int:
    """Remove everything that the backend has kept; it must not be running."""
    console = Console.detect()
    if not data.is_dir():
        console.error(f"there is nothing at {data}")
        return ExitCode.NOTHING
    if not (data / "config.sqlite").is_file():
        raise SightlineError("this is not the backend's directory", where=str(data), why="it holds no config.sqlite")
    if not yes:
        click.confirm(f"Remove {data} with all it holds?", abort=True, err=True)
    from sightline_local.store import Store

    Store.open(data).close()  # refuses where another process holds it
    shutil.rmtree(data)
    console.note(f"removed {data}")
    return ExitCode.OK


def _ask(url: str) -> Any:
    key = os.environ.get("SIGHTLINE_API_KEY", "")
    if not url.startswith(("http://", "https://")):
        raise SightlineError("this is no address of a backend", where=url, help="it begins with http://")
    request = urllib.request.Request(url, headers={"DD-API-KEY": key} if key else {})  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - checked above
            return json.loads(response.read())
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise SightlineError(
            "the backend does not answer", where=url, why=str(error), help="start it with `sightline local serve`"
        ) from error
