"""A token of the API server in every container is a key that most programs never use and any intruder will."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.pods import templates
from sightline_kube.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE014"
SEVERITY = Severity.WARNING


def check(bundle: Bundle) -> Iterator[Finding]:
    """Want an answer, yes or no, from the pods or from their service account; the default account never gets a yes."""
    for pod in templates(bundle):
        own = pod.get("spec", "automountServiceAccountToken")
        account = bundle.find("ServiceAccount", pod.namespace, pod.service_account)
        said = own if own is not None else account and account.get("automountServiceAccountToken")
        if said is None or (said is True and pod.service_account == "default"):
            what = "by the default service account" if pod.service_account == "default" else "without being asked for"
            yield Finding(
                pod.owner,
                f"the pods of {pod.owner} hold a token of the API server {what}",
                pod.at("spec", "automountServiceAccountToken"),
                "",
                "set `automountServiceAccountToken: false`, or true under a service account of their own",
            )
