"""Reading `vendor.json`: nodes are made when a body first needs them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from sightline_datadog.schema import nodes
from sightline_datadog.schema.roots import LENIENT
from sightline_datadog.schema.walk import Walker

WIDGET = "v1.WidgetDefinition"
FILE = Path(__file__).with_name("vendor.json")


class Schema:
    """The compiled specifications."""

    def __init__(self, text: str) -> None:
        content = json.loads(text)
        self.release: str = content["release"]
        self._types: dict[str, Any] = content["types"]
        self._widgets = {each for each in self._types[WIDGET]["members"] if isinstance(each, str)}
        self.walker = Walker(self._types)
        self._made: dict[str, nodes.Node] = {}

    def node(self, name: str) -> nodes.Node:
        """Return the node of a schema by name."""
        found = self._made.get(name)
        if found is None:
            found = nodes.make(self._types[name], self.node, lenient=name in LENIENT, firm=name in self._widgets)
            self._made[name] = found
        return found


@cache
def schema() -> Schema:
    """Return the one that ships with the package."""
    return Schema(FILE.read_text(encoding="utf-8"))
