"""A model, or any chart's manifests, gets its findings and its score."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner

from sightline_core.exit_codes import ExitCode
from sightline_vault.commands.lint import command
from sightline_vault.lint import Judgement, lint
from sightline_vault.lint.points import POINTS
from sightline_vault.lint.rules import rules
from sightline_vault.lint.scoring import State
from tests.support.check_pages import EXAMPLES
from tests.vault.lint.world import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator

HUB = Path(__file__).resolve().parents[3] / "platform/vault/clusters/hub.yaml"
UPSTREAM = Path(__file__).parent / "upstream.yaml"


def judged(text: str, name: str = "given.yaml") -> Judgement:
    return lint({name: text}, TODAY)


def test_a_model_is_judged_by_what_follows_from_it() -> None:
    """Configuration, network and what is asked of AWS are right; what only manifests show is not claimed."""
    found = judged(HUB.read_text())
    assert found.findings == []
    passed = [each.point.number for each in found.score.standings if each.state is State.PASSED]
    assert passed == [1, 2, 4, 6, 7, 12, 13, 17, 18]
    assert found.score.count(State.FAILED) == 0


def test_a_chart_of_known_defaults_fails_what_was_measured() -> None:
    """The defaults of the vendor's chart fail 15 points of 20, and pass what it does right."""
    found = judged(UPSTREAM.read_text())
    failed = [each.point.number for each in found.score.standings if each.state is State.FAILED]
    assert failed == [1, 2, 3, 5, 6, 9, 10, 11, 12, 13, 14, 15, 17, 19, 20]
    passed = [each.point.number for each in found.score.standings if each.state is State.PASSED]
    assert passed == [4, 8, 16]


def test_a_finding_in_a_configuration_stands_at_its_own_line() -> None:
    """The place is that of the HCL inside of the block scalar, with its columns."""
    (found,) = [each for each in judged(UPSTREAM.read_text()).findings if each.code == "VLT101"]
    assert found.span is not None
    assert UPSTREAM.read_text().splitlines()[found.span.line - 1][found.span.column - 1 :] == "tls_disable = 1"


def test_a_configuration_as_json_in_one_line_is_read_too() -> None:
    """JSON is what HCL may be written as; its place is then the whole value."""
    config = {"listener": {"tcp": {"tls_disable": "true"}}, "storage": {"raft": {"path": "/vault/data"}}}
    data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "v"}}
    found = judged(json.dumps(data | {"data": {"c.json": json.dumps(config)}}))
    assert "VLT101" in {each.code for each in found.findings}


def test_a_configuration_in_a_variable_is_read_too() -> None:
    """`VAULT_LOCAL_CONFIG` is how the images take one without a file."""
    objects = list(yaml.safe_load_all((EXAMPLES / "VLT111.yaml").read_text()))
    local = {"name": "VAULT_LOCAL_CONFIG", "value": 'storage "raft" { path = "/vault/data" }'}
    objects[0]["spec"]["template"]["spec"]["containers"][0]["env"].append(local)
    assert {"VLT107", "VLT112", "VLT115"} <= {each.code for each in judged(yaml.safe_dump_all(objects)).findings}


def test_parts_of_a_configuration_count_together() -> None:
    """Two files of which one has the seal are one server's, and the seal is not missed."""
    manifest = yaml.safe_load((EXAMPLES / "VLT115.yaml").read_text())
    manifest["data"]["seal.hcl"] = 'seal "awskms" { kms_key_id = "alias/x" }\nlistener "unix" {}\n'
    assert judged(yaml.safe_dump(manifest)).findings == []


def test_an_agent_s_configuration_and_other_images_are_left_alone() -> None:
    """The injector, an agent with a listener, and a pod that asks a server something are no servers."""
    agent = 'listener "tcp" {\n  tls_disable = true\n}\nauto_auth {}\n'
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "agent", "namespace": "shop"}}
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"p{index}", "namespace": "shop"},
            "spec": {"containers": [{"name": "c", "image": image, "command": command}]},
        }
        for index, (image, command) in enumerate(
            [("hashicorp/vault-k8s:1.7", ["vault-k8s"]), ("hashicorp/vault:2.0", ["vault", "status"])]
        )
    ]
    found = judged(
        json.dumps({"apiVersion": "v1", "kind": "List", "items": [config | {"data": {"a.hcl": agent}}, *pods]})
    )
    assert found.estate.servers == ()
    assert found.estate.configurations == ()
    assert not [each for each in found.findings if each.code.startswith("VLT")]


def test_openbao_is_held_to_what_it_is() -> None:
    """It has no mlock, and takes its audit devices from the configuration, so that none is one too few."""
    text = (EXAMPLES / "VLT104.yaml").read_text().replace("docker.io/hashicorp/vault@", "quay.io/openbao/openbao@")
    found = judged(text.replace("    disable_mlock = true\n", "").replace("[vault, server", "[bao, server"))
    assert {each.code for each in found.findings} == {"VLT104", "VLT114"}


def test_a_finding_about_an_object_is_suppressed_on_it() -> None:
    """As in `sightline kube check`: with a reason, and told when it does nothing."""
    text = (EXAMPLES / "VLT127.yaml").read_text()
    one = "metadata: {name: vault, namespace: vault"
    assert judged(text.replace(one, one + ', annotations: {sightline/suppress-VLT127: "a test bed"}', 1)).findings == []
    unused = text.replace(one, one + ', annotations: {sightline/suppress-VLT139: "a test bed"}', 1)
    assert [each.code for each in judged(unused).findings] == ["KUBE005", "VLT127"]


