"""Plain values as YAML that does not change between runs and reads well."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from sightline_vault.model.cluster import VERSION, VaultClusterSpec

WIDTH = 110


class _Dumper(yaml.CSafeDumper):
    """Texts of several lines are written as such; a value that stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's own signature
        """Write no anchor: it helps no reader."""
        return True


def _text(dumper: yaml.CSafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def yaml_text(*documents: Any) -> str:
    """Return documents as YAML, keys in the order that they have."""
    return yaml.dump_all(
        [plain(each) for each in documents],
        Dumper=_Dumper,
        sort_keys=False,
        width=WIDTH,
        allow_unicode=True,
        explicit_start=len(documents) > 1,
    )


def plain(value: Any) -> Any:
    """Return dicts, lists and scalars alone."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value


def spec_text(spec: VaultClusterSpec) -> str:
    """Return a cluster as the file that it is read from, defaults written out."""
    return yaml_text({"version": VERSION, **plain(spec)})
