"""The rules beyond the example of their pages: what they must and must not say."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.diagnostics import Severity
from sightline_kube.judging import judge
from sightline_kube.podsecurity.profiles import Profile
from sightline_kube.rules import Finding, rules
from tests.kube.objects import pod, policy, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

TODAY = dt.date(2026, 11, 25)


def said(*objects: dict[str, Any], code: str = "") -> list[str]:
    """Return the codes that are said of objects, or the messages of one code."""
    findings = judge({"f.yaml": text(*objects)}, TODAY, profile=Profile.PRIVILEGED).findings
    return [each.message for each in findings if each.code == code] if code else [each.code for each in findings]


def workload(kind: str = "Deployment", replicas: int = 1, **spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web"}], **spec}}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template},
    }


def test_rules_are_found_by_being_there() -> None:
    """Each has its own code, and they come in that order."""
    codes = [each.CODE for each in rules()]
    assert len(codes) >= 15
    assert codes == sorted(set(codes))


def budget(**spec: Any) -> dict[str, Any]:
    selector = {"matchLabels": {"app": "web"}}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": selector, **spec},
    }


@pytest.mark.parametrize(
    ("spec", "refused"),
    [
        ({"maxUnavailable": 1}, False),
        ({"maxUnavailable": 0}, True),
        ({"maxUnavailable": "0%"}, True),
        ({"maxUnavailable": "1%"}, False),
        ({"minAvailable": 2}, False),
        ({"minAvailable": 3}, True),
        ({"minAvailable": "100%"}, True),
        ({"minAvailable": "67%"}, True),
        ({"minAvailable": "66%"}, False),
    ],
)
def test_budgets_round_as_the_controller_does(spec: dict[str, Any], refused: bool) -> None:  # noqa: FBT001 - a column of the table
    """Of three pods 67 % are all three, since a part of a pod is a pod; 1 % that may go is one."""
    assert bool(said(workload(replicas=3), budget(**spec), code="KUBE017")) is refused


def role(kind: str = "Role", **rule: Any) -> dict[str, Any]:
    metadata = {"name": "r", "namespace": "shop"}
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata, "rules": [rule]}


@pytest.mark.parametrize(
    ("kind", "rule", "count"),
    [
        ("Role", {"resources": ["pods"], "verbs": ["get"]}, 0),
        ("Role", {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, 3),
        ("Role", {"resources": ["roles"], "verbs": ["escalate", "bind"]}, 2),
        ("Role", {"resources": ["pods/exec"], "verbs": ["create"]}, 1),
        ("Role", {"resources": ["pods/exec"], "verbs": ["get"]}, 0),
        ("Role", {"resources": ["secrets"], "verbs": ["get"]}, 0),
        ("ClusterRole", {"resources": ["secrets"], "verbs": ["get"]}, 1),
        ("ClusterRole", {"resources": ["secrets"], "verbs": ["get"], "resourceNames": ["a"]}, 0),
    ],
)
def test_wide_rights(kind: str, rule: dict[str, Any], count: int) -> None:
    """Stars, escalation and ways into pods count one by one; secrets by name, or of one namespace, are no fault."""
    assert len(said(role(kind, **rule), code="KUBE020")) == count


def test_a_token_is_asked_for_by_pod_or_account() -> None:
    """The pods' own word goes before their account's; a yes under the default account is none."""
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "robot", "namespace": "shop"},
        "automountServiceAccountToken": True,
    }
    assert said(workload(serviceAccountName="robot"), account, code="KUBE014") == []
    assert len(said(workload(serviceAccountName="robot"), code="KUBE014")) == 1
    assert said(workload(automountServiceAccountToken=False), code="KUBE014") == []
    assert len(said(workload(automountServiceAccountToken=True), code="KUBE014")) == 1


def test_selectors_are_judged_where_there_are_pods_to_select() -> None:
    """A namespace without pods in these manifests is somebody else's, and an empty selector means all."""
    lost = policy("p", {"app": "other"})
    assert said(lost, code="KUBE015") == []
    assert said(lost, pod(namespace="elsewhere"), code="KUBE015") == []
    assert len(said(lost, pod(), code="KUBE015")) == 1
    assert said(policy("p", {}), pod(), code="KUBE015") == []


