"""SLI plugins: Python in files ending in `plugin.py` that makes the query of an error ratio from options.

They are those of Sloth's form (`sloth.plugins` tells it), so that one plugin serves both ways.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_slo.sloth.plugins import Repository

_PREFIXES = ("could not map to model: ", "could not get plugin: ")


class PluginError(Exception):
    """A plugin is not there, or fails."""


def query(
    paths: tuple[str, ...], plugin: str, meta: Mapping[str, str], labels: Mapping[str, str], options: Mapping[str, str]
) -> str:
    """Return the query that a plugin makes.

    Raises:
        PluginError: it is not there, or fails.
        SightlineError: a path is not there, or holds what is no plugin.
    """
    from sightline_slo.sloth.model import SlothError

    try:
        return _repository(paths).sli(plugin, dict(meta), dict(labels), dict(options)).strip()
    except SlothError as error:
        text = str(error)
        for each in _PREFIXES:
            text = text.removeprefix(each)
        raise PluginError(text.removesuffix(": resource not found")) from error


@lru_cache(maxsize=4)
def _repository(paths: tuple[str, ...]) -> Repository:
    from sightline_slo.sloth.model import SlothError
    from sightline_slo.sloth.plugins import Repository

    try:
        return Repository([Path(each) for each in paths])
    except SlothError as error:
        raise SightlineError("the plugins cannot be loaded", where=", ".join(paths), why=str(error)) from error
