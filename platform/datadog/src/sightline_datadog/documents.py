"""What is pushed: a vendor body with a key of our own, and where its author wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Span


class Kind(StrEnum):
    """The families of objects, in the order in which they are created: each may name those before it."""

    METRIC = "metric"
    SLO = "slo"
    MONITOR = "monitor"
    DASHBOARD = "dashboard"


CREATE_ORDER = tuple(Kind)
"""Metric configurations first (a percentile cannot be asked before), an SLO before the monitor on it."""

DELETE_ORDER = (Kind.DASHBOARD, Kind.MONITOR, Kind.SLO, Kind.METRIC)
"""Referrers first: the vendor refuses to delete an SLO that a dashboard shows."""


@dataclass(frozen=True, slots=True)
class Document:
    """One object as its author wants it.

    `body` is the vendor's JSON as plain mappings (its models take seconds for a dashboard and drop what they do not
    know). Inside any string, `${slo:key}` stands for the id of another document, known only once that exists. The key
    of a metric configuration is the metric's name; any other key is chosen by the author and never changes.
    """

    kind: Kind
    key: str
    body: Mapping[str, Any]
    span: Span | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What a person calls it: `slo payments-success`."""
        return f"{self.kind} {self.key}"
