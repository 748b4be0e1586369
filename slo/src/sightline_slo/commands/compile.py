"""Print what specs compile to, or write it into a directory; nothing of it where a spec is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_slo.commands._options import code, compiled, counted, specs_options
from sightline_slo.model import Backend
from sightline_slo.outputs import NAMES

if TYPE_CHECKING:
    from sightline_slo.compile import Compiled
    from sightline_slo.outputs import Output


@click.command("compile", help=__doc__)
@specs_options
@click.option("--backend", type=click.Choice(list(NAMES)), default="datadog", help="What to compile to.")
@click.option("-o", "--out", type=click.Path(file_okay=False), help="Write files there; those of before go.")
@click.option("--compat", type=click.Choice(["sloth"]), help="Write Sloth's bytes: rules of Prometheus as it has them.")
@click.option("--no-rewrites", is_flag=True, help="Refuse what a backend takes only in other words.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document whatever comes of it, findings inside.")
def command(
    backend: str,
    out: str | None,
    *,
    compat: str | None,
    no_rewrites: bool,
    as_json: bool,
    **chosen: tuple[str, ...],
) -> int:
    """Compile for one backend, or as another program does."""
    if compat:
        from sightline_slo.commands.sloth import report
        from sightline_slo.sloth.compat import compile_as_sloth

        filters = {each: chosen[each] for each in ("include", "exclude")}
        return compile_as_sloth(chosen["specs"], out, report=report, **filters)
    from sightline_slo.outputs import output

    console, made = Console.detect(), output(backend)
    measured_by = (made.MEASURED_BY,) if made.MEASURED_BY else ()
    answer = compiled(**chosen, backends=measured_by, form=backend, rewrites=not no_rewrites)
    if not as_json:
        console.findings(answer.findings, answer.sources)
    fine = bool(answer.slos) and not answer.broken
    if not fine:
        console.note(counted(answer))
    product = _written(answer, made, backend, out, console) if fine and out is not None else None
    if as_json:
        data = product if product is not None else _printed(answer, made, backend) if fine else []
        console.out(dumps(envelope(data, answer.findings)), end="")
    elif fine and out is None:
        console.out(made.whole(answer.specs), end="")
    return code(answer)


def _written(answer: Compiled, made: Output, backend: str, out: str, console: Console) -> list[str]:
    from sightline_slo.writing import write

    there, gone = write(Path(out), backend, made.files(answer.specs))
    for path in there:
        console.note(f"wrote {path}")
    for path in gone:
        console.note(f"deleted {path}, which nothing compiles to any more")
    return [str(path) for path in there]


def _printed(answer: Compiled, made: Output, backend: str) -> list[dict[str, Any]]:
    if backend == Backend.DATADOG:
        return [{"kind": each.kind, "key": each.key, "body": each.body} for each in answer.documents]
    return [{"file": name, "text": text} for name, text in made.files(answer.specs)]