def test_each_rule_has_its_point_and_each_point_something_that_holds_it() -> None:
    """The checklist has twenty points, and none is passed because nobody looks."""
    assert [each.number for each in POINTS] == list(range(1, 21))
    assert {each.POINT for each in rules()} | {each.number for each in POINTS if each.codes} == set(range(1, 21))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ((EXAMPLES / "KUBE018.yaml").read_text(), ExitCode.NOTHING),
        ((EXAMPLES / "VLT101.yaml").read_text(), ExitCode.NO),
        ((EXAMPLES / "VLT111.yaml").read_text(), ExitCode.OK),
        (HUB.read_text(), ExitCode.OK),
    ],
    ids=["nothing of Vault", "errors", "a warning", "the hub"],
)
def test_the_command_answers_by_its_exit_code(text: str, expected: int) -> None:
    """Yes, no and nothing matched; the score is its product, a line a point."""
    done = CliRunner().invoke(command, ["--format", "text", "-"], input=text, standalone_mode=False)
    assert done.return_value == expected
    assert len(done.stdout.splitlines()) == (0 if expected == ExitCode.NOTHING else 20)


def test_strict_takes_warnings_for_a_no_and_json_holds_the_score() -> None:
    """The envelope's data are the points with their states and codes."""
    text = (EXAMPLES / "VLT111.yaml").read_text()
    done = CliRunner().invoke(command, ["--strict", "--json", "-"], input=text, standalone_mode=False)
    assert done.return_value == ExitCode.NO
    data = json.loads(done.stdout)["data"]
    assert (data["failed"], len(data["points"])) == (1, 20)
    assert data["points"][2]["codes"] == ["VLT111"]


@pytest.mark.parametrize("code", ["VLT104", "VLT109", "VLT118", "VLT121", "VLT136"])
def test_no_value_of_another_type_ends_the_judgement(code: str) -> None:
    """Whatever stands in place of a field, the rest is judged: a wrong type is the API server's to refuse."""
    chosen = random.Random(code)
    (path,) = EXAMPLES.glob(f"{code}.*")
    documents = list(yaml.safe_load_all(path.read_text()))
    for _ in range(15):
        spoilt = copy.deepcopy(documents)
        where = chosen.choice([each for each in paths(spoilt) if len(each) > 2 and each[1] not in {"kind", "metadata"}])
        parent: Any = spoilt
        for step in where[:-1]:
            parent = parent[step]
        parent[where[-1]] = chosen.choice([None, "x", 1, True, [], {}, [1], [None], [{}], {"a": 1}])
        assert judged(yaml.safe_dump_all(spoilt)).score.standings, where


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value below a value."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from paths(each, (*path, key))


def test_a_volume_without_a_proper_name_mounts_nothing() -> None:
    """Its name is a list: the server is judged by what its other volumes hold."""
    documents = list(yaml.safe_load_all(UPSTREAM.read_text()))
    (pod,) = [each["spec"]["template"]["spec"] for each in documents if each["kind"] == "StatefulSet"]
    before = {each.code for each in judged(yaml.safe_dump_all(documents)).findings if each.code.startswith("VLT")}
    pod.setdefault("volumes", []).append({"name": ["config"], "configMap": {"name": "other"}})
    assert {each.code for each in judged(yaml.safe_dump_all(documents)).findings} >= before


@pytest.mark.parametrize("text", ["\n" * 1_000_000, 'storage "raft" {}' + "\n" * 1_000_000], ids=["nothing", "HCL"])
def test_blank_lines_are_passed_over_once(text: str) -> None:
    """A million of them would take hours if each were followed to the end; so it is an answer that is asked for."""
    assert judged(text).score.standings


@pytest.mark.parametrize("name", ["vault.hcl", "vault.json"])
def test_a_configuration_may_be_a_file_by_itself(name: str) -> None:
    """HCL and JSON as a server on any machine has them, each finding at its own line."""
    texts = {
        "vault.hcl": 'storage "raft" {\n  path = "/vault/data"\n}\n\ndisable_mlock = false\n',
        "vault.json": '{\n  "storage": {"raft": {"path": "/vault/data"}},\n\n\n  "disable_mlock": false\n}\n',
    }
    found = judged(texts[name], name)
    assert {each.code for each in found.findings} == {"VLT107", "VLT112", "VLT115", "VLT140"}
    (mlock,) = [each for each in found.findings if each.code == "VLT112"]
    assert str(mlock.span) == f"{name}:5:{1 if name == 'vault.hcl' else 3}"
    assert f"File/{name}" in mlock.message


def test_files_of_one_cluster_share_its_key_and_others_do_not() -> None:
    """Each server has a file, and they are told apart by the cluster's name."""
    text = 'cluster_name = "one"\nstorage "raft" {}\nseal "awskms" {\n  kms_key_id = "alias/seal"\n}\n'
    one = lint({"a.hcl": text, "b.hcl": text}, TODAY)
    assert "VLT117" not in {each.code for each in one.findings}
    two = lint({"a.hcl": text, "b.hcl": text.replace("one", "two")}, TODAY)
    assert "VLT117" in {each.code for each in two.findings}
