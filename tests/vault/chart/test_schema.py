"""The schema of the chart's values: closed, so that what is unsafe or misspelt is refused, not rendered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sightline_vault.render.documents import yaml_text
from sightline_vault.render.values import values
from tests.vault.chart.clusters import CHART, hub, openbao

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sightline_kube.testing.servers.commands import Command
    from tests.vault.chart.conftest import Rendered


def _with(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def _without(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


LISTENER = ("servers", 0, "configuration", "listener", "tcp")
REFUSED = {
    "an unknown value": (_with("server", value={}), "additional properties 'server' not allowed"),
    "a value that is missing": (_without("storage"), "missing property 'storage'"),
    "an image by its tag": (_with("image", value="docker.io/hashicorp/vault:1.21.0"), "/image"),
    "an unknown product": (_with("product", value="consul"), "/product"),
    "a plain listener": (
        _with(*LISTENER, "tls_disable", value="true"),
        "'tls_disable' not allowed",
    ),
    "an old TLS": (_with(*LISTENER, "tls_min_version", value="tls10"), "/tls_min_version"),
    "open metrics": (_with(*LISTENER, "telemetry", "unauthenticated_metrics_access", value=True), "metrics_access"),
    "a key of AWS": (
        _with("servers", 1, "configuration", "seal", "awskms", "access_key", value="AKIA"),
        "additional properties 'access_key' not allowed",
    ),
    "a peer without TLS": (
        _with(
            "servers", 0, "configuration", "storage", "raft", "retry_join", 0, "leader_api_addr", value="http://a:8200"
        ),
        "/leader_api_addr",
    ),
    "a server that joins nobody": (
        _without("servers", 2, "configuration", "storage", "raft", "retry_join"),
        "retry_join",
    ),
    "mlock left unsaid": (_without("servers", 0, "configuration", "disable_mlock"), "disable_mlock"),
    "four servers": (lambda document: document["servers"].pop(), "/servers"),
    "a budget beyond the quorum": (_with("maxUnavailable", value=3), "/maxUnavailable"),
    "volumes in clear": (_with("storage", "encrypted", value=False), "/storage/encrypted"),
    "memory as a text": (_with("resources", "memoryMib", value="2Gi"), "/resources/memoryMib"),
    "a certificate of nobody": (_with("certificate", "issuerKind", value="Vault"), "/certificate/issuerKind"),
    "everybody by an empty peer": (_with("networkPolicies", 1, "spec", "ingress", 0, "from", value=[{}]), "/from/0"),
    "every port": (_without("networkPolicies", 1, "spec", "egress", 0, "ports"), "missing property 'ports'"),
    "another command than ours": (_with("arguments", "probe", value=["sh", "-c", "true"]), "/arguments/probe/0"),
}


@pytest.mark.real_servers
@pytest.mark.parametrize("case", REFUSED)
def test_values_outside_of_the_schema_are_refused(case: str, helm: Command, tmp_path: Path) -> None:
    """Each is one change of values that Helm takes, and is named in the refusal."""
    change, word = REFUSED[case]
    document = json.loads(json.dumps(values(hub())))
    change(document)
    file = tmp_path / "values.yaml"
    file.write_text(yaml_text(document))
    done = helm.run("template", "vault", str(CHART), "--namespace", "vault", "-f", str(file))
    assert done.returncode != 0
    assert word in done.stderr


@pytest.mark.real_servers
def test_neither_another_namespace_nor_no_values_at_all_are_taken(
    helm: Command, chart: Callable[[str], Rendered]
) -> None:
    """The certificate's names are of one namespace; the chart has no defaults, which could only be wrong."""
    made = chart("vault")
    elsewhere = helm.run("template", "vault", str(CHART), "--namespace", "default", "-f", str(made.values))
    assert "is for the namespace chart-vault" in elsewhere.stderr
    assert "missing propert" in helm.run("template", "vault", str(CHART)).stderr


@pytest.mark.real_servers
def test_openbao_may_not_be_given_what_only_vault_knows(helm: Command, tmp_path: Path) -> None:
    """It has no mlock, and without declared audit devices it would have none."""
    for change in (
        _with("servers", 0, "configuration", "disable_mlock", value=True),
        _without("servers", 0, "configuration", "audit"),
    ):
        document = json.loads(json.dumps(values(openbao())))
        change(document)
        file = tmp_path / "values.yaml"
        file.write_text(yaml_text(document))
        assert helm.run("template", "vault", str(CHART), "--namespace", "vault", "-f", str(file)).returncode != 0


def test_the_schema_is_closed_everywhere() -> None:
    """Every object of it names its fields, or is a map whose values have a form."""
    schema = json.loads((CHART / "values.schema.json").read_text())
    objects = [each for each in _nodes(schema) if each.get("type") == "object"]
    assert len(objects) > 30
    for each in objects:
        further = each["additionalProperties"]
        assert further is False or (isinstance(further, dict) and further and "properties" not in each), each


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from _nodes(each)
