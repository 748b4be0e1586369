"""Manifests are read whole, with a place for every field, and what is wrong is collected."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_core.diagnostics import Span
from sightline_kube.flows.declared import VERSION
from sightline_kube.flows.prove import prove
from sightline_kube.judging import judge
from sightline_kube.pods import GROUPS, TEMPLATES, templates
from sightline_kube.reading import read_bundle

GROUP_OF = {kind: f"{group}/v1" if group else "v1" for kind, group in GROUPS.items()}
HELM = """\
---
# Source: vault/templates/a.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
---
# Source: vault/templates/b.yaml
# a comment of the template
apiVersion: v1
kind: ServiceAccount
metadata:
  name: b
  namespace: vault
---
# Source: vault/templates/empty.yaml
---
apiVersion: v1
kind: Namespace
metadata: {name: vault, namespace: odd}
"""


def codes(text: str) -> list[str]:
    return [each.code for each in read_bundle({"f.yaml": text})[1]]


def test_helm_s_output_names_its_templates() -> None:
    """Each object knows the template that it came from, and empty documents are none."""
    read, findings = read_bundle({"f.yaml": HELM})
    assert findings == []
    assert [(str(each), each.source) for each in read.manifests] == [
        ("ConfigMap/a", "vault/templates/a.yaml"),
        ("ServiceAccount/b", "vault/templates/b.yaml"),
        ("Namespace/vault", "vault/templates/empty.yaml"),
    ]


def test_namespaces_are_those_that_an_object_lands_in() -> None:
    """A namespace that is not written is the default one; an object of the cluster has none, whatever it says."""
    read, _ = read_bundle({"f.yaml": HELM})
    assert [each.effective_namespace for each in read.manifests] == ["default", "vault", ""]
    assert read.find("ServiceAccount", "vault", "b") is read.manifests[1]
    assert read.find("ServiceAccount", "vault", "c") is None


def test_every_field_has_its_place() -> None:
    """A value, a key and what is missing: the last is placed at what encloses it."""
    (read, _, _) = read_bundle({"f.yaml": HELM})[0].manifests
    assert read.at("metadata", "name") == Span("f.yaml", 6, 9, 6, 10)
    assert read.key_at("metadata", "name") == Span("f.yaml", 6, 3, 6, 7)
    assert read.key_at("metadata", "labels", "app") == Span("f.yaml", 5, 1, 5, 9)
    assert read.key_at("spec", "x") == read.head == read.at("metadata", "name")


def test_lists_are_flattened() -> None:
    """Lists of lists, and typed lists whose items leave kind and apiVersion out, as the API server prints them."""
    items = [{"metadata": {"name": "a"}}, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}}]
    inner = {"apiVersion": "v1", "kind": "PodList", "items": items}
    other = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "c"}}
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [inner, other]})
    read, findings = read_bundle({"f.json": text})
    assert findings == []
    assert [(each.api_version, str(each)) for each in read.manifests] == [
        ("v1", "Pod/a"),
        ("v1", "Pod/b"),
        ("v1", "Secret/c"),
    ]
    assert read.manifests[0].root == ("items", 0, "items", 0)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", []),
        ("# nothing\n---\n---\n", []),
        ("a: b: c\n", ["CORE001"]),
        ("- 1\n", ["KUBE001"]),
        ("words\n", ["KUBE001"]),
        ("apiVersion: v1\nkind: List\nitems: [1, {kind: Pod}]\n", ["KUBE001", "KUBE002"]),
        ("apiVersion: v1\nkind: Pod\n", ["KUBE002"]),
        ("apiVersion: v1\nkind: Pod\nmetadata: [name]\n", ["KUBE002"]),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: 7}\n", ["KUBE002"]),
        ("kind: Pod\nmetadata: {name: a}\n", ["KUBE002"]),
        ("apiVersion: v1\nkind: Pod\nkind: Pod\nmetadata: {name: a}\n", ["CORE002"]),
        ("{}\n---\n[]\n---\na: &a [*a]\n", ["KUBE002", "KUBE001", "CORE004"]),
        ("apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n", []),
    ],
)
def test_what_cannot_be_read_is_collected(text: str, wanted: list[str]) -> None:
    """Each fault is a finding with a place, and the rest is read."""
    assert sorted(codes(text)) == sorted(wanted)
    assert all(each.span and each.span.file == "f.yaml" for each in read_bundle({"f.yaml": text})[1])


def test_a_fault_does_not_hide_the_rest() -> None:
    """A broken file and a broken document leave the others whole."""
    good = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"
    read, findings = read_bundle({"a.yaml": f"- 1\n---\n{good}", "b.yaml": "a: b: c", "c.yaml": good})
    assert len(read.manifests) == 2
    assert [each.code for each in findings] == ["KUBE001", "CORE001"]


@pytest.mark.parametrize("kind", sorted(TEMPLATES))
def test_every_kind_of_workload_has_its_template(kind: str) -> None:
    """Labels, service account, containers and ports are found wherever the kind keeps them."""
    inner: dict[str, object] = {
        "metadata": {"labels": {"app": "a"}},
        "spec": {
            "serviceAccountName": "robot",
            "initContainers": [{"name": "first"}, {"name": "side", "restartPolicy": "Always"}],
            "containers": [{"name": "one", "ports": [{"name": "http", "containerPort": 80}]}],
        },
    }
    value: dict[str, object] = inner
    for step in reversed(TEMPLATES[kind]):
        value = {str(step): value}
    metadata = {"name": "w", "labels": {"app": "a"}}
    text = json.dumps({**value, "apiVersion": GROUP_OF[kind], "kind": kind, "metadata": metadata})
    (pod,) = templates(read_bundle({"f.json": text})[0])
    assert (dict(pod.labels), pod.service_account) == ({"app": "a"}, "robot")
    assert [each.name for each in pod.containers()] == ["first", "side", "one"]
    assert [each.name for each in pod.containers(running=True)] == ["side", "one"]
    assert list(pod.ports()) == [("http", "TCP", 80)]


def test_a_kind_of_another_group_is_another_kind() -> None:
    """An object that only shares its kind's name with a workload has no template."""
    text = "apiVersion: example.com/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {}}}\n"
    assert list(templates(read_bundle({"f.yaml": text})[0])) == []


