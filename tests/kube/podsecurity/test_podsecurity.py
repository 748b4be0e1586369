"""The Pod Security Standards say of each pod what an API server would."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from sightline_kube.pods import templates
from sightline_kube.podsecurity import applied, controls, violations
from sightline_kube.podsecurity.profiles import Profile
from sightline_kube.reading import read_bundle

from .cases import CASES, GOOD, Case

UPSTREAM = os.environ.get("SIGHTLINE_POD_SECURITY_CASES", "")
"""The folder `test/testdata` of k8s.io/pod-security-admission."""


def found(text: str, profile: Profile) -> set[str]:
    """Return the controls that a profile finds broken in the one pod of a text."""
    bundle, findings = read_bundle({"pod.yaml": text})
    assert findings == []
    (pod,) = templates(bundle)
    return {control.ID for control, _ in violations(pod, profile)}


def test_every_control_has_cases_of_both_kinds() -> None:
    """No control is without a pod that it takes and one that it does not."""
    assert {(each.control, each.passes) for each in CASES} == {
        (each.ID, passes) for each in controls() for passes in (True, False)
    }


@pytest.mark.parametrize("case", CASES, ids=lambda each: each.title)
def test_the_control_decides(case: Case) -> None:
    """A good pod breaks nothing of the profile, a bad one this control."""
    broken = found(json.dumps(case.pod), case.profile)
    assert (broken == set()) if case.passes else (case.control in broken)


@pytest.mark.parametrize("case", [each for each in CASES if not each.passes], ids=lambda each: each.title)
def test_every_violation_has_its_place(case: Case) -> None:
    """Each violation points into the pod, at a line that the fault or its nearest owner stands on."""
    text = yaml.safe_dump(case.pod)
    bundle, _ = read_bundle({"pod.yaml": text})
    (pod,) = templates(bundle)
    for _, each in violations(pod, case.profile):
        assert each.span.file == "pod.yaml"
        assert each.span.line > 1
        assert each.message
        assert each.help


def test_profiles_contain_one_another() -> None:
    """`privileged` asks nothing, and what `baseline` forbids, `restricted` forbids by one control or another."""
    assert applied(Profile.PRIVILEGED) == ()
    for case in CASES:
        if found(json.dumps(case.pod), Profile.BASELINE):
            assert found(json.dumps(case.pod), Profile.RESTRICTED), case.title


def test_overridden_controls_are_said_once() -> None:
    """Under `restricted` one fault is one finding: the stricter control stands in for the weaker."""
    pod = {**GOOD, "spec": {**GOOD["spec"], "volumes": [{"name": "a", "hostPath": {"path": "/"}}]}}
    assert found(json.dumps(pod), Profile.RESTRICTED) == {"restrictedVolumes"}


def test_the_host_network_makes_every_port_one_of_the_node() -> None:
    """As the API server sets hostPort to containerPort then, both controls are broken."""
    pod = json.loads(json.dumps(GOOD))
    pod["spec"]["hostNetwork"] = True
    pod["spec"]["containers"][0]["ports"] = [{"containerPort": 80}]
    assert found(json.dumps(pod), Profile.BASELINE) == {"hostNamespaces", "hostPorts"}


def test_the_annotation_of_apparmor_counts() -> None:
    """The annotation that was before the field is read, too: the API server turns it into the field."""
    pod = json.loads(json.dumps(GOOD))
    key = "container.apparmor.security.beta.kubernetes.io/one"
    for value, broken in (("unconfined", {"appArmorProfile"}), ("localhost/x", set()), ("runtime/default", set())):
        pod["metadata"]["annotations"] = {key: value}
        assert found(json.dumps(pod), Profile.BASELINE) == broken


@pytest.mark.parametrize("profile", [Profile.BASELINE, Profile.RESTRICTED])
@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_the_admission_controller_s_own_pods(profile: Profile, verdict: str) -> None:
    """Every pod by which that project tests itself (its newest version) gets the same verdict here."""
    folders = sorted(Path(UPSTREAM, profile).glob("v1.*"), key=lambda each: int(each.name[3:])) if UPSTREAM else []
    if not folders:
        pytest.skip("no test data of k8s.io/pod-security-admission: name its folder in SIGHTLINE_POD_SECURITY_CASES")
    pods = sorted((folders[-1] / verdict).glob("*.yaml"))
    assert len(pods) > 10
    wrong = [each.name for each in pods if bool(found(each.read_text(), profile)) != (verdict == "fail")]
    assert wrong == []
