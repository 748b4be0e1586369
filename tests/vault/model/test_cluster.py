"""The cluster's file: strict, located, all findings together; and the names that follow from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline_vault.model import Naming, VaultClusterSpec, read_spec, read_spec_file
from sightline_vault.model.durations import seconds

HUB = Path(__file__).resolve().parents[3] / "platform" / "vault" / "clusters" / "hub.yaml"


def hub() -> dict[str, Any]:
    """Return the hub's file as plain values, to be changed."""
    found: dict[str, Any] = yaml.safe_load(HUB.read_text())
    return found


def told(document: Any) -> list[str]:
    """Return what is said of a document."""
    spec, findings = read_spec(yaml.safe_dump(document, sort_keys=False), "cluster.yaml")
    assert (spec is None) == bool(findings)
    return [each.message for each in findings]


def changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """Return the hub with one value changed."""
    document = hub()
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


def test_the_hub_is_read_whole() -> None:
    """What the repository ships has no findings and keeps what it says."""
    spec, findings = read_spec_file(HUB)
    assert findings == []
    assert isinstance(spec, VaultClusterSpec)
    assert (spec.nodes, spec.seal.key, spec.policies[0].paths["secret/data/payments/*"]) == (
        5,
        "sightline-vault-hub-seal",
        ("read",),
    )


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("nodes",), 4, "4 servers make no good quorum"),
        (("zones",), ["a", "b"], "2 zones for 5 servers: the loss of one may cost the quorum"),
        (("zones",), ["a", "a", "a"], "1 zones for 5 servers: the loss of one may cost the quorum"),
        (("name",), "Vault", "`Vault` is no DNS label"),
        (("software", "digest"), "latest", "`latest` is no digest"),
        (("software", "version"), "latest", "`latest` is no version"),
        (("clusters", 1, "local"), True, "exactly one cluster is the one Vault runs on"),
        (("clusters", 1, "pod_cidrs"), ["0.0.0.0/0"], "0.0.0.0/0 is half of the world"),
        (("clusters", 1, "api_cidrs"), [], "no address is named: nothing could be reached"),
        (("network", "kms_cidrs"), ["10.0.0.1/8"], "10.0.0.1/8 has host bits set"),
        (("audit",), [{"name": "stdout", "kind": "stdout"}], "with one audit device, Vault stops when it cannot be"),
        (
            ("audit", 0, "path"),
            "/vault/data/audit.log",
            "the audit file /vault/data/audit.log is not on the audit volume",
        ),
        (("audit", 1), {"name": "b", "kind": "file", "path": "/vault/audit/b.log"}, "all audit devices stand on one"),
        (("certificates", "renew_before"), "24h", "the certificate is renewed too late"),
        (("certificates", "duration"), "soon", "`soon` is no duration"),
        (("seal", "deletion_window_days"), 3, "AWS knows no window of 3 days"),
        (("seal", "retired_key"), "sightline-vault-hub-seal", "the key is moved away from itself"),
        (("recovery_threshold",), 4, "4 of 3 operators' keys make no quorum"),
        (("recovery_threshold",), 1, "1 of 3 operators' keys make no quorum"),
        (("snapshots", "keep_days"), 30, "snapshots are locked for 30 days and kept for 30"),
        (("snapshots", "schedule"), "hourly", "`hourly` is no cron schedule"),
        (("autopilot",), {"min_quorum": 1}, "a minimum quorum of 1 does not fit 5 servers"),
        (("roles", 0, "service_accounts"), ["*"], "the role payments lets any of `service_accounts` in"),
        (("roles", 0, "namespaces"), [], "the role payments lets any of `namespaces` in"),
        (("roles", 0, "policies"), ["paymnets"], "there is no policy paymnets"),
        (("roles", 0, "cluster"), "staging", "there is no cluster staging"),
        (("roles", 0, "max_ttl"), "1m", "15m is longer than max_ttl 1m"),
        (("transit", 0, "mount"), "secret", "secret is no mount of transit"),
        (("pki_roles", 0, "mount"), "nowhere", "nowhere is no mount of pki"),
        (("policies", 0, "name"), "root", "root is Vault's own"),
        (("policies", 0, "paths"), {"secret/*": ["write"]}, "there is no capability write"),
        (("mounts", 1, "path"), "secret", "secret stands twice under mounts"),
    ],
)
def test_what_would_not_be_safe_is_refused(path: tuple[str | int, ...], value: Any, message: str) -> None:
    """Each is one change of a good file, and is told."""
    assert any(each.startswith(message) for each in told(changed(path, value)))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("nodse",), 5, "there is no field `nodse` here"),
        (("nodes",), "5", "`nodes` is not a whole number"),
        (("nodes",), True, "`nodes` is not a whole number"),
        (("seal",), [], "`seal` is not a mapping with key"),
        (("audit",), {}, "`audit` is not a list"),
        (("audit", 0, "kind"), "flie", "`kind` is not one of file, stdout, socket (did you mean `file`?)"),
        (("version",), "sightline/vault-cluster/v9", "the version of this form is not known"),
        (("quotas", 0, "rate"), "many", "`rate` is not a number"),
        (("clients", 0, "labels"), ["a"], "`labels` is not a mapping"),
        (("clients", 0, "labels"), {"app": 5}, "`app` is not text"),
    ],
)
def test_another_form_is_refused(path: tuple[str | int, ...], value: Any, message: str) -> None:
    """A field that is unknown, or of another type, is named."""
    assert any(each.startswith(message) for each in told(changed(path, value)))


