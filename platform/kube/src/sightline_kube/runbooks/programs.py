"""The programs that a runbook may call, and the sub-commands of those that have them.

`kubectl` as of 1.36 (https://kubernetes.io/docs/reference/kubectl/generated/), `vault` as of 1.21
(https://developer.hashicorp.com/vault/docs/commands), `helm` as of 4 (https://helm.sh/docs/helm/).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Verbs = dict[str, "Verbs"]
"""Sub-commands by name; one without any takes arguments."""


def _verbs(text: str, **nested: Verbs) -> Verbs:
    return {**{each: {} for each in text.split()}, **{key.replace("_", "-"): each for key, each in nested.items()}}


@dataclass(frozen=True, slots=True)
class Program:
    """One program: its sub-commands, and the options before them that take a value of their own."""

    verbs: Verbs = field(default_factory=dict)
    valued: frozenset[str] = frozenset()


_PLAIN = (
    "awk aws base64 basename bash cat cd chmod cmp comm cosign cp curl cut date df diff dig dirname docker du echo "
    "env exit export false find git gpg grep gzip head host hostname id install journalctl jq kill ls make mkdir "
    "mktemp mv nc nslookup openssl paste pgrep pip printf ps python3 pwd read rm sed seq set sh sha256sum shred "
    "sleep sort source ss stat sync systemctl tail tar tee test timeout touch tr trap true umask uniq unset wait "
    "watch wc which xargs yq [ ["
)

PROGRAMS: Mapping[str, Program] = {
    **{each: Program() for each in _PLAIN.split()},
    "kubectl": Program(
        _verbs(
            "annotate api-resources api-versions apply attach autoscale cluster-info completion config cordon cp "
            "create debug delete describe diff drain edit events exec explain expose get kustomize label logs options "
            "patch port-forward proxy replace run scale taint top uncordon version wait",
            auth=_verbs("can-i reconcile whoami"),
            certificate=_verbs("approve deny"),
            rollout=_verbs("history pause restart resume status undo"),
            set=_verbs("env image resources selector serviceaccount subject"),
        ),
        frozenset(
            {"-n", "--namespace", "--context", "--cluster", "--kubeconfig", "--as", "--as-group", "-s", "--token"}
        ),
    ),
    "helm": Program(
        _verbs(
            "completion create dependency env get history install lint list package plugin pull push registry repo "
            "rollback search show status template test uninstall upgrade verify version"
        ),
        frozenset({"-n", "--namespace", "--kube-context", "--kubeconfig"}),
    ),
    "vault": Program(
        _verbs(
            "agent debug delete events login monitor path-help print proxy read server status unwrap version "
            "version-history write",
            audit=_verbs("disable enable list"),
            auth=_verbs("disable enable help list move tune"),
            kv=_verbs("delete destroy enable-versioning get list metadata patch put rollback undelete"),
            lease=_verbs("lookup renew revoke"),
            list={},
            operator=_verbs(
                "diagnose generate-root init key-status members migrate rekey rotate seal step-down unseal usage "
                "utilization",
                raft=_verbs(
                    "demote join list-peers promote remove-peer",
                    autopilot=_verbs("get-config set-config state"),
                    snapshot=_verbs("inspect restore save"),
                ),
            ),
            pki=_verbs("health-check issue list-intermediates reissue verify-sign"),
            plugin=_verbs("deregister info list register reload reload-status runtime"),
            policy=_verbs("delete fmt list read write"),
            secrets=_verbs("disable enable list move tune"),
            token=_verbs("capabilities create lookup renew revoke"),
            transit=_verbs("import import-version"),
        ),
    ),
}
