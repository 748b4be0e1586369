"""What a command line comes to: filters, catalogue, plugins, and the generator over them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline_slo.sloth import gofmt, paths, windows
from sightline_slo.sloth.generate import Generator
from sightline_slo.sloth.model import DEFAULT_PERIOD_MS, PluginUse, SlothError
from sightline_slo.sloth.plugins import Repository
from sightline_slo.sloth.specs import Loader

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from sightline_slo.sloth.flags import Values
    from sightline_slo.sloth.model import Windows

DEFAULT_VERSION = "dev"


def version(environment: Mapping[str, str]) -> str:
    """Return the version that rule files name: `dev`, as Sloth's own goldens; `SIGHTLINE_SLOTH_VERSION` is another."""
    return environment.get("SIGHTLINE_SLOTH_VERSION") or DEFAULT_VERSION


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that stays the same over a run."""

    generator: Generator
    loader: Loader
    repository: Repository
    catalogue: Mapping[int, Windows]

    @classmethod
    def of(cls, values: Values, environment: Mapping[str, str]) -> Settings:
        """Read the catalogue and the plugins.

        Raises:
            SlothError: something of it is not there, or wrong.
        """
        period_ms, uses = _period_ms(values), [_use(each) for each in values.lists.get("slo-plugins", [])]
        directory = values.texts.get("slo-period-windows-path")
        catalogue = windows.catalogue(Path(directory)) if directory else windows.built_in()
        if period_ms not in catalogue:
            raise SlothError(
                "could not create Prometheus SLO generator: invalid default slo period: "
                f"window period {gofmt.spell(period_ms)} missing"
            )
        repository = Repository([Path(each) for each in values.lists.get("plugins-path", [])])
        generator = Generator(
            catalogue,
            repository,
            version(environment),
            extra_labels=values.maps.get("extra-labels"),
            command_plugins=uses,
            default_plugins=not values.flags.get("disable-default-slo-plugins"),
        )
        return cls(generator, Loader(period_ms, repository.sli), repository, catalogue)


def filters(values: Values) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """Return what is left out and what alone is taken.

    Raises:
        SlothError: one is no regular expression.
    """
    texts = values.texts
    return (
        paths.expression(texts.get("fs-exclude", ""), "exclude"),
        paths.expression(texts.get("fs-include", ""), "include"),
    )


def _period_ms(values: Values) -> int:
    try:
        return gofmt.duration(values.texts.get("default-slo-period", "")) or DEFAULT_PERIOD_MS
    except gofmt.DurationError as error:
        raise SlothError(f"invalid SLO period duration: {error}") from error


def _use(text: str) -> PluginUse:
    value = _json(text)
    if isinstance(value, dict):
        plugin, priority = value.get("id") or "", value.get("priority") or 0
        if isinstance(plugin, str) and isinstance(priority, int) and not isinstance(priority, bool):
            return PluginUse(plugin, value.get("config"), priority)
    raise SlothError(
        f"could not load slo plugin declarations: could not load cmd plugin json config {gofmt.quoted(text)}"
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
