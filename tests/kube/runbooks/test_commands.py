"""Commands are held to what their programs have."""

from __future__ import annotations

import pytest

from sightline_kube.runbooks.commands import check_script
from sightline_kube.runbooks.markdown import read_page


def said(call: str) -> list[str]:
    (block,) = read_page(f"```sh\n{call}\n```\n", "r.md").blocks
    return [f"{each.code} {each.message}" for each in check_script(block)]


@pytest.mark.parametrize(
    "call",
    [
        "kubectl -n vault get pods -o wide",
        "kubectl --context hub rollout status statefulset/vault",
        "kubectl auth can-i get secrets --as system:serviceaccount:a:b",
        "kubectl -n vault exec vault-0 -- vault operator raft list-peers",
        "kubectl $VERB pods",
        "vault operator raft snapshot save /tmp/x",
        "vault operator raft autopilot state",
        "vault list auth/kubernetes/role",
        "vault -version",
        "vault kv get -mount=secret x",
        "helm -n vault upgrade vault ./chart",
        "watch -n 5 kubectl get pods",
        "timeout 30 vault status",
        "/usr/bin/env A=1 vault status",
        "$EDITOR x",
        "sightline kube check --profile baseline manifests",
        "sightline kube check --json --format=sarif a b",
        "sightline kube flows m --declared $FILE",
        "sightline kube runbooks docs/runbooks",
        "sightline kube --help",
        "sightline --version",
        "sightline kube $X",
        "sightline kube check --json -- -odd-name",
        "sightline kube check --help",
    ],
)
def test_what_exists_passes(call: str) -> None:
    """Options before the verb, values of variables, wrapped calls and our own commands."""
    assert said(call) == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("kubeclt get pods", "RUN003 the program kubeclt is not known"),
        ("kubectl gte pods", "RUN004 `kubectl` has no sub-command `gte`"),
        ("kubectl -n gte", "RUN004 `kubectl` wants a sub-command"),
        ("kubectl exec vault-0 -- vualt status", "RUN003 the program vualt is not known"),
        ("kubectl exec vault-0 -- vault statsu", "RUN004 `vault` has no sub-command `statsu`"),
        ("vault operator raft", "RUN004 `vault operator raft` wants a sub-command"),
        ("vault operator raft snapshot take x", "RUN004 `vault operator raft snapshot` has no sub-command `take`"),
        ("watch -n 5 'kubectl gte pods'", "RUN004 `kubectl` has no sub-command `gte`"),
        ("A=$(vault statsu)", "RUN004 `vault` has no sub-command `statsu`"),
        ("sightline kubes", "RUN004 `sightline` has no sub-command `kubes`"),
        ("sightline kube", "RUN004 `sightline kube` wants a sub-command"),
        ("sightline kube chek x", "RUN004 `sightline kube` has no sub-command `chek`"),
        ("sightline kube check --profil baseline x", "RUN004 `sightline kube check` has no option --profil"),
        (
            "sightline kube check --profile strict x",
            "RUN004 the option --profile of `sightline kube check` takes no strict",
        ),
        ("sightline kube check x --profile", "RUN004 the option --profile of `sightline kube check` wants a value"),
        ("sightline kube check", "RUN004 `sightline kube check` wants 1 arguments, not 0"),
        ("sightline kube flows x", "RUN004 `sightline kube flows` wants the option --declared"),
        ("sightline -x", "RUN004 `sightline` has no option -x"),
        ("echo 'x", "RUN002 no shell reads this: no closing quotation"),
    ],
)
def test_what_does_not_exist_is_told(call: str, message: str) -> None:
    """The program, the sub-command, the option or its value: what is wrong is named."""
    assert said(call) == [message]
