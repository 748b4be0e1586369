"""`sightline journeys`: run one, list them."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_core.suggest import did_you_mean
from sightline_synthetics.journeys import browser, declared
from sightline_synthetics.journeys.model import RunResult, StepResult, Verdict

if TYPE_CHECKING:
    from types import FrameType

CODES = {Verdict.PASSED: ExitCode.OK, Verdict.FAILED: ExitCode.NO, Verdict.BROKEN: ExitCode.UNANSWERED}

_FOLDER = click.option("--dir", "where", type=click.Path(path_type=Path), help="Folder of the declarations.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")


@click.group()
def journeys() -> None:
    """Run browser journeys."""


@journeys.command("list")
@_FOLDER
@_JSON
def list_(where: Path | None, *, as_json: bool) -> int:
    """List the declared journeys. Exit code: 0, or 3 when there is none."""
    found = declared.load(declared.folder(os.environ, where))
    console = Console.detect()
    if as_json:
        rows = [{"name": item.name, "summary": item.summary, "budget_s": item.budget_s} for item in found.values()]
        console.out(dumps(envelope(rows)), end="")
    for item in found.values() if not as_json else ():
        console.out(f"{item.name:<16} {item.summary}")
    return ExitCode.OK if found else ExitCode.NOTHING


@journeys.command()
@click.argument("name")
@click.option("--target", required=True, metavar="URL", help="The storefront.")
@click.option("--evidence", type=click.Path(path_type=Path), help="Folder for a failure's screenshot.")
@click.option("--location", default="local", show_default=True, help="Where the browser stands, a tag of the series.")
@_FOLDER
@_JSON
def run(name: str, target: str, evidence: Path | None, location: str, where: Path | None, *, as_json: bool) -> int:
    """Run the journey NAME against TARGET.

    Exit code: 0 passed, 1 the target failed it, 2 the runner could not do its part.
    """
    found = declared.load(declared.folder(os.environ, where))
    if name not in found:
        near = did_you_mean(name, found)
        raise SightlineError(
            f"there is no journey `{name}`",
            help=f"did you mean `{near}`?" if near else f"the journeys are: {', '.join(found) or 'none'}",
        )
    if not _is_web(target):
        raise SightlineError("the target is no web address", where=target, help="write http://host:port")
    try:
        from sightline_synthetics.journeys.runner import Runner
        from sightline_synthetics.journeys.telemetry import recording
    except ModuleNotFoundError as error:
        raise SightlineError(
            "journeys need a part that is not installed",
            why=str(error),
            help="install sightline-synthetics[browser]",
        ) from error
    console = Console.detect(quiet=as_json)
    signal.signal(signal.SIGTERM, _leave)

    def report(result: RunResult) -> None:
        if as_json:
            console.out(dumps(envelope(result.as_json())), end="")
        else:
            console.out(_summary(result))

    def abandon(result: RunResult) -> None:
        report(result)
        os._exit(CODES[result.verdict])  # nothing else ends a thread in somebody's endless loop

    with recording(os.environ, location=location) as recorder:
        runner = Runner(
            recorder=recorder,
            evidence=evidence or Path(tempfile.gettempdir()) / "sightline-journeys",
            environ=os.environ,
            told=lambda step: console.note(_line(step)),
            abandon=abandon,
        )
        result = runner.run(found[name], target)
    report(result)
    return CODES[result.verdict]


def _is_web(target: str) -> bool:
    try:
        parts = urlsplit(target)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _leave(number: int, _frame: FrameType | None) -> None:
    # Raising would run into a browser that may not answer; ending it and going is what was asked for.
    browser.kill(browser.browsers(os.getpid()))
    browser.kill(browser.drivers(os.getpid()))
    os._exit(128 + number)


def _line(step: StepResult) -> str:
    sign = "-" if step.error else "+"
    return f"  {sign} {step.name:<28} {step.duration_ms:>8.0f} ms" + (f"  {step.error}" if step.error else "")


def _summary(result: RunResult) -> str:
    counts = f"{len(result.steps)} steps, {result.requests} traced requests, Chromium {result.browser or 'unknown'}"
    details = {"error": result.error, "screenshot": result.screenshot, "trace": result.trace_id}
    return "\n".join(
        [
            f"{result.journey} {result.verdict} in {result.duration_ms / 1000:.2f} s ({counts})",
            *(f"  {word}: {value}" for word, value in details.items() if value),
        ]
    )
