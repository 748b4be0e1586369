"""What the sub-commands have in common: which specs, which variables, and how an answer ends."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode
from sightline_slo.durations import seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_core.console import Console
    from sightline_core.diagnostics import Diagnostic
    from sightline_slo.compile import Compiled

_SPECS = click.argument("specs", nargs=-1, required=True)
_VARIABLES = click.option(
    "--var", "variables", multiple=True, metavar="NAME=VALUE", help="What stands for ${NAME} in a spec; repeatable."
)
_INCLUDE = click.option(
    "--include", multiple=True, metavar="REGEX", help="Of the files below directories, only those that match."
)
_EXCLUDE = click.option(
    "--exclude", multiple=True, metavar="REGEX", help="Of the files below directories, none that matches."
)


def _kept(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Return what keeps an option's value for `how`, so that no command passes it on."""
    return lambda context, _parameter, value: context.meta.__setitem__(f"{__name__}.{name}", value)


_PLUGINS = click.option(
    "--plugins",
    multiple=True,
    type=click.Path(file_okay=False),
    metavar="DIR",
    envvar="SIGHTLINE_SLO_PLUGINS",
    expose_value=False,
    callback=_kept("plugins"),
    help="Where SLI plugins are, whose Python is run; repeatable.",
)
_WINDOWS = click.option(
    "--windows",
    multiple=True,
    metavar="PATH",
    expose_value=False,
    callback=_kept("windows"),
    help="AlertWindows in place of the tables of their periods; repeatable.",
)
_PERIOD = click.option(
    "--default-period",
    metavar="30d",
    expose_value=False,
    callback=_kept("period"),
    help="The period of SLOs that name none; 30d.",
)


def specs_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command SPECS, and how they are chosen and read; `compiled` takes what they give."""
    for each in (_PERIOD, _WINDOWS, _PLUGINS, _EXCLUDE, _INCLUDE, _VARIABLES, _SPECS):
        function = each(function)
    return function


def compiled(
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    **options: Any,
) -> Compiled:
    """Read and compile; `options` are those of `compile.Options`."""
    from sightline_slo.compile import Options, compile_specs
    from sightline_slo.files import read

    # A command ends soon, and what it makes refers in no circles: looking for such takes a tenth of its time.
    gc.disable()
    values = {}
    for each in variables:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"`{each}` is not NAME=VALUE", param_hint="--var")
        values[name] = value
    reading, findings, sources = how()
    answer = compile_specs(read(specs, include, exclude), Options(variables=values, **reading, **options))
    if not sources:
        return answer
    return replace(answer, findings=(*findings, *answer.findings), sources={**sources, **answer.sources})


def how() -> tuple[dict[str, Any], list[Diagnostic], Mapping[str, str]]:
    """Return how this command reads specs, as `compile.Options` take it, and what is wrong with its windows.

    Raises:
        SightlineError: files of windows cannot be read.
    """
    meta = click.get_current_context().meta
    plugins, windows, period = (meta.get(f"{__name__}.{each}") for each in ("plugins", "windows", "period"))
    reading: dict[str, Any] = {"plugins": plugins or ()}
    if period:
        reading["default_period_s"] = seconds(period)
        if reading["default_period_s"] is None:
            raise click.BadParameter(f"`{period}` is no duration: write it such as 28d", param_hint="--default-period")
    if not windows:
        return reading, [], {}
    from sightline_slo.windows.given import given

    catalogue, findings, sources = given(windows)
    return {**reading, "catalogue": catalogue}, findings, sources


def refused(answer: Compiled, console: Console, *, as_json: bool) -> bool:
    """Say the findings where one of them is an error, and whether that is so: there is then nothing to go on with."""
    if answer.broken:
        if as_json:
            console.out(dumps(envelope(None, answer.findings)), end="")
        else:
            console.findings(answer.findings, answer.sources)
    return answer.broken


def code(answer: Compiled) -> int:
    """Return the exit code: 1 where a finding is an error, 3 where there was no SLO."""
    if answer.broken:
        return ExitCode.NO
    return ExitCode.OK if answer.slos else ExitCode.NOTHING


def counted(answer: Compiled) -> str:
    """Say how much was read."""
    slos, files = len(answer.slos), len(answer.sources)
    return f"{slos} SLO{'s' * (slos != 1)} in {files} file{'s' * (files != 1)}"
