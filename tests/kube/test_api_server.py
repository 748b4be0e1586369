"""A real API server says what is said here: of pods, of policies, and of what our pages recommend."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sightline_kube.flows.policies import directions, read_policy
from sightline_kube.pods import templates
from sightline_kube.podsecurity import VERSION, violations
from sightline_kube.podsecurity.profiles import Profile
from sightline_kube.reading import read_bundle
from tests.kube.flows.test_declared import REFUSED
from tests.kube.flows.test_reach import DIRECTIONS_OF, ENTRIES_OF, PEERS_OF
from tests.kube.objects import bundle, policy
from tests.support.check_pages import examples, good

from .podsecurity.cases import CASES

if TYPE_CHECKING:
    from sightline_kube.testing.servers.kube_apiserver import KubeApiServer

pytestmark = pytest.mark.real_servers

DEFAULT = "default"
PATHS = {
    "ConfigMap": "/api/v1/namespaces/shop/configmaps",
    "Deployment": "/apis/apps/v1/namespaces/shop/deployments",
    "Namespace": "/api/v1/namespaces",
    "NetworkPolicy": "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies",
    "Pod": "/api/v1/namespaces/shop/pods",
    "PodDisruptionBudget": "/apis/policy/v1/namespaces/shop/poddisruptionbudgets",
    "Role": "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles",
    "Secret": "/api/v1/namespaces/shop/secrets",
    "Service": "/api/v1/namespaces/shop/services",
}
IMPOSSIBLE = {"procMount-bad-1"}
"""A pod that the API server cannot be asked about: it refuses the fields themselves before it looks at the profile."""


@pytest.fixture(scope="module")
def server(kube_apiserver: KubeApiServer) -> KubeApiServer:
    """The session's API server with namespaces that enforce a profile each."""
    enforced = {"baseline": Profile.BASELINE, "restricted": Profile.RESTRICTED, "shop": Profile.RESTRICTED}
    for name, profile in enforced.items():
        prefix = "pod-security.kubernetes.io/enforce"
        labels = {prefix: profile.value, f"{prefix}-version": VERSION}
        kube_apiserver.ask("POST", "/api/v1/namespaces", {"metadata": {"name": name, "labels": labels}}).expect()
        # Without the controller manager no namespace has the account that a pod runs under.
        kube_apiserver.service_account(name, "default")
    return kube_apiserver


def test_pods_are_taken_and_refused_alike(server: KubeApiServer) -> None:
    """Every case by control: the same verdict, and in a refusal every control that is broken here is named."""
    differing = []
    for case in CASES:
        pod = {**case.pod, "metadata": {**case.pod["metadata"], "namespace": case.profile.value}}
        answer = server.ask("POST", f"/api/v1/namespaces/{case.profile}/pods?dryRun=All", pod)
        (template,) = templates(read_bundle({"pod.json": json.dumps(pod)})[0])
        reasons = {control.REASON for control, _ in violations(template, case.profile)}
        message = "" if answer.ok else str(answer.json["message"])
        refused = "violates PodSecurity" in message
        named = message.partition("violates PodSecurity")[2]
        same = answer.ok == (not reasons) and refused == bool(reasons) and all(each in named for each in reasons)
        if not same and case.title not in IMPOSSIBLE:
            differing.append((case.title, reasons, message))
    assert differing == []


def _post(server: KubeApiServer, value: dict[str, Any]) -> Any:
    path = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies?dryRun=All&fieldValidation=Strict"
    return server.ask("POST", path, {**value, "metadata": {**value["metadata"], "namespace": DEFAULT}})


def test_policies_are_refused_alike(server: KubeApiServer) -> None:
    """What is called unreadable here is refused there, but for what there is a warning only."""
    taken = [
        rule
        for rule, message in REFUSED
        if " means " not in message and _post(server, policy("p", {}, ingress=[rule])).ok
    ]
    assert taken == []


def test_policies_are_taken_alike(server: KubeApiServer) -> None:
    """What is computed with here is taken there, and holds the same directions."""
    rules = [{"from": peers} for peers, *_ in PEERS_OF] + [{"ports": entries} for entries, _ in ENTRIES_OF]
    specs = [*({"ingress": [each]} for each in rules), *(spec for spec, *_ in DIRECTIONS_OF)]
    for spec in specs:
        value = policy("p", {}, **spec)
        (manifest,) = bundle(value).manifests
        assert read_policy(manifest)[1] == []
        answer = _post(server, value)
        assert answer.ok, (spec, answer.json)
        assert answer.json["spec"]["policyTypes"] == list(directions(manifest))


@pytest.mark.parametrize("name", [*examples("KUBE"), *examples("PSS")])
def test_what_a_page_recommends_is_taken(name: str, server: KubeApiServer) -> None:
    """Each object of a good example passes a namespace that enforces the restricted profile, field by field."""
    for _, _, content in good(name.partition(".")[0]):
        for value in yaml.safe_load_all(content):
            if value["kind"] == "Namespace":
                value["metadata"]["name"] = "another"
            answer = server.ask("POST", f"{PATHS[value['kind']]}?dryRun=All&fieldValidation=Strict", value)
            assert answer.ok, answer.json
