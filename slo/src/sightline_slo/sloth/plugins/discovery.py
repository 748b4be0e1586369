"""Plugins in files: Python ones are loaded, Go ones are noted so that a use of one can say what takes its place."""

from __future__ import annotations

import importlib.util
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline_slo.sloth.model import SlothError
from sightline_slo.sloth.plugins import counterparts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from types import ModuleType

_GO_SLI = re.compile(r"\bSLIPluginID\s*(?:[\w.]+\s*)?=\s*\"([^\"]+)\"")
_GO_SLO = re.compile(r"\bPluginID\s*(?:[\w.]+\s*)?=\s*\"([^\"]+)\"")
_SLI_VERSION, _SLO_VERSION, _K8S_VERSION = "prometheus/v1", "prometheus/slo/v1", "prometheus/k8stransform/v1"


@dataclass(frozen=True, slots=True)
class GoSource:
    """A plugin in Go, and the constant that its Python counterpart sets."""

    path: Path
    constant: str


@dataclass(slots=True)
class Found:
    """What the paths hold, by id."""

    sli: dict[str, Callable[..., Any]] = field(default_factory=dict)
    slo: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    transforms: dict[str, Callable[..., Any]] = field(default_factory=dict)
    go: dict[str, GoSource] = field(default_factory=dict)


def discover(paths: Iterable[Path], taken: Collection[str]) -> Found:
    """Load every plugin below some paths.

    Raises:
        SlothError: a path is not there, an id stands twice, or a Python file is no plugin.
    """
    found = Found()
    for path in paths:
        if not path.exists():
            raise SlothError(
                "could not create Prometheus SLO generator: could not load plugins: could not walk dir: "
                f"stat {path}: no such file or directory"
            )
        for file in sorted(_files(path)):
            if file.name.endswith("plugin.py"):
                _load(file, found, taken)
            elif file.name.endswith("plugin.go"):
                _note(file, found)
    for name in found.go:
        if name in counterparts.SLI:
            found.sli.setdefault(name, counterparts.SLI[name])
        elif name in counterparts.SLO:
            found.slo.setdefault(name, counterparts.SLO[name])
    return found


def _files(path: Path) -> Iterator[Path]:
    for directory, names, files in os.walk(path):
        # Kubernetes mounts a ConfigMap through directories that begin with two dots; each file would be there twice.
        names[:] = [each for each in names if not each.startswith("..")]
        yield from (Path(directory) / each for each in files)


def _load(file: Path, found: Found, taken: Collection[str]) -> None:
    spec = importlib.util.spec_from_file_location(f"sightline_sloth_plugin_{abs(hash(file))}", file)
    if spec is None or spec.loader is None:
        raise SlothError(f"could not load {file}: no module")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise SlothError(f"could not load {file}: {error}") from error
    name, kind, use = _read(file, module, found)
    if name in kind or name in taken:
        raise SlothError(f'could not load plugins: plugin "{name}" already loaded')
    kind[name] = use


def _read(
    file: Path, module: ModuleType, found: Found
) -> tuple[str, dict[str, Callable[..., Any]], Callable[..., Any]]:
    if getattr(module, "SLI_PLUGIN_VERSION", None) == _SLI_VERSION:
        kind, name, use = found.sli, getattr(module, "SLI_PLUGIN_ID", None), getattr(module, "sli_plugin", None)
    elif getattr(module, "PLUGIN_VERSION", None) == _SLO_VERSION:
        kind, name, use = found.slo, getattr(module, "PLUGIN_ID", None), getattr(module, "new_plugin", None)
    elif getattr(module, "PLUGIN_VERSION", None) == _K8S_VERSION:
        kind, name, use = found.transforms, getattr(module, "PLUGIN_ID", None), getattr(module, "transform", None)
    else:
        raise SlothError(f"could not load {file} as any kind of plugin: it sets no version that is known")
    if not isinstance(name, str) or not name or not callable(use):
        raise SlothError(f"could not load {file}: a plugin has an id and a function")
    return name, kind, use


def _note(file: Path, found: Found) -> None:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    for pattern, constant in ((_GO_SLI, "SLI_PLUGIN_ID"), (_GO_SLO, "PLUGIN_ID")):
        if (match := pattern.search(text)) is not None:
            found.go.setdefault(match[1], GoSource(file, constant))
            return
