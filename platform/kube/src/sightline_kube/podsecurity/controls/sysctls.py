"""Settings of the kernel that reach beyond the pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation
from sightline_kube.shapes import dig, items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS012"
ID = "sysctls"
REASON = "forbidden sysctls"
PROFILE = Profile.BASELINE
OVERRIDES = ""
ALLOWED = frozenset(
    {
        *{"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"},
        *{"net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start"},
        "net.ipv4.ip_local_reserved_ports",
        *{"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout"},
        *{"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"},
        *{"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"},
    }
)
"""Those of 1.0, then what 1.27, 1.29 and 1.32 added."""


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse every other setting."""
    for index, each in enumerate(items(pod.get("spec", "securityContext", "sysctls"))):
        name = dig(each, ("name",))
        if name not in ALLOWED:
            place = pod.at("spec", "securityContext", "sysctls", index, "name")
            yield Violation(f"the pod sets {name} of the kernel", place, "", "set it on the node, or delete it")
