"""What a report of a plan is called and how it speaks: of what would be done, or of what drifted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_datadog.sync.plan import Action
from sightline_datadog.sync.printer import DRIFTED, PLANNED, Words
from sightline_datadog.sync.risk import Risk

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of a report: of each action, of each degree of risk in their order, and for nothing to say."""

    noun: str
    counts: Words
    verbs: Mapping[Action, str]
    headings: Mapping[Risk, str]
    nothing: str


_BETWEEN = {
    Risk.PAGING: "Paging and notifications",
    Risk.BUDGET: "Objectives and what is measured",
}
PLAN = Speech(
    "plan",
    PLANNED,
    {Action.DELETE: "delete", Action.UPDATE: "update", Action.CREATE: "create"},
    {Risk.DELETE: "Deletes", **_BETWEEN, Risk.CHANGE: "Other changes", Risk.NEW: "New"},
    "No change",
)
DRIFT = Speech(
    "drift",
    DRIFTED,
    {Action.DELETE: "not in the documents:", Action.UPDATE: "changed:", Action.CREATE: "missing:"},
    {Risk.DELETE: "Not in the documents", **_BETWEEN, Risk.CHANGE: "Changed by others", Risk.NEW: "Missing"},
    "No drift",
)


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about.

    `command` is who made it, such as `sightline datadog plan`, `title` its heading in Markdown, `marker` the HTML
    comment by which its place is found again, `against` what was compared with, `whole` where all of it is (both in
    Markdown).
    """

    command: str
    title: str
    marker: str
    against: str = ""
    whole: str = ""
    speech: Speech = PLAN
