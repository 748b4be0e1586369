"""Leases and tokens: they live in Raft's memory, and their growth ends in an outage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.observability.metric_map import metrics
from sightline_vault.observability.monitors.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.model.cluster import VaultClusterSpec


def watches(spec: VaultClusterSpec, at: str) -> Iterator[Watch]:
    """Yield them."""
    known, limits = metrics(), spec.alerts
    leases = f"max:{known['vault_expire_num_leases'].datadog}{{{at},is_leader:true}}"
    yield Watch(
        "leases",
        "there are very many leases",
        f"avg(last_15m):{leases} > {limits.leases}",
        "There are {{value}} leases.",
        "lease-explosion",
        page=True,
        thresholds={"critical": limits.leases, "warning": limits.leases * 0.7},
    )
    yield Watch(
        "lease-growth",
        "leases grow",
        f"change(avg(last_15m),last_4h):{leases} > {limits.leases_in_4h}",
        "{{value}} leases came to be in four hours more than ended.",
        "lease-explosion",
        page=False,
        thresholds={"critical": limits.leases_in_4h},
    )
    yield Watch(
        "token-growth",
        "many tokens are made",
        f"sum(last_4h):sum:{known['vault_token_creation'].datadog}.count{{{at}}}.as_count() > {limits.tokens_in_4h}",
        "{{value}} tokens were made in four hours.",
        "lease-explosion",
        page=False,
        thresholds={"critical": limits.tokens_in_4h},
    )
    yield Watch(
        "irrevocable-leases",
        "leases cannot be revoked",
        f"min(last_30m):max:{known['vault_expire_num_irrevocable_leases'].datadog}{{{at},is_leader:true}} > 0",
        "{{value}} leases cannot be revoked: what they gave access to still works.",
        "lease-explosion",
        page=False,
        thresholds={"critical": 0},
    )
    yield Watch(
        "root-token",
        "a root token was made",
        f"sum(last_15m):sum:{known['vault_token_create_root'].datadog}.count{{{at}}}.as_count() > 0",
        "{{value}} root tokens were made. Somebody does so by a ceremony that you know of, or it is an attack.",
        "new-root-token",
        page=True,
        thresholds={"critical": 0},
    )
