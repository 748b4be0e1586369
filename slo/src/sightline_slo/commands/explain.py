"""Say what SLOs mean: budget, alerts in plain words, detection and reset times, the traffic that is too low."""

from __future__ import annotations

from pathlib import Path

import click

from sightline_core.console import Console
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_slo.commands._options import code, compiled, refused, specs_options
from sightline_slo.commands._picking import backend_option, pick


@click.command("explain", help=__doc__)
@click.argument("key")
@specs_options
@backend_option
@click.option("--traffic", "per_hour", type=click.FloatRange(min=0), help="Events an hour to reckon with.")
@click.option("--svg", type=click.Path(dir_okay=False), help="Write the chart of the (one) SLO into this file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def command(
    *,
    key: str,
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    backend: str | None,
    per_hour: float | None,
    svg: str | None,
    as_json: bool,
) -> int:
    """Explain one SLO by its key, or those that a pattern such as `shop-*` names."""
    from sightline_core.atomic import write_text
    from sightline_core.envelope import dumps, envelope
    from sightline_slo.explaining import svg as drawing
    from sightline_slo.explaining import text
    from sightline_slo.explaining.explanation import as_data, explain

    console = Console.detect()
    answer = compiled(specs, variables, include, exclude)
    if refused(answer, console, as_json=as_json):
        return code(answer)
    chosen = pick(answer.slos, key, backend)
    made = [explain(slo, on[0], per_hour) for slo, on in chosen]
    if svg is not None:
        if len(made) != 1:
            raise SightlineError("one chart shows one SLO", where=key, why=f"{len(made)} match", help="name one")
        write_text(Path(svg), drawing.render(made[0]))
        console.note(f"wrote {svg}")
    if as_json:
        console.out(dumps(envelope([as_data(each) for each in made])), end="")
    else:
        for each in made:
            console.out(text.render(each, min(console.width, 100)))
    return ExitCode.OK if made else ExitCode.NOTHING
