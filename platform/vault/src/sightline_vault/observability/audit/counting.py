"""Metrics that follow from audit events, the denied requests first: Vault counts none (hashicorp/vault#28607)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sightline_vault.observability.audit.vocabulary import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EVENTS = "vault.audit.events"
DENIED = "vault.audit.denied"
RAW = "vault.audit.raw"
"""Events in which a token stands as it is."""
_NO_EVENT = "vault.audit.unreadable"


def counted(records: Iterable[Mapping[str, Any]]) -> Counter[tuple[str, tuple[str, ...]]]:
    """Return counts by metric and tags. A request is counted by its response, which each one has, refused or not."""
    counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for record in records:
        if record["outcome"] == "unknown":
            counts[_NO_EVENT, ()] += 1
            continue
        if record.get("raw"):
            counts[RAW, ()] += 1
        if record["type"] != "response":
            continue
        request = record["request"]
        tags = tuple(f"{name}:{request.get(name, HIDDEN)}" for name in ("operation", "mount_type", "mount_point"))
        counts[EVENTS, (f"outcome:{record['outcome']}", *tags)] += 1
        if record["outcome"] == "denied":
            counts[DENIED, tags] += 1
    return counts
