"""Sloth's own command line: generate, validate, version; the same bytes, our findings beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sightline_slo.sloth.flags import Values


@click.command("sloth", help=__doc__, context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> int:
    """Hand the arguments on as they are: kingpin's rules are not click's."""
    import gc

    from sightline_slo.sloth.run import main

    # Nothing in a run refers in circles; looking for such takes an eighth of its time.
    gc.disable()
    return main(arguments, report=report)


def report(values: Values, texts: dict[str, str]) -> None:
    """Say what a strict reader has to say of some specs; it takes long to load, and most runs need it not."""
    from sightline_slo.sloth.findings import report as say

    say(values, texts)
