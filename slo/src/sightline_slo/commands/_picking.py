"""Which of the compiled SLOs a command speaks of, and by which backends."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

from sightline_core.errors import SightlineError
from sightline_core.suggest import did_you_mean
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_slo.model import Slo

backend_option = click.option(
    "--backend",
    type=click.Choice([str(each) for each in Backend]),
    help="By whose windows; each that measures the SLO where this is left out.",
)


def pick(slos: Sequence[Slo], key: str, backend: str | None) -> list[tuple[Slo, list[Backend]]]:
    """Return the SLOs whose keys match a pattern, each with the backends that measure it.

    Raises:
        SightlineError: no key matches, or none of the matching is measured by the backend.
    """
    matching = [slo for slo in slos if fnmatchcase(slo.key, key)]
    if not matching:
        keys = [slo.key for slo in slos]
        near = did_you_mean(key, keys)
        known = ", ".join(keys[:8]) + (", …" if len(keys) > 8 else "")
        raise SightlineError(
            f"no SLO is called `{key}`", why=f"there are: {known}", help=f"did you mean `{near}`?" if near else ""
        )
    wanted = [Backend(backend)] if backend else list(Backend)
    found = [(slo, on) for slo in matching if (on := [each for each in wanted if each in slo.sli])]
    if not found:
        raise SightlineError(f"`{key}` is not measured by {' or '.join(wanted)}", help="leave --backend out")
    return found
