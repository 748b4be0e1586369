"""The chart by real programs: Helm renders it, the API server takes it, the servers run by what it mounts."""

from __future__ import annotations

import copy
import datetime as dt
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sightline_kube.judging import judge
from sightline_kube.podsecurity.profiles import Profile
from sightline_vault.lint import lint
from sightline_vault.model import Naming
from sightline_vault.render.server import configuration
from tests.vault.chart.clusters import CHART

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sightline_kube.testing.servers.asking import Answer
    from sightline_kube.testing.servers.commands import Command
    from sightline_kube.testing.servers.kube_apiserver import KubeApiServer
    from tests.vault.chart.conftest import Rendered

pytestmark = pytest.mark.real_servers

NAMES = ("vault", "openbao", "three")

PATHS = {
    "Certificate": "apis/cert-manager.io/v1/namespaces/{}/certificates",
    "ClusterRoleBinding": "apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "ConfigMap": "api/v1/namespaces/{}/configmaps",
    "CronJob": "apis/batch/v1/namespaces/{}/cronjobs",
    "Deployment": "apis/apps/v1/namespaces/{}/deployments",
    "NetworkPolicy": "apis/networking.k8s.io/v1/namespaces/{}/networkpolicies",
    "Pod": "api/v1/namespaces/{}/pods",
    "PodDisruptionBudget": "apis/policy/v1/namespaces/{}/poddisruptionbudgets",
    "Role": "apis/rbac.authorization.k8s.io/v1/namespaces/{}/roles",
    "RoleBinding": "apis/rbac.authorization.k8s.io/v1/namespaces/{}/rolebindings",
    "Service": "api/v1/namespaces/{}/services",
    "ServiceAccount": "api/v1/namespaces/{}/serviceaccounts",
    "StatefulSet": "apis/apps/v1/namespaces/{}/statefulsets",
}


@pytest.mark.parametrize("name", NAMES)
def test_helm_renders_and_lints_it_and_no_rule_finds_anything(
    name: str, chart: Callable[[str], Rendered], helm: Command
) -> None:
    """Vault, OpenBao, and another name, namespace and size: no rule of ours has anything to say."""
    made = chart(name)
    judged = judge({"rendered.yaml": made.text}, dt.datetime.now(dt.UTC).date(), profile=Profile.RESTRICTED)
    assert [each.message for each in judged.findings] == []
    assert {each.kind for each in judged.bundle.manifests} == PATHS.keys() - {"Pod"}
    checked = lint({"rendered.yaml": made.text}, dt.datetime.now(dt.UTC).date())
    assert [each.message for each in checked.findings] == []
    linted = helm.run("lint", str(CHART), "--strict", "--namespace", made.spec.namespace, "-f", str(made.values))
    assert (linted.returncode, "0 chart(s) failed" in linted.stdout) == (0, True), linted.stdout + linted.stderr
    assert "[WARNING]" not in linted.stdout
    assert "[INFO]" not in linted.stdout
    servers = made.find("ConfigMap", f"{made.spec.name}-servers")["data"]
    expected = {
        f"{Naming(made.spec).pod(each)}.json": configuration(made.spec, each) for each in range(made.spec.nodes)
    }
    assert {each: json.loads(text) for each, text in servers.items()} == expected


