"""What was given, told apart: models, needs, policies of AWS, and manifests; and what follows from a model."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_core.envelope import dumps
from sightline_core.located import load_all
from sightline_kube.aws.reading import read_needs
from sightline_vault.lint.configurations import read_file
from sightline_vault.lint.estate import Asked, Model
from sightline_vault.model import Naming, read_spec
from sightline_vault.render.parts import aws, network
from sightline_vault.render.server import text as server_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Located
    from sightline_kube.manifests import Bundle
    from sightline_vault.lint.configurations import Part
    from sightline_vault.model.cluster import VaultClusterSpec

_HEAD = re.compile(r"^(?P<json>\{\s*)?[\"']?(?P<key>version|Version|Statement|Id)[\"']?\s*:(?P<rest>.*)$", re.MULTILINE)
# Blank lines are not looked through at the head of each: of many that would be a matter of minutes.
_SECTION = re.compile(r"^[ \t]*\"?(listener|storage|seal)\"?\s*[\"{:=]", re.MULTILINE)
_OBJECT = re.compile(r"^[ \t]*[\"']?(apiVersion|kind|version)[\"']?\s*:", re.MULTILINE)
_MODEL, _NEEDS = "sightline/vault-cluster/", "sightline/aws-needs/"


@dataclass(slots=True)
class Given:
    """Everything that was given, and the findings of reading it. `sources` are the texts of all files."""

    manifests: dict[str, str] = field(default_factory=dict)
    models: list[Model] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    policies: list[Located] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)

    def model(self, text: str, file: str) -> None:
        """Read a cluster's model."""
        self.sources[file] = text
        spec, findings = read_spec(text, file)
        self.findings += findings
        if spec is not None:
            documents, _ = load_all(text, file)
            self.models.append(Model(spec, documents[0]))

    def needs(self, text: str, file: str) -> None:
        """Read what is asked of AWS."""
        self.sources[file] = text
        found, findings = read_needs(text, file)
        self.findings += findings
        if found is not None:
            documents, _ = load_all(text, file)
            self.asked.append(Asked(found, documents[0]))

    def policy(self, text: str, file: str) -> None:
        """Read a policy of IAM or KMS."""
        self.sources[file] = text
        documents, findings = load_all(text, file)
        self.findings += findings
        self.policies += documents


def sort(texts: Mapping[str, str]) -> Given:
    """Tell files apart by how they begin; what is nothing else is a manifest."""
    given = Given(sources=dict(texts))
    for file, text in texts.items():
        if part := read_file(text, file) if _SECTION.search(text) and not _OBJECT.search(text) else None:
            given.parts.append(part)
            continue
        kind = _kind(text)
        {"model": given.model, "needs": given.needs, "policy": given.policy}.get(kind, given.manifests.__setitem__)(
            *((text, file) if kind else (file, text))
        )
    return given


def embedded(given: Given, bundle: Bundle) -> None:
    """Read the models that ConfigMaps hold for the cluster's own containers."""
    for manifest in bundle.of("ConfigMap"):
        for key, text in manifest.mapping("data").items():
            if isinstance(text, str) and _kind(text) == "model":
                given.model(text, f"<{key} of {manifest}>")


def followed(given: Given, *, servers: bool) -> None:
    """Add what the models ask of AWS and, where no manifest shows servers, their configuration and network."""
    for model in given.models:
        files = dict(aws.render(model.spec)) if not given.asked else {}
        for name, text in files.items():
            if name == "aws/needs.json":
                given.needs(text, _rendered(model, name))
            elif name.startswith("aws/keys/"):
                given.policy(text, _rendered(model, name))
        if not servers:
            for name, text in _objects(model.spec).items():
                given.manifests[_rendered(model, name)] = given.sources[_rendered(model, name)] = text


def _objects(spec: VaultClusterSpec) -> Mapping[str, str]:
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"{spec.name}-servers", "namespace": spec.namespace},
        "data": {f"{Naming(spec).pod(each)}.json": server_text(spec, each) for each in range(spec.nodes)},
    }
    name = "network/policies.json"
    return {name: network.render(spec)[name], "servers.json": dumps(config)}


def _rendered(model: Model, name: str) -> str:
    return f"<{name} of {model.document.span.file}>"


def _kind(text: str) -> str:
    for found in _HEAD.finditer(text):
        if found["key"] == "version":
            return "model" if _MODEL in found["rest"] else "needs" if _NEEDS in found["rest"] else ""
        if found["key"] in {"Version", "Statement", "Id"}:
            return "policy" if "Statement" in text else ""
    return ""
