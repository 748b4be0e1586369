"""What a compilation is written as: for each backend of the command line, files by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sightline_slo.model import Backend, Slo, Spec


@dataclass(frozen=True, slots=True)
class Loss:
    """What a form of output has no words for: a part that is left out, or, where `whole` is set, the SLO itself."""

    what: str
    whole: bool = False


class Output(Protocol):
    """One form of output: a module of `backends/`."""

    MEASURED_BY: Backend | None
    """Whose queries it holds; None for whoever measures."""

    def files(self, specs: Sequence[Spec]) -> Iterator[tuple[str, str]]:
        """Give each file's name and text, one after the other: all together they are a multiple of the specs."""

    def unsaid(self, slo: Slo) -> Iterable[Loss]:
        """Give what of an SLO it has no words for, beyond its backend's verdict."""

    def whole(self, specs: Sequence[Spec]) -> str:
        """Return everything as one text, for standard output."""


NAMES = {
    "prometheus": "rule_files",
    "prometheus-rule": "rule_objects",
    "datadog": "datadog_files",
    "terraform": "terraform",
    "openslo": "openslo",
}
"""The values of `--backend`, and the module of each."""


def output(name: str) -> Output:
    """Return a form of output."""
    return cast("Output", import_module(f"sightline_slo.backends.{NAMES[name]}"))


def by_service(specs: Sequence[Spec]) -> dict[str, list[Slo]]:
    """Return the SLOs of each service, in order."""
    found: dict[str, list[Slo]] = {}
    for spec in specs:
        for slo in spec.slos:
            found.setdefault(slo.service, []).append(slo)
    return found


def to_json(value: object) -> str:
    """Return JSON, keys in order, so that the same gives the same bytes."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