def test_what_the_cluster_relies_on_stands_in_it(chart: Callable[[str], Rendered]) -> None:
    """What no schema of Kubernetes asks for: the budget's size, kept volumes, order of updates, who is published."""
    made = chart("three")
    budget = made.find("PodDisruptionBudget", "keep")["spec"]
    assert budget["maxUnavailable"] == 1
    spec = made.find("StatefulSet", "keep")["spec"]
    assert (spec["replicas"], spec["podManagementPolicy"]) == (3, "Parallel")
    assert spec["updateStrategy"] == {"type": "OnDelete"}
    assert set(spec["persistentVolumeClaimRetentionPolicy"].values()) == {"Retain"}
    assert {each["spec"]["storageClassName"] for each in spec["volumeClaimTemplates"]} == {"gp3-encrypted"}
    published = {each["metadata"]["name"]: each["spec"] for each in made.objects if each["kind"] == "Service"}
    assert [name for name, each in published.items() if each.get("publishNotReadyAddresses")] == ["keep-internal"]
    assert [name for name, each in published.items() if len(each["ports"]) > 1] == ["keep-internal"]
    (server,) = spec["template"]["spec"]["containers"]
    assert {server[each]["httpGet"]["scheme"] for each in ("startupProbe", "livenessProbe", "readinessProbe")} == {
        "HTTPS"
    }
    grace = spec["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace > server["lifecycle"]["preStop"]["sleep"]["seconds"]
    (role,) = [each for each in made.objects if each["kind"] == "Role"]
    assert role["rules"] == [
        {
            "apiGroups": [""],
            "resources": ["pods"],
            "resourceNames": ["keep-0", "keep-1", "keep-2"],
            "verbs": ["get", "update", "patch"],
        }
    ]


@pytest.fixture(scope="module")
def cluster(kube_apiserver: KubeApiServer) -> KubeApiServer:
    """The API server, knowing cert-manager's Certificate: the true definition where SIGHTLINE_CRDS names a folder."""
    folder = os.environ.get("SIGHTLINE_CRDS")
    file = (
        Path(folder, "cert-manager", "certificates.yaml") if folder else Path(__file__).with_name("certificates.yaml")
    )
    definition = yaml.safe_load(file.read_text())
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    answer = kube_apiserver.ask("POST", path, definition)
    assert answer.ok or answer.status == 409, answer.body
    return kube_apiserver


@pytest.mark.parametrize("name", NAMES)
def test_the_api_server_takes_every_object_and_makes_every_pod(
    name: str, chart: Callable[[str], Rendered], cluster: KubeApiServer
) -> None:
    """By a strict dry run each object; and in a namespace that enforces the restricted profile, each template's Pod."""
    made = chart(name)
    space = made.spec.namespace
    cluster.namespace(space, enforce="restricted")
    for each in made.objects:
        _until_taken(cluster, each, space)
    for each in made.objects:
        if each["kind"] == "ServiceAccount":
            _post(cluster, each, space).expect()
    pods = [pod for each in made.objects for pod in _pods(each)]
    assert len(pods) == 4
    for pod in pods:
        _post(cluster, pod, space).expect()
        worse = copy.deepcopy(pod)
        worse["metadata"]["name"] += "-worse"
        worse["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
        refused = _post(cluster, worse, space)
        assert refused.status == 403
        assert b"restricted" in refused.body


def test_the_servers_may_label_their_own_pods_and_review_tokens_and_no_more(
    chart: Callable[[str], Rendered], cluster: KubeApiServer
) -> None:
    """The API server's own word on each right, asked with a token of the servers' account."""
    made = chart("rights")
    space, account = made.spec.namespace, Naming(made.spec).service_account
    cluster.namespace(space, enforce="restricted")
    for kind in ("ServiceAccount", "Role", "RoleBinding", "ClusterRoleBinding"):
        for each in made.objects:
            if each["kind"] == kind:
                _post(cluster, each, space).expect()
    token = cluster.token_of(space, account)

    def may(verb: str, resource: str, name: str = "", group: str = "") -> bool:
        asked = {"namespace": space, "verb": verb, "resource": resource, "name": name, "group": group}
        body = {"spec": {"resourceAttributes": asked}}
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        return bool(cluster.ask("POST", path, body, token=token).expect()["status"]["allowed"])

    own = Naming(made.spec).pods
    # Roles take effect a moment after they are written.
    cluster.server.until(lambda: may("patch", "pods", own[0]), 10, "let the servers label their pods")
    assert all(may(verb, "pods", name) for verb in ("get", "update", "patch") for name in own)
    assert may("create", "tokenreviews", group="authentication.k8s.io")
    more = [
        ("patch", "pods", "other"),
        ("delete", "pods", own[0]),
        ("list", "pods", ""),
        ("get", "secrets", "vault-tls"),
    ]
    assert not [each for each in more if may(*each)]


def _post(cluster: KubeApiServer, thing: dict[str, Any], space: str, query: str = "") -> Answer:
    return cluster.ask("POST", f"/{PATHS[thing['kind']].format(space)}?fieldValidation=Strict{query}", thing)


def _until_taken(cluster: KubeApiServer, thing: dict[str, Any], space: str) -> None:
    """Post by dry run; the path of a new definition is not there at once."""
    answers: list[Answer] = []

    def taken() -> bool:
        answers.append(_post(cluster, thing, space, "&dryRun=All"))
        return answers[-1].status != 404

    cluster.server.until(taken, 10, "serve the definition")
    assert answers[-1].status == 201, (thing["kind"], thing["metadata"]["name"], answers[-1].body)


def _pods(thing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the Pod of an object's template, as its controller makes it."""
    spec = thing["spec"]["jobTemplate"]["spec"] if thing["kind"] == "CronJob" else thing.get("spec", {})
    if "template" not in spec:
        return
    pod = {"apiVersion": "v1", "kind": "Pod", **copy.deepcopy(spec["template"])}
    pod["metadata"]["name"] = f"{thing['metadata']['name']}-0"
    for claim in spec.get("volumeClaimTemplates", []):
        name = claim["metadata"]["name"]
        source = {"claimName": f"{name}-{pod['metadata']['name']}"}
        pod["spec"]["volumes"].append({"name": name, "persistentVolumeClaim": source})
    yield pod