def test_a_claim_template_is_a_volume() -> None:
    """What a StatefulSet claims may be mounted."""
    mounting = workload(
        "StatefulSet", containers=[{"name": "web", "volumeMounts": [{"name": "data", "mountPath": "/d"}]}]
    )
    assert len(said(mounting, code="KUBE021")) == 1
    mounting["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}}]
    assert said(mounting, code="KUBE021") == []


def test_a_secret_s_value_is_not_repeated() -> None:
    """The finding names the key; the value would stand in the log of every CI."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"key": "c2VjcmV0", "none": ""}}
    findings = judge({"f.yaml": text(secret)}, TODAY).findings
    assert [each.code for each in findings] == ["KUBE022"]
    assert "c2VjcmV0" not in repr(findings)


def test_a_limit_of_memory_stands_for_its_request() -> None:
    """As the API server sets the request to the limit; of CPU no limit is wanted."""
    container = {"name": "web", "resources": {"requests": {"cpu": "1"}, "limits": {"memory": "1Mi"}}}
    assert said(workload(containers=[container]), code="KUBE011") == []
    assert said(workload(initContainers=[{"name": "first"}], containers=[container]), code="KUBE011") == []


class Named:
    """A rule of another package."""

    CODE = "VLT001"
    SEVERITY = Severity.ERROR

    def check(self, bundle: Bundle) -> Iterator[Finding]:
        for each in bundle.of("Pod"):
            yield Finding(each, f"{each} is seen", each.head)


def test_other_packages_bring_rules_of_their_own() -> None:
    """They run beside ours, and are suppressed alike."""
    seen, hidden = pod(), pod("api")
    hidden["metadata"]["annotations"] = {"sightline/suppress-VLT001": "known"}
    findings = judge({"f.yaml": text(seen, hidden)}, TODAY, further=[Named()]).findings
    assert [each.message for each in findings if each.code in {"VLT001", "KUBE005"}] == ["Pod/web is seen"]


def test_an_object_of_a_generated_name_is_never_there_twice() -> None:
    """The API server gives each a name of its own."""
    job = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}}
    assert said(job, job, code="KUBE003") == []


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"labels": ["a"]}, "`metadata.labels` of Pod/web is not a mapping"),
        ({"labels": {"a": 1}}, "`metadata.labels.a` of Pod/web is not text"),
        ({"namespace": 1}, "`metadata.namespace` of Pod/web is not text"),
    ],
)
def test_shapes(metadata: dict[str, Any], message: str) -> None:
    """What YAML makes of a value without quotes is told at its place."""
    odd = pod()
    odd["metadata"] |= metadata
    assert said(odd, code="KUBE004") == [message]


class TestSuppression:
    def suppressed(self, value: str, code: str = "KUBE010") -> list[str]:
        web = pod()
        web["metadata"]["annotations"] = {f"sightline/suppress-{code}": value}
        return [each for each in said(web) if each in {"KUBE005", "KUBE006", "KUBE007", "KUBE010"}]

    def test_takes_the_finding_of_that_object_away(self) -> None:
        """With a reason, and until its last day is over."""
        assert self.suppressed("built here") == []
        assert self.suppressed("built here (until 2026-11-25)") == []

    def test_is_a_finding_once_it_does_not_hold(self) -> None:
        """After its day, without a reason, with a date that is none, and where there is nothing to take away."""
        assert self.suppressed("built here (until 2026-11-24)") == ["KUBE006"]
        assert self.suppressed("built here (until 2026-02-31)") == ["KUBE006"]
        assert self.suppressed("") == ["KUBE007"]
        assert self.suppressed("(until 2027-01-01)") == ["KUBE007"]
        assert self.suppressed("x", "KUBE999") == ["KUBE005", "KUBE010"]

    def test_does_not_reach_other_objects(self) -> None:
        """A neighbour's finding stays."""
        web = pod()
        web["metadata"]["annotations"] = {"sightline/suppress-KUBE010": "built here"}
        assert said(web, pod("api")).count("KUBE010") == 1

    def test_of_an_error_stays_one_when_it_ends(self) -> None:
        """A date makes nothing milder."""
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "s", "annotations": {"sightline/suppress-KUBE022": "a test's (until 2020-01-01)"}},
            "stringData": {"key": "x"},
        }
        (finding,) = judge({"f.yaml": text(secret)}, TODAY).findings
        assert (finding.code, finding.is_error) == ("KUBE006", True)

    def test_takes_a_control_of_pod_security_away(self) -> None:
        """A daemon that needs its node says so, and the other controls still hold."""
        agent = workload("DaemonSet", volumes=[{"name": "proc", "hostPath": {"path": "/proc"}}])
        agent["metadata"]["annotations"] = {"sightline/suppress-PSS005": "it reads the node's processes"}
        found = judge({"f.yaml": text(agent)}, TODAY, profile=Profile.BASELINE).findings
        assert [each.code for each in found if each.code.startswith("PSS")] == []
