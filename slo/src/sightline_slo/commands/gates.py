"""Print Datadog's deployment gates for the services of specs, or write them where `compile --out` wrote the monitors.

A service gets one gate in --env, and a rule for each SLO: a deploy passes where none of the SLO's alerts of --severity
fires. `sightline datadog plan` and `push` take what --out writes. Exit 1: a spec is wrong. Exit 3: there is no alert.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode
from sightline_slo.commands._options import compiled, refused, specs_options
from sightline_slo.durations import seconds
from sightline_slo.model import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_slo.backends.datadog_gates import Gating
    from sightline_slo.model import Slo

LONGEST_S = 7200
"""How long a rule may watch, by the vendor's documentation."""


class Watch(click.ParamType[int]):
    """A duration of two hours at most."""

    name = "DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return seconds."""
        found = 0 if value == "0" else seconds(str(value))
        if found is None or found > LONGEST_S:
            self.fail(f"`{value}` must be a duration such as 10m, and 2h at most", param, ctx)
        return found


def _word(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Refuse what a key could not hold: its mark ends at the next space."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", value):
        raise click.BadParameter(f"`{value}` must be letters, digits and any of _ . -")
    return value


@click.command("gates", help=__doc__)
@specs_options
@click.option("--env", required=True, callback=_word, help="The environment that is deployed to.")
@click.option("--identifier", default="default", show_default=True, callback=_word, help="Of several gates, which.")
@click.option(
    "--severity",
    "severities",
    multiple=True,
    default=("page",),
    show_default=True,
    type=click.Choice([each.value for each in Severity]),
    help="Whose alerts stop a deploy; repeatable.",
)
@click.option(
    "--watch", type=Watch(), default="0", help="For how long no alert may fire, such as 10m; a look unless said."
)
@click.option("--warmup", type=Watch(), default="0", help="How long a rule waits before it looks.")
@click.option("--allow-no-data", is_flag=True, help="Let a deploy pass where an alert has no data.")
@click.option("--dry-run", is_flag=True, help="Let the gates only say what they would do.")
@click.option(
    "--inline", is_flag=True, help="Make files for `datadog-ci deployment gate --config` instead, one a service."
)
@click.option("-o", "--out", type=click.Path(file_okay=False, path_type=Path), help="Write files there; old ones go.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document whatever comes of it, findings inside.")
def command(
    *,
    env: str,
    identifier: str,
    severities: tuple[str, ...],
    watch: int,
    warmup: int,
    allow_no_data: bool,
    dry_run: bool,
    inline: bool,
    out: Path | None,
    as_json: bool,
    **chosen: tuple[str, ...],
) -> int:
    """Compile, gate, print or write."""
    from sightline_slo.backends.datadog_gates import Gating
    from sightline_slo.model import Backend
    from sightline_slo.writing import write

    if inline and (warmup or allow_no_data):
        raise click.UsageError(
            "--inline has neither --warmup nor --allow-no-data: the vendor's form has no words for them"
        )
    console = Console.detect()
    answer = compiled(**chosen, backends=(Backend.DATADOG,))
    if refused(answer, console, as_json=as_json):
        return ExitCode.NO
    wanted = frozenset(map(Severity, severities))
    gating = Gating(env, wanted, identifier, watch, warmup, no_data=not allow_no_data, dry_run=dry_run)
    if not as_json:
        console.findings(answer.findings, answer.sources)
    data, files = (_inline if inline else _documents)(answer.slos, gating, console)
    if data and out is not None:
        # Each environment's files are a set of their own in the directory.
        there, gone = write(out, f"datadog-gates {'inline ' * inline}{env} {identifier}", files)
        for verb, paths in (("wrote", there), ("deleted", gone)):
            for path in paths:
                console.note(f"{verb} {path}")
    if as_json or (data and out is None):
        console.out(dumps(envelope(data, answer.findings if as_json else ())), end="")
    if not data:
        console.note(f"no SLO has an alert of severity {' or '.join(severities)} at Datadog")
    return ExitCode.OK if data else ExitCode.NOTHING


def _documents(slos: Sequence[Slo], gating: Gating, _console: Console) -> tuple[list[Any], list[tuple[str, str]]]:
    from sightline_datadog.directory import file_name, to_json
    from sightline_slo.backends.datadog_gates import gates

    made = list(gates(slos, gating))
    data = [{"kind": each.kind, "key": each.key, "body": each.body} for each in made]
    return data, [(file_name(each), to_json(each)) for each in made]


def _inline(slos: Sequence[Slo], gating: Gating, console: Console) -> tuple[list[Any], list[tuple[str, str]]]:
    from sightline_slo.backends.datadog_ci_gates import configurations
    from sightline_slo.outputs import to_json

    made, left = configurations(slos, gating)
    for key in left:
        console.warn(f"{key} is left out: it is guarded, and a search would find the silent parts of its alert, too")
    data = [{"service": service, "env": gating.env, "configuration": each} for service, each in made.items()]
    return data, [(f"{service}-{gating.env}.gate.json", to_json(each)) for service, each in made.items()]
