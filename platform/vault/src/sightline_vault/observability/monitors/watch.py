"""One monitor, before it is a body of the vendor's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sightline_vault.model.naming import Naming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_vault.model.cluster import VaultClusterSpec

_SILENT = "show_and_notify_no_data"


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched.

    `page` wakes somebody; the others wait for the morning. `runbook` is a page of docs/runbooks/vault. `silent` says
    that no data is as bad as bad data.
    """

    key: str
    title: str
    query: str
    says: str
    runbook: str
    page: bool
    thresholds: Mapping[str, float]
    type: Literal["query alert", "service check"] = "query alert"
    silent: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    def body(self, spec: VaultClusterSpec) -> dict[str, Any]:
        """Return the vendor's body."""
        names = Naming(spec)
        called = spec.alerts.page if self.page else spec.alerts.ticket
        options: dict[str, Any] = {"thresholds": dict(self.thresholds), "include_tags": False, **self.options}
        if self.type == "query alert":
            options["require_full_window"] = False
        if self.silent:
            options["on_missing_data"] = _SILENT
        if self.page:
            options |= {"renotify_interval": 60, "renotify_statuses": ["alert"]}
        return {
            "type": self.type,
            "name": f"{spec.name} ({spec.env}): {self.title}",
            "query": self.query,
            "message": f"{self.says}\n\nRunbook: {names.runbook(self.runbook)}\n\n{' '.join(called)}",
            "tags": [*names.tags, f"runbook:{self.runbook}"],
            "priority": 1 if self.page else 3,
            "options": options,
        }


def check(name: str, at: str, last: int) -> str:
    """Return the query of a service check by server."""
    over = ",".join(f'"{each}"' for each in at.split(","))
    return f'"{name}".over({over}).by("pod_name").last({last}).count_by_status()'
