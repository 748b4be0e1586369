"""Plugins: Sloth's own, and Python files in the place of Go ones.

Sloth interprets Go source; Python cannot. A plugin here is a file whose name ends in `plugin.py`, found where Sloth
looks for `plugin.go`, with the same constants in Python's spelling:

* an SLI plugin has `SLI_PLUGIN_VERSION = "prometheus/v1"`, `SLI_PLUGIN_ID` and
  `sli_plugin(meta, labels, options) -> str`, which returns the query of an error ratio;
* an SLO plugin has `PLUGIN_VERSION = "prometheus/slo/v1"`, `PLUGIN_ID` and `new_plugin(config)`, which returns a
  callable of a request and its rules (`sightline_slo.sloth.model`);
* a Kubernetes plugin has `PLUGIN_VERSION = "prometheus/k8stransform/v1"`, `PLUGIN_ID` and
  `transform(meta, results) -> list[dict]`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sightline_slo.sloth.model import SlothError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sightline_slo.sloth.model import PluginUse, Request, Rules
    from sightline_slo.sloth.plugins.discovery import Found

Process = Callable[["Request", "Rules"], None]
SliPlugin = Callable[[dict[str, str], dict[str, str], dict[str, str]], str]

PROMETHEUS_RULE = "sloth.dev/k8stransform/prom-operator-prometheus-rule/v1"
_CORE = ("validate", "sli_rules", "metadata_rules", "alert_rules", "noop", "debug")
_CONTRIB = (
    "denominator_corrected_rules",
    "error_budget_exhausted_alert",
    "info_labels",
    "remove_labels",
    "rule_intervals",
    "validate_victoria_metrics",
)
BUILT_IN = {
    **{f"sloth.dev/core/{each}/v1": ("core", each) for each in _CORE},
    **{f"sloth.dev/contrib/{each}/v1": (each, "new_plugin") for each in _CONTRIB},
}


@cache
def _built_in(plugin: str) -> Callable[[Any], Process]:
    module, name = BUILT_IN[plugin]
    factory: Callable[[Any], Process] = getattr(import_module(f"{__name__}.{module}"), name)
    return factory


class Repository:
    """Every plugin of a run: those built in, and those below the given paths."""

    def __init__(self, paths: Iterable[Path] = ()) -> None:
        self._found: Found | None = None
        if paths := list(paths):
            from sightline_slo.sloth.plugins.discovery import discover

            self._found = discover(paths, BUILT_IN)
        self._made: dict[tuple[str, str], Process] = {}

    def slo(self, use: PluginUse) -> Process:
        """Return an SLO plugin with its configuration; the same one for the same configuration.

        Raises:
            SlothError: it is not there, or refuses its configuration.
        """
        key = (use.id, json.dumps(use.config, sort_keys=True, default=str) if use.config is not None else "")
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._factory(use.id)(use.config)
        return made

    def _factory(self, plugin: str) -> Callable[[Any], Process]:
        if plugin in BUILT_IN:
            return _built_in(plugin)
        factory = self._found.slo.get(plugin) if self._found else None
        if factory is None:
            raise SlothError(f'could not get SLO plugin "{plugin}": {self._missing(plugin)}')
        return factory

    def sli(self, plugin: str, meta: dict[str, str], labels: dict[str, str], options: dict[str, str]) -> str:
        """Return the query that an SLI plugin makes.

        Raises:
            SlothError: it is not there, or fails.
        """
        made = self._found.sli.get(plugin) if self._found else None
        if made is None:
            raise SlothError(f"could not map to model: could not get plugin: {self._missing(plugin)}")
        try:
            return str(made(meta, labels, options))
        except Exception as error:
            raise SlothError(f'could not map to model: plugin "{plugin}" execution error: {error}') from error

    def transform(self, plugin: str) -> Callable[..., list[dict[str, Any]]]:
        """Return a plugin that makes Kubernetes objects.

        Raises:
            SlothError: it is not there.
        """
        made = self._found.transforms.get(plugin) if self._found else None
        if made is None:
            raise SlothError(f'could not get k8s transformer plugin "{plugin}": {self._missing(plugin)}')
        return made

    def _missing(self, plugin: str) -> str:
        source = self._found.go.get(plugin) if self._found else None
        if source is None:
            return f'plugin "{plugin}" not found: resource not found'
        return (
            f'plugin "{plugin}" is Go source ({source.path}), which Python cannot run: '
            f"{source.path.with_suffix('.py')} would take its place, with {source.constant} = {json.dumps(plugin)}"
        )
