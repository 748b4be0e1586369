"""Print what specs compile to as JSON, or write it into a directory; nothing of it where a spec is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_slo.commands._options import code, compiled, counted, specs_options


@click.command("compile", help=__doc__)
@specs_options
@click.option("-o", "--out", type=click.Path(file_okay=False), help="Write <kind>.<key>.json files into a directory.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document whatever comes of it, findings inside.")
def command(out: str | None, *, as_json: bool, **chosen: tuple[str, ...]) -> int:
    """Compile for Datadog."""
    from sightline_datadog import directory

    console = Console.detect()
    answer = compiled(**chosen)
    if not as_json:
        console.findings(answer.findings, answer.sources)
    if not answer.documents:
        console.note(counted(answer))
    product: list[Any]
    if out is not None:
        product = [str(path) for path in directory.write(Path(out), answer.documents)] if answer.documents else []
        for path in product:
            console.note(f"wrote {path}")
    else:
        product = [{"kind": each.kind, "key": each.key, "body": each.body} for each in answer.documents]
    if as_json or (product and out is None):
        console.out(dumps(envelope(product, answer.findings if as_json else ())), end="")
    return code(answer)
