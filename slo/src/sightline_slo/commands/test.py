"""Run the tests of alerts that stand in specs, and boundary tests made from their windows; score them with mutants."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode
from sightline_slo.commands._options import code, compiled, refused, specs_options
from sightline_slo.commands._picking import backend_option, pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_slo.model import Backend, Slo
    from sightline_slo.testing.mutation import Score
    from sightline_slo.testing.running import Outcome


@click.command("test", help=__doc__)
@specs_options
@click.option("--slo", "key", default="*", help="Only SLOs whose keys match, such as shop-*.")
@backend_option
@click.option("--mutate", is_flag=True, help="Change the alerts by stated sizes, and count what the tests catch.")
@click.option("--least", type=click.FloatRange(0, 100), default=95.0, help="The least mutation score, in percent; 95.")
@click.option("--export", type=click.Path(file_okay=False), help="Write rules and promtool tests into this directory.")
@click.option("--promtool", "with_promtool", is_flag=True, help="Run the exported tests: SIGHTLINE_PROMTOOL, or PATH.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def command(
    *,
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    key: str,
    backend: str | None,
    mutate: bool,
    least: float,
    export: str | None,
    with_promtool: bool,
    as_json: bool,
) -> int:
    """Test; exit 1 where a test fails or a score is too low, 3 where no SLO has a test."""
    from sightline_slo.testing.mutation import score
    from sightline_slo.testing.running import run

    console = Console.detect()
    answer = compiled(specs, variables, include, exclude)
    if refused(answer, console, as_json=as_json):
        return code(answer)
    chosen = pick(answer.slos, key, backend)
    outcomes = [each for slo, on in chosen for backend_ in on for each in run(slo, slo.tests, backend_)]
    bounds = {f"{slo.key} ({on_})": _bounds(slo, on_) for slo, on in chosen for on_ in on}
    scores = [score(slo) for slo, _ in chosen if slo.tests] if mutate else []
    native = _native([slo for slo, _ in chosen], export, console) if export or with_promtool else {}
    failed = any(each.problems for each in outcomes) or any(said for _, said in bounds.values())
    failed |= any(each.percent < least for each in scores) or any(native.values())
    if as_json:
        console.out(dumps(envelope(_data(outcomes, bounds, scores, native))), end="")
    else:
        _print(console, outcomes, bounds, scores)
        for name, said in native.items():
            console.out(f"{'FAIL' if said else 'ok  '} {name}: promtool" + (f"\n{said}" if said else ""))
    if not outcomes:
        console.note("no SLO here has a test")
        return ExitCode.NO if failed else ExitCode.NOTHING
    return ExitCode.NO if failed else ExitCode.OK


def _bounds(slo: Slo, backend: Backend) -> tuple[int, list[str]]:
    from sightline_slo.backtesting.alarm import alarms_of
    from sightline_slo.testing.boundaries import boundaries, hold

    made = list(boundaries(alarms_of(slo, backend)))
    return len(made), [problem for each in made for problem in hold(each, backend)]


def _native(slos: Sequence[Slo], export: str | None, console: Console) -> dict[str, str | None]:
    """Export, and run promtool where there is one; why something was not run is said."""
    from sightline_slo.testing import promtool

    with tempfile.TemporaryDirectory(prefix="sightline-promtool-") as temporary:
        made = promtool.export(slos, Path(export or temporary))
        for key, why in made.skipped.items():
            console.note(f"{key} is not exported: {why}")
        tool = promtool.find()
        if tool is None:
            console.note("promtool is not run: SIGHTLINE_PROMTOOL is not set, and PATH has none")
            return {}
        return {each.name: promtool.check(tool, each) for each in made.folders}


def _print(
    console: Console, outcomes: Sequence[Outcome], bounds: dict[str, tuple[int, list[str]]], scores: Sequence[Score]
) -> None:
    for each in outcomes:
        sign = console.paint("FAIL", "red", product=True) if each.problems else "ok  "
        console.out(f"{sign} {each.slo.key} ({each.backend}): {each.test.name}")
        for problem in each.problems:
            console.out(f"       {problem}")
        if each.problems and each.test.span is not None:
            console.out(f"       at {each.test.span}")
    for name, (count, said) in bounds.items():
        console.out(f"{'FAIL' if said else 'ok  '} {name}: {count} boundary tests of its windows")
        for problem in said:
            console.out(f"       {problem}")
    if scores:
        from sightline_slo.testing.mutation import SIZES

        sizes = ", ".join(f"{what} ± {100 * size:g} %" for what, size in SIZES.items())
        console.out(f"mutants: {sizes}; comparators, joins, severities and whole alerts")
    for scored in scores:
        counted = scored.killed + len(scored.survived)
        same = f", {len(scored.equivalent)} equivalent ones left out" if scored.equivalent else ""
        console.out(f"{scored.percent:5.1f} % of mutants caught: {scored.slo.key} ({scored.killed} of {counted}{same})")
        for survivor in scored.survived:
            console.out(f"       survived: {survivor}")
    failed = sum(bool(each.problems) for each in outcomes)
    console.note(f"{len(outcomes)} tests, {failed} failed")


def _data(
    outcomes: Sequence[Outcome],
    bounds: dict[str, tuple[int, list[str]]],
    scores: Sequence[Score],
    native: dict[str, str | None],
) -> dict[str, Any]:
    return {
        "tests": [
            {"key": each.slo.key, "backend": str(each.backend), "name": each.test.name, "problems": list(each.problems)}
            for each in outcomes
        ],
        "boundaries": [{"key": name, "tests": count, "problems": said} for name, (count, said) in bounds.items()],
        "mutation": [
            {
                "key": each.slo.key,
                "percent": each.percent,
                "killed": each.killed,
                "survived": list(each.survived),
                "equivalent": list(each.equivalent),
            }
            for each in scores
        ],
        "promtool": [{"key": name, "passed": said is None, "output": said} for name, said in native.items()],
    }
