"""A plan kept in a file: what a person agreed to, which `apply` holds against the plan of its own moment.

No body is in it, so that no secret can be; the file is no order but a precondition.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.plan import Problem
from sightline_vault.configuration.printer import as_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.configuration.plan import Plan

STALE = "VLT203"
VERSION = "sightline/vault-plan/v1"


@dataclass(frozen=True, slots=True)
class Made:
    """What a plan was made of: the model's text, the cluster's own id, and what may be deleted."""

    text: str
    cluster_id: str
    prune: bool
    destroy: tuple[str, ...]

    def data(self, plan: Plan) -> dict[str, Any]:
        """Return what is saved."""
        return {
            "version": VERSION,
            "model": hashlib.sha256(self.text.encode()).hexdigest(),
            "cluster": self.cluster_id,
            "prune": self.prune,
            "destroy": sorted(self.destroy),
            "plan": as_data(plan),
        }


def stale(saved: str, made: Made, plan: Plan) -> Iterator[Problem]:
    """Yield in what a saved plan is not the one of now."""
    try:
        told = json.loads(saved)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.get("version") != VERSION:
        text = "this is no saved plan"
        yield Problem(STALE, text, "give the file that `sightline vault plan --out` wrote")
        return
    now = json.loads(json.dumps(made.data(plan)))
    words = {
        "model": "the model's file has changed",
        "cluster": "it is of another cluster",
        "prune": "it was made with another --prune",
        "destroy": "it was made with another --allow-destroy",
        "plan": "what Vault holds has changed",
    }
    for name, text in words.items():
        if told.get(name) != now[name]:
            yield Problem(STALE, f"the saved plan does not hold any more: {text}", "plan again, and look anew")
            return