def test_every_finding_comes_at_once_with_its_place() -> None:
    """Three faults are three findings; each points at its own line."""
    text = HUB.read_text().replace("nodes: 5", "nodse: 5").replace("lock_days: 30", "lock_days: x")
    text = text.replace("region: eu-central-1\n", "")
    spec, findings = read_spec(text, "hub.yaml")
    assert spec is None
    lines = text.splitlines()
    assert [lines[each.span.line - 1].split(":")[0].strip() for each in findings if each.span] == [
        "nodse",
        "version",
        "lock_days",
    ]


@pytest.mark.parametrize("text", ["", "[]", "5", "a: [", "---\na: 1\n---\nb: 2\n", "\x00"])
def test_what_is_no_cluster_at_all_is_told(text: str) -> None:
    """An empty file, another kind of value, two documents: findings, never a traceback."""
    spec, findings = read_spec(text, "cluster.yaml")
    assert spec is None
    assert findings


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["nodes", "seal", "audit", "clusters", "network", "x"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_no_document_makes_it_fail(document: Any) -> None:
    """Whatever YAML holds gives a spec or findings."""
    assert told(document)


def test_names_follow_from_the_model() -> None:
    """Another name, namespace or size changes every name that is made of it."""
    spec, _ = read_spec(
        yaml.safe_dump(hub() | {"name": "keep", "namespace": "safe", "nodes": 3, "zones": ["a", "b", "c"]}), "x"
    )
    assert spec is not None
    names = Naming(spec)
    assert names.pods == ("keep-0", "keep-1", "keep-2")
    assert names.api(1) == "https://keep-1.keep-internal.safe.svc:8200"
    assert names.cluster(2) == "https://keep-2.keep-internal.safe.svc:8201"
    assert {names.server_name(each) for each in range(3)} <= set(names.dns_names)
    assert not [each for each in names.dns_names if "vault" in each]
    assert names.labels["app.kubernetes.io/instance"] == "keep"


@pytest.mark.parametrize(("nodes", "spare"), [(3, 1), (5, 2), (7, 3)])
def test_as_many_may_be_away_as_a_quorum_spares(nodes: int, spare: int) -> None:
    """The rest is still a majority, and with one more away it would not be."""
    spec, _ = read_spec(yaml.safe_dump(hub() | {"nodes": nodes}), "x")
    assert spec is not None
    assert Naming(spec).max_unavailable == spare
    assert nodes - spare > nodes / 2 >= nodes - spare - 1


@pytest.mark.parametrize(
    ("text", "value"),
    [("30", 30), ("15m", 900), ("1h30m", 5400), ("7d", 604_800), ("", None), ("h", None), ("1w", None)],
)
def test_durations_are_read_as_vault_reads_them(text: str, value: int | None) -> None:
    """A bare number is seconds."""
    assert seconds(text) == value
