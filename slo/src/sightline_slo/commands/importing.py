"""Write specs of our own form from what others hold.

They go to standard output, or with -o into a directory, a file a service. What could not be taken along is said on
standard error. What is written is compiled at once, and what is wrong with it is shown.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sightline_slo.importing.native import Imported


@click.group("import", help=__doc__)
def command() -> None:
    """Hold the two sources."""


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    for each in (
        click.option("--service", default="imported", show_default=True, help="Whose SLOs they are that name none."),
        click.option("-o", "--out", type=click.Path(file_okay=False), help="Write <service>.yaml files there."),
    ):
        function = each(function)
    return function


@command.command("pyrra")
@click.argument("files", nargs=-1, required=True)
@_options
def pyrra(files: tuple[str, ...], service: str, out: str | None) -> int:
    """Read ServiceLevelObjective objects of Pyrra out of FILES."""
    from sightline_core.located import load_all
    from sightline_slo.files import read
    from sightline_slo.importing import pyrra as source

    console = Console.detect()
    sources = read(files)
    findings, made = [], []
    for name, text in sources.items():
        documents, problems = load_all(text, name)
        findings += problems
        made += [source.read(each, None if service == "imported" else service, findings) for each in documents]
    if findings:
        console.findings(findings, sources)
        return ExitCode.NO
    return _written([each for each in made if each is not None], out, console)


@command.command("datadog")
@click.option("--project", help="Only what carries this project's mark.")
@_options
def datadog(project: str | None, service: str, out: str | None) -> int:
    """Read the SLOs of an account, their corrections and the burn-rate monitors on them.

    The account is DD_SITE or DD_HOST with the keys; with none of them, the local backend.
    """
    from sightline_datadog import settings
    from sightline_datadog.documents import Kind
    from sightline_datadog.sync.remote import read_remote
    from sightline_datadog.transport import ClientTransport
    from sightline_slo.importing import datadog as source

    console = Console.detect()
    target = settings.resolve(os.environ)
    console.note(f"source: {target.host}")
    remote = read_remote(ClientTransport(target), [], (Kind.SLO, Kind.SLO_CORRECTION, Kind.MONITOR), console.redraw)
    console.redraw("")
    return _written(source.read(remote, project, service), out, console)


def _written(imported: Sequence[Imported], out: str | None, console: Console) -> int:
    from sightline_core.atomic import write_text
    from sightline_slo.compile import compile_specs
    from sightline_slo.importing.native import documents

    texts = {f"{service}.yaml": text for service, text in documents(imported).items()}
    for each in imported:
        for note in each.notes:
            console.warn(note)
    answer = compile_specs(texts)
    console.findings(answer.findings, answer.sources)
    if out is None:
        console.out("---\n".join(texts.values()), end="")
    for name, text in texts.items() if out is not None else ():
        path = Path(out or "") / name
        # Whoever imported once may have changed it since.
        if path.exists() and path.read_text(encoding="utf-8") != text:
            raise SightlineError(
                "a spec is there already and says something else", where=str(path), help="move it away"
            )
        try:
            write_text(path, text)
        except OSError as error:
            raise SightlineError("a spec cannot be written", where=str(path), why=str(error.strerror)) from error
        console.note(f"wrote {path}")
    console.note(f"{len(imported)} SLO{'s' * (len(imported) != 1)}")
    if answer.broken:
        return ExitCode.NO
    return ExitCode.OK if imported else ExitCode.NOTHING
