"""Render the chart's values, the server's configuration and all that stands beside them into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sightline_core.console import Console
from sightline_core.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.render.writing import Difference


@click.command("render", help=__doc__)
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where the folder holds something else.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document whatever comes of it, findings inside.")
def command(spec: Path, out: Path, *, check: bool, as_json: bool) -> int:
    """Write what changed, and delete what an earlier run wrote and no part renders any more."""
    from sightline_core.envelope import dumps, envelope
    from sightline_vault.model import read_spec, spec_file_text
    from sightline_vault.render.parts import render_all
    from sightline_vault.render.writing import compare, write

    console = Console.detect()
    text = spec_file_text(spec)
    cluster, findings = read_spec(text, str(spec))
    if not as_json:
        console.findings(findings, {str(spec): text})
    if cluster is None:
        if as_json:
            console.out(dumps(envelope(None, findings)), end="")
        return ExitCode.NO
    files = render_all(cluster)
    differs = compare(out, files) if check else write(out, files)
    if as_json:
        data = {"files": list(files), "changed": differs.changed, "missing": differs.missing, "stale": differs.stale}
        console.out(dumps(envelope(data, findings)), end="")
    else:
        for line in _lines(differs, check=check):
            console.note(line)
        console.note(f"{len(files)} files of {cluster.name}" + (", as they should be" if not differs else ""))
    return ExitCode.NO if check and differs else ExitCode.OK


def _lines(differs: Difference, *, check: bool) -> Iterator[str]:
    words = ("differs", "is missing", "is rendered no more") if check else ("written", "written", "deleted")
    for names, word in zip((differs.changed, differs.missing, differs.stale), words, strict=True):
        for name in names:
            yield f"{name}: {word}"
