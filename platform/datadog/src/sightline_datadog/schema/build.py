"""Make `vendor.json` out of the vendor's specifications, when a release of them is taken over.

    python -m sightline_datadog.schema.build RELEASE v1.yaml v2.yaml

The specifications ship in the source distribution of the vendor's client. What is kept are facts in a form of our own:
names, types, words, bounds and what is required; no sentence of them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

from sightline_core import atomic
from sightline_datadog.schema.load import FILE
from sightline_datadog.schema.roots import ROOTS
from sightline_datadog.schema.wild import CORRECTIONS

_SCALARS = {"string": "text", "number": "number", "integer": "integer", "boolean": "flag"}
_BOUNDS = {
    "minimum": "least", "maximum": "most", "minLength": "shortest", "maxLength": "longest", "minItems": "fewest",
    "maxItems": "longest", "pattern": "like",
}  # fmt: skip


class Builder:
    """Collects what the roots reach. Names are `v1.Monitor`: both versions have schemas of one name."""

    def __init__(self, specifications: dict[str, dict[str, Any]]) -> None:
        self._schemas = {
            f"{version}.{name}": schema
            for version, each in specifications.items()
            for name, schema in each["components"]["schemas"].items()
        }
        self.types: dict[str, Any] = {}

    def reach(self, name: str) -> str:
        """Take over a schema and all that it names; return its name."""
        if name not in self.types:
            self.types[name] = {}
            self.types[name] = self._node(self._schemas[name], name.partition(".")[0])
            for key, each in CORRECTIONS.get(name, {}).items():
                own = self._own(each)
                self.types[name][key] = self.types[name].get(key, {}) | own if isinstance(own, dict) else own
        return name

    def _own(self, value: Any) -> Any:
        """Reach what a correction names, too."""
        if isinstance(value, dict):
            return {key: self._own(each) for key, each in value.items()}
        return self.reach(value) if isinstance(value, str) and value in self._schemas else value

    def _node(self, schema: dict[str, Any], version: str) -> Any:
        if "$ref" in schema:
            return self.reach(f"{version}.{schema['$ref'].rpartition('/')[2]}")
        if "oneOf" in schema:
            return {"is": "either", "members": self._members(schema, version)}
        kind = schema.get("type")
        found: dict[str, Any] = {new: schema[old] for old, new in _BOUNDS.items() if old in schema}
        if schema.get("default") is not None:
            found["unless"] = schema["default"]
        if kind in _SCALARS:
            return {"is": _SCALARS[kind], **found, **({"among": schema["enum"]} if "enum" in schema else {})}
        if kind == "array":
            return {"is": "list", "of": self._node(schema["items"], version), **found}
        properties = schema.get("properties") or {}
        rest = schema.get("additionalProperties")
        if not properties and rest in (None, {}, True):
            return {"is": "mapping"} if kind == "object" else {"is": "anything"}
        has = {name: self._node(each, version) for name, each in properties.items()}
        closed = {} if rest in (None, False) else {"rest": self._node(rest, version) if rest else {"is": "anything"}}
        needs = {"needs": schema["required"]} if schema.get("required") else {}
        return {"is": "object", "has": has, **needs, **closed}

    def _members(self, schema: dict[str, Any], version: str) -> list[Any]:
        """Return what a union is made of, unions within it taken apart."""
        found: list[Any] = []
        for each in schema["oneOf"]:
            target = self._schemas[f"{version}.{each['$ref'].rpartition('/')[2]}"] if "$ref" in each else each
            found += self._members(target, version) if "oneOf" in target else [self._node(each, version)]
        return found

    def tell_apart(self) -> None:
        """Say of every union by which field its members are told apart, once all of them are known."""
        for each in list(self.types.values()):
            self._tell(each)

    def _tell(self, node: Any) -> None:
        if not isinstance(node, dict):
            return
        for inner in [node.get("of"), node.get("rest"), *node.get("has", {}).values()]:
            self._tell(inner)
        if node.get("is") != "either":
            return
        words = [self._words(each) for each in node["members"]]
        best = 1
        for field in dict.fromkeys(field for each in words for field in each):
            told: dict[str, list[int]] = {}
            for index, each in enumerate(words):
                for word in each.get(field, ()):
                    told.setdefault(word, []).append(index)
            others = [index for index, each in enumerate(words) if field not in each]
            apart = len(told) - 10 * len(others)
            if apart > best:
                best = apart
                node |= {"by": field, "told": told, "others": others}

    def _words(self, node: Any) -> dict[str, list[str]]:
        """Return the required fields of an object that take one of some words."""
        target = self._resolved(node)
        found = {}
        for name in target.get("needs", ()):
            leaf = self._resolved(target.get("has", {}).get(name, {}))
            if leaf.get("among"):
                found[name] = [str(each) for each in leaf["among"]]
        return found

    def _resolved(self, node: Any) -> dict[str, Any]:
        while isinstance(node, str):
            node = self.types[node]
        return dict(node)


def build(release: str, specifications: dict[str, dict[str, Any]]) -> str:
    """Return the text of `vendor.json`."""
    builder = Builder(specifications)
    for roots in ROOTS.values():
        for name in roots.values():
            builder.reach(name)
    builder.tell_apart()
    head = {"release": release, "of": "the OpenAPI specifications in the source distribution of datadog-api-client"}
    return json.dumps({**head, "types": dict(sorted(builder.types.items()))}, separators=(",", ":")) + "\n"


def main(release: str, *files: str) -> None:
    """Write the file; the specifications are given in the order v1, v2."""
    texts = {f"v{number}": Path(file).read_text(encoding="utf-8") for number, file in enumerate(files, 1)}
    loaded = {version: yaml.load(text, Loader=yaml.CSafeLoader) for version, text in texts.items()}
    atomic.write_text(FILE, build(release, loaded))


if __name__ == "__main__":
    main(*sys.argv[1:])
