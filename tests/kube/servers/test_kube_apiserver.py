"""The real API server, its controllers, and the commands that speak to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sightline_kube.testing.servers import commands
from sightline_kube.testing.servers import kube_apiserver as servers
from tests.support.servers import require

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_kube.testing.servers.commands import Command
    from sightline_kube.testing.servers.kube_apiserver import KubeApiServer

pytestmark = pytest.mark.real_servers


def pod(**security: object) -> dict[str, Any]:
    """Return a Pod of one container with a security context."""
    container = {"name": "one", "image": "example.invalid/one@sha256:" + 64 * "0", "securityContext": security}
    return {"metadata": {"name": "one"}, "spec": {"serviceAccountName": "one", "containers": [container]}}


def test_a_token_says_who_and_for_whom(kube_apiserver: KubeApiServer) -> None:
    """A bound token passes a review for its audience, and no other."""
    kube_apiserver.namespace("tokens")
    kube_apiserver.service_account("tokens", "app")
    token = kube_apiserver.token_of("tokens", "app", ["vault"])

    def review(audience: str) -> Any:
        body = {"spec": {"token": token, "audiences": [audience]}}
        return kube_apiserver.ask("POST", "/apis/authentication.k8s.io/v1/tokenreviews", body).expect()["status"]

    assert review("vault")["user"]["username"] == "system:serviceaccount:tokens:app"
    assert not review("another").get("authenticated")


def test_a_restricted_namespace_takes_only_restricted_pods(kube_apiserver: KubeApiServer) -> None:
    """Pod security is enforced by the server itself."""
    kube_apiserver.namespace("strict", enforce="restricted")
    kube_apiserver.service_account("strict", "one")
    refused = kube_apiserver.ask("POST", "/api/v1/namespaces/strict/pods", pod(privileged=True))
    assert refused.status == 403
    assert 'violates PodSecurity "restricted' in refused.json["message"]
    good = pod(
        allowPrivilegeEscalation=False,
        runAsNonRoot=True,
        capabilities={"drop": ["ALL"]},
        seccompProfile={"type": "RuntimeDefault"},
    )
    kube_apiserver.ask("POST", "/api/v1/namespaces/strict/pods", good).expect()


def test_kubectl_sees_what_was_made(kube_apiserver: KubeApiServer, tmp_path: Path) -> None:
    """The real client trusts the server's certificate and is who the kubeconfig says."""
    require("kubectl")
    kubectl = commands.kubectl(tmp_path, kube_apiserver.kubeconfig(tmp_path / "kubeconfig"))
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one", "namespace": "default"}}
    dry = kubectl.run("apply", "--dry-run=server", "-f", "-", "-o", "name", stdin=json.dumps(manifest))
    assert (dry.returncode, dry.stdout) == (0, "configmap/one\n"), dry.stderr
    told = json.loads(kubectl.run("version", "-o", "json").stdout)
    assert told["serverVersion"]["gitVersion"] == told["clientVersion"]["gitVersion"]


@pytest.mark.timeout(180)
def test_controllers_give_a_namespace_its_account(tmp_path: Path) -> None:
    """With the controller manager the aggregated role `view` has rules, too."""
    require("etcd", "kube-apiserver", "kube-controller-manager")
    with (
        servers.kube_apiserver(tmp_path / "kube") as cluster,
        servers.controller_manager(cluster, tmp_path / "run") as run,
    ):
        cluster.namespace("later")
        run.until(
            lambda: cluster.ask("GET", "/api/v1/namespaces/later/serviceaccounts/default").ok, 30, "make an account"
        )
        view = "/apis/rbac.authorization.k8s.io/v1/clusterroles/view"
        run.until(lambda: cluster.ask("GET", view).expect()["rules"], 30, "fill in `view`")


def test_helm_renders_and_refuses_values_outside_the_schema(helm: Command) -> None:
    """Helm 4 itself: one template, one closed schema."""
    chart = helm.home / "one"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: one\nversion: 0.1.0\nkubeVersion: '>=1.30.0-0'\n")
    (chart / "values.yaml").write_text("name: first\n")
    closed = {"type": "object", "properties": {"name": {"type": "string"}}, "additionalProperties": False}
    (chart / "values.schema.json").write_text(json.dumps(closed))
    (chart / "templates/map.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Values.name | quote }}}\n"
    )
    good = helm.run("template", "release", str(chart))
    assert good.returncode == 0, good.stderr
    assert 'metadata: {name: "first"}' in good.stdout
    bad = helm.run("template", "release", str(chart), "--set", "nmae=second")
    assert bad.returncode != 0
    assert "nmae" in bad.stderr
