"""What is pushed: a vendor body with a key of our own, and where its author wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Span
    from sightline_core.located import Path
    from sightline_datadog.places import Places


class Kind(StrEnum):
    """The families of objects, in the order in which they are created where none names one of a later family."""

    METRIC = "metric"
    SLO = "slo"
    SLO_CORRECTION = "slo_correction"
    MONITOR = "monitor"
    SYNTHETICS = "synthetics"
    DOWNTIME = "downtime"
    NOTIFICATION_RULE = "notification_rule"
    POWERPACK = "powerpack"
    DASHBOARD = "dashboard"
    GATE = "deployment_gate"
    GATE_RULE = "deployment_rule"


CREATE_ORDER = tuple(Kind)
"""Metric configurations first (a percentile cannot be asked before), an SLO before the monitor on it. An object that
names one of a later kind, such as an SLO of monitors, waits for that one all the same."""

NATURAL = frozenset({Kind.METRIC, Kind.GATE})
"""Kinds without a text that could carry our mark: the vendor keeps one object of a name (of a metric; of a service, an
environment and an identifier), so that it is found by it, shared with others, and never deleted."""


@dataclass(frozen=True, slots=True)
class Document:
    """One object as its author wants it.

    `body` is the vendor's JSON as plain mappings (its models take seconds for a dashboard and drop what they do not
    know); of the kinds that travel as `{"data": {"type", "attributes"}}` it is the attributes. Inside any string,
    `${slo:key}` stands for the id of another document, known only once that exists. The key of a metric configuration
    is the metric's name; any other key is chosen by the author and never changes. `span` is where it was written;
    `located` knows the place of each field, where the body was written and not compiled.
    """

    kind: Kind
    key: str
    body: Mapping[str, Any]
    span: Span | None = field(default=None, compare=False)
    located: Places | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """What a person calls it: `slo payments-success`."""
        return f"{self.kind} {self.key}"

    def key_place(self, path: Path) -> Span | None:
        """Return where the key of a field stands; the whole document where nobody knows."""
        return self.span if self.located is None else self.located.key_span(path)

    def place(self, path: Path, at: tuple[int, int] | None = None) -> Span | None:
        """Return where a field stands, or the characters `at` of its text; the whole document where nobody knows."""
        if self.located is None:
            return self.span
        return self.located.inside(path, *at) if at else self.located.span_of(path)
