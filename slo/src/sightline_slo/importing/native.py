"""Writes specs in our native form: one document a service, keys in the order in which people read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Imported:
    """One SLO in the words of the native form, and whose it is; `notes` say what could not be taken along."""

    service: str
    slo: Mapping[str, Any]
    notes: tuple[str, ...] = ()


class _Dumper(yaml.CSafeDumper):
    """Writes texts of several lines as blocks."""


def _text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text and not re.search(r"[ \t]$", text, re.MULTILINE) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def documents(imported: Iterable[Imported]) -> dict[str, str]:
    """Return the text of each service's spec, by the service, in order of their names."""
    services: dict[str, list[Mapping[str, Any]]] = {}
    for each in imported:
        services.setdefault(each.service, []).append(each.slo)
    return {service: _document(service, slos) for service, slos in sorted(services.items())}


def _document(service: str, slos: list[Mapping[str, Any]]) -> str:
    value = {"version": "sightline/v1", "service": service, "slos": [dict(each) for each in slos]}
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=False
    )
    return text


def slug(text: str) -> str:
    """Return a name as the native form takes it: `Checkout (EU)` is `checkout-eu`."""
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-") or "unnamed"


def kept(**parts: Any) -> dict[str, Any]:
    """Return a mapping without what is empty."""
    return {key: value for key, value in parts.items() if value not in ("", None, {}, [], ())}
