"""What the model renders, as the configuration of a test's servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.render.places import Place, Places
from sightline_vault.render.server import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_kube.testing.servers.vault import KmsSeal, Site
    from sightline_kube.testing.servers.vault_cluster import Render
    from sightline_vault.model.cluster import VaultClusterSpec


def by_model(spec: VaultClusterSpec) -> Render:
    """Return the `render=` of `vault_cluster` and `servers`: the chart's configuration at a test's addresses.

    The audit folder is each site's own, `audit` below its folder.
    """

    def render(site: Site, peers: Sequence[Site], seal: KmsSeal) -> str:
        return text(spec, 0, at_sites([site, *peers], seal))

    return render


def at_sites(sites: Sequence[Site], seal: KmsSeal) -> Places:
    """Return the places of a test's sites, sealed by its KMS; the first one's audit folder stands for the volume."""
    return Places(
        tuple(_place(each) for each in sites),
        registered=False,
        audit=str(sites[0].folder / "audit"),
        seal_endpoint=seal.endpoint,
        seal_key=seal.key_id,
        seal_region=seal.region,
    )


def _place(site: Site) -> Place:
    return Place(
        node=site.name,
        listen=f"{site.host}:{site.api_port}",
        listen_cluster=f"{site.host}:{site.cluster_port}",
        api=site.api,
        cluster=site.cluster,
        server_name=site.server_name,
        certificate=str(site.crt),
        key=str(site.key),
        authority=str(site.ca),
        data=str(site.data),
    )