FIELDS = (
    *("metadata", "spec", "template", "containers", "initContainers", "name", "labels", "annotations", "items"),
    *("selector", "matchLabels", "volumes", "ports", "matchExpressions", "key", "operator", "values", "rules"),
    *("verbs", "resources", "securityContext", "capabilities", "add", "drop", "seccompProfile", "type"),
    *("podSelector", "ingress", "egress", "from", "to", "policyTypes", "replicas", "minAvailable", "volumeMounts"),
    *("data", "image", "sysctls", "livenessProbe"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=30,
)
KINDS = (
    *TEMPLATES,
    "List",
    "PodList",
    "Service",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "Role",
    "Secret",
    "Namespace",
)


@given(st.lists(st.tuples(st.sampled_from(KINDS), JSON, JSON), min_size=1, max_size=3))
def test_no_value_is_too_odd_to_be_judged(objects: list[tuple[str, object, object]]) -> None:
    """Whatever stands in objects, they are read and judged to the end, and every finding has its place."""
    texts = {}
    for number, (kind, spec, template) in enumerate(objects):
        group = {"NetworkPolicy": "networking.k8s.io/v1"}.get(kind, GROUP_OF.get(kind, "v1"))
        value = {
            "apiVersion": group,
            "kind": kind,
            "metadata": {"name": "a"},
            "spec": spec,
            "rules": spec,
            "data": spec,
        }
        if isinstance(spec, dict):
            value["spec"] = {**spec, "template": {"spec": template}}
        texts[f"{number}.json"] = json.dumps(value)
    for each in judge(texts, dt.date(2026, 11, 25)).findings:
        assert each.span is not None
    prove(texts, f"version: {VERSION}\n", "flows.yaml")
