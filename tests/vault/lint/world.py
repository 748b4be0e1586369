"""A cluster as Helm renders it, with what it asks of AWS, as plain values that a test may spoil."""

from __future__ import annotations

import copy
import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_vault.lint import Judgement, lint
from sightline_vault.render.parts import aws

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sightline_vault.model import VaultClusterSpec

TODAY = dt.date(2026, 11, 25)


@dataclass
class World:
    """Objects, needs and key policies; `extra` are further texts by file name."""

    objects: list[dict[str, Any]]
    needs: dict[str, Any]
    policies: dict[str, dict[str, Any]]
    extra: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: VaultClusterSpec, objects: list[dict[str, Any]]) -> World:
        files = aws.render(spec)
        keys = {name: json.loads(text) for name, text in files.items() if name.startswith("aws/keys/")}
        return cls(objects, json.loads(files["aws/needs.json"]), keys)

    def copy(self) -> World:
        return copy.deepcopy(self)

    def judged(self) -> Judgement:
        texts = {"manifests.json": json.dumps({"apiVersion": "v1", "kind": "List", "items": self.objects}, indent=1)}
        texts |= {"aws/needs.json": json.dumps(self.needs, indent=1), **self.extra}
        return lint(texts | {name: json.dumps(each, indent=1) for name, each in self.policies.items()}, TODAY)

    def find(self, kind: str, name: str = "vault") -> dict[str, Any]:
        (found,) = [each for each in self.objects if (each["kind"], each["metadata"]["name"]) == (kind, name)]
        return found

    def drop(self, *kinds: str) -> None:
        self.objects = [each for each in self.objects if each["kind"] not in kinds]

    @property
    def stateful(self) -> dict[str, Any]:
        found: dict[str, Any] = self.find("StatefulSet")["spec"]
        return found

    @property
    def pod(self) -> dict[str, Any]:
        found: dict[str, Any] = self.stateful["template"]["spec"]
        return found

    @property
    def server(self) -> dict[str, Any]:
        (found,) = [each for each in self.pod["containers"] if each["name"] == "server"]
        assert isinstance(found, dict)
        return found

    def env(self, name: str, value: str) -> None:
        self.server["env"].append({"name": name, "value": value})

    def unset(self, name: str) -> None:
        self.server["env"] = [each for each in self.server["env"] if each["name"] != name]

    def unmount(self, path: str) -> None:
        self.server["volumeMounts"] = [each for each in self.server["volumeMounts"] if each["mountPath"] != path]

    def configured(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change the configuration of each server."""
        data = self.find("ConfigMap", "vault-servers")["data"]
        for name, text in data.items():
            value = json.loads(text)
            change(value)
            data[name] = json.dumps(value, indent=2)

    def policy(self) -> dict[str, Any]:
        found: dict[str, Any] = self.find("NetworkPolicy")["spec"]
        return found

    def modelled(self, before: str, after: str) -> None:
        """Change the text of the model that the chart ships."""
        data = self.find("ConfigMap", "vault-model")["data"]
        assert before in data["cluster.yaml"], before
        data["cluster.yaml"] = data["cluster.yaml"].replace(before, after, 1)

    def statements(self) -> list[dict[str, Any]]:
        """Return the statements of the policy of the seal's key."""
        (found,) = [each for name, each in self.policies.items() if "seal" in name]
        return list_of(found["Statement"])

    def grants(self, role: str) -> Iterator[dict[str, Any]]:
        return (grant for each in self.needs["roles"] if each["name"] == role for grant in each["grants"])


def list_of(value: Any) -> list[dict[str, Any]]:
    assert isinstance(value, list)
    return value
