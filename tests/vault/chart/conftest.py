"""The chart as Helm renders it, once for each cluster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sightline_vault.render.documents import yaml_text
from sightline_vault.render.values import values
from tests.vault.chart.clusters import CHART, hub, openbao

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sightline_kube.testing.servers.commands import Command
    from sightline_vault.model import VaultClusterSpec

CLUSTERS: dict[str, Callable[[], VaultClusterSpec]] = {
    "vault": lambda: hub(namespace="chart-vault"),
    "openbao": lambda: replace(openbao(), namespace="chart-openbao"),
    "three": lambda: hub(name="keep", namespace="chart-keep", nodes=3),
    "rights": lambda: hub(namespace="chart-rights"),
}
"""Each in a namespace of its own: the API server is the whole session's."""


@dataclass(frozen=True)
class Rendered:
    """What Helm made of a cluster."""

    spec: VaultClusterSpec
    text: str
    values: Path

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The objects, in Helm's order."""
        return [each for each in yaml.safe_load_all(self.text) if each]

    def find(self, kind: str, name: str) -> dict[str, Any]:
        """Return one object."""
        (found,) = [each for each in self.objects if (each["kind"], each["metadata"]["name"]) == (kind, name)]
        return found


@pytest.fixture(scope="session")
def chart(helm: Command, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Rendered]:
    """Return what renders the chart for one of `CLUSTERS`, by its name, once."""
    made: dict[str, Rendered] = {}

    def render(name: str) -> Rendered:
        if name not in made:
            spec = CLUSTERS[name]()
            file = tmp_path_factory.mktemp(name) / "values.yaml"
            file.write_text(yaml_text(values(spec)))
            done = helm.run("template", spec.name, str(CHART), "--namespace", spec.namespace, "-f", str(file))
            assert done.returncode == 0, done.stderr
            made[name] = Rendered(spec, done.stdout, file)
        return made[name]

    return render
