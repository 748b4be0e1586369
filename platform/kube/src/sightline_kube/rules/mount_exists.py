"""A mount of a volume that is not declared: the API server refuses the pod, which a StatefulSet only says in events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_core.suggest import did_you_mean
from sightline_kube.pods import templates
from sightline_kube.rules import Finding
from sightline_kube.shapes import dig, items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE021"
SEVERITY = Severity.ERROR


def check(bundle: Bundle) -> Iterator[Finding]:
    """Refuse it; the claims of a StatefulSet are volumes of its pods."""
    for pod in templates(bundle):
        found = [dig(each, ("name",)) for each in items(pod.get("spec", "volumes"))]
        found += [dig(each, ("metadata", "name")) for each in pod.owner.items("spec", "volumeClaimTemplates")]
        names = sorted({each for each in found if isinstance(each, str)})
        for container in pod.containers():
            for index, mount in enumerate(items(container.get("volumeMounts"))):
                name = dig(mount, ("name",))
                if isinstance(name, str) and name not in names:
                    near = did_you_mean(name, names)
                    yield Finding(
                        pod.owner,
                        f"container {container.name} mounts the volume `{name}`, which is not declared",
                        container.at("volumeMounts", index, "name"),
                        "",
                        f"did you mean `{near}`?" if near else "declare it under `volumes`",
                    )
