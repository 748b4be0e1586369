"""What the sub-commands have in common: which specs, which variables, and how an answer ends."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click

from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sightline_core.console import Console
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

_PLUGINS = click.option(
    "--plugins",
    multiple=True,
    type=click.Path(file_okay=False),
    metavar="DIR",
    envvar="SIGHTLINE_SLO_PLUGINS",
    expose_value=False,
    callback=lambda context, _parameter, value: context.meta.__setitem__(__name__, value),
    help="Where SLI plugins are, whose Python is run; repeatable.",
)


def specs_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command SPECS, --var, --include, --exclude and --plugins; `compiled` takes what they give."""
    for each in (_PLUGINS, _EXCLUDE, _INCLUDE, _VARIABLES, _SPECS):
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
    return compile_specs(read(specs, include, exclude), Options(variables=values, plugins=plugins(), **options))


def plugins() -> tuple[str, ...]:
    """Return the directories that --plugins of this command names."""
    found: tuple[str, ...] = click.get_current_context().meta.get(__name__, ())
    return found


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
