"""Must show 2: nothing is found in a cluster as we render it, and each misconfiguration is found by its own check."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from sightline_core.envelope import dumps
from sightline_kube.flows.prove import prove
from sightline_vault.lint import lint
from sightline_vault.lint.rules import rules
from sightline_vault.lint.scoring import State
from sightline_vault.model import read_spec_file
from sightline_vault.network import declaration
from sightline_vault.render.documents import yaml_text
from sightline_vault.render.values import values
from tests.vault.lint.seeded import SEEDS
from tests.vault.lint.world import TODAY, World

if TYPE_CHECKING:
    from sightline_kube.testing.servers.commands import Command
    from sightline_vault.model import VaultClusterSpec

pytestmark = pytest.mark.real_servers

VAULT = Path(__file__).resolve().parents[3] / "platform" / "vault"


def hub() -> VaultClusterSpec:
    spec, findings = read_spec_file(VAULT / "clusters" / "hub.yaml")
    assert spec is not None, findings
    return spec


def openbao() -> VaultClusterSpec:
    software = replace(hub().software, product="openbao", version="2.4.4", image="quay.io/openbao/openbao")
    return replace(hub(), software=software)


def template(helm: Command, spec: VaultClusterSpec, folder: Path) -> str:
    """Return a cluster's manifests, as Helm makes them of our chart."""
    file = folder / "values.yaml"
    file.write_text(yaml_text(values(spec)))
    done = helm.run("template", spec.name, str(VAULT / "chart"), "--namespace", spec.namespace, "-f", str(file))
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def rendered(helm: Command, tmp_path_factory: pytest.TempPathFactory) -> str:
    return template(helm, hub(), tmp_path_factory.mktemp("hub"))


@pytest.fixture(scope="module")
def world(rendered: str) -> World:
    return World.of(hub(), [each for each in yaml.safe_load_all(rendered) if each])


def test_nothing_is_found_in_ours(rendered: str, world: World) -> None:
    """No finding of any kind, every point seen and passed: as Helm prints it, and with what AWS is asked for."""
    for judged in (lint({"rendered.yaml": rendered}, TODAY), world.judged()):
        assert [(each.code, each.message) for each in judged.findings] == []
        assert judged.score.count(State.PASSED) == 20


def test_nothing_is_found_in_openbao_but_one_audit_device(helm: Command, tmp_path: Path) -> None:
    """It takes its devices from the configuration alone, where one is too few; mlock it does not have."""
    text = template(helm, openbao(), tmp_path)
    judged = lint({"rendered.yaml": text}, TODAY)
    assert ([each.message for each in judged.findings], judged.score.count(State.PASSED)) == ([], 20)
    spoilt = World.of(openbao(), [each for each in yaml.safe_load_all(text) if each])
    spoilt.configured(lambda config: config.update(audit=config["audit"][:1]))
    assert {each.code for each in spoilt.judged().findings} == {"VLT114"}


def test_the_rendered_pods_have_the_declared_flows(rendered: str) -> None:
    """The policies that Helm wrote select the pods that Helm wrote: the declaration names both by their labels."""
    found = prove({"rendered.yaml": rendered}, dumps(declaration(hub())), "flows.json")
    assert found.findings == []
    assert len(found.flows) == 35


@pytest.mark.parametrize("seed", SEEDS, ids=[each[0] for each in SEEDS])
def test_a_misconfiguration_is_found_by_its_check(seed: tuple[str, str, object], world: World) -> None:
    """Each of them, in a cluster that is right but for this."""
    _, code, change = seed
    spoilt = world.copy()
    assert callable(change)
    change(spoilt)
    assert code in {each.code for each in spoilt.judged().findings}


def test_there_are_sixty_and_each_of_our_checks_is_among_them() -> None:
    """A check that none is seeded for might never find anything; `audit` is seeded in OpenBao, which alone has it."""
    assert len(SEEDS) >= 60
    assert {each.CODE for each in rules()} - {code for _, code, _ in SEEDS} == {"VLT114"}


def test_the_vendor_s_chart_fails_twelve_points(helm: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """Rendered with high availability, Raft, TLS and its network policy switched on, from SIGHTLINE_CHARTS."""
    folder = os.environ.get("SIGHTLINE_CHARTS", "")
    found = (
        [each.parent for each in Path(folder).glob("**/Chart.yaml") if (each.parent / "templates").is_dir()]
        if folder
        else []
    )
    charts = [each for each in found if yaml.safe_load((each / "Chart.yaml").read_text())["name"] == "vault"]
    if not charts:
        pytest.skip("SIGHTLINE_CHARTS names no folder with the vendor's chart (with its templates)")
    switches = ("server.ha.enabled=true", "server.ha.raft.enabled=true", "global.tlsDisable=false")
    options = [word for each in (*switches, "server.networkPolicy.enabled=true") for word in ("--set", each)]
    done = helm.run("template", "vault", str(charts[0]), "--namespace", "vault", *options)
    assert done.returncode == 0, done.stderr
    score = lint({"upstream.yaml": done.stdout}, TODAY).score
    with capsys.disabled():
        print("\n" + "\n".join(score.lines()))  # noqa: T201 - the figure that is to be shown
    assert score.count(State.FAILED) >= 12
