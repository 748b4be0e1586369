"""Documents over libyaml, resolved as go-yaml v2 resolves them: the reader for everything that `quick` gives up.

It stands apart because PyYAML takes 40 ms to load, and most runs need none of it.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.nodes import Node, ScalarNode, SequenceNode
from yaml.resolver import Resolver

from sightline_slo.sloth.gofmt import as_text
from sightline_slo.sloth.loose import Notes, Plain
from sightline_slo.sloth.model import SlothError
from sightline_slo.sloth.resolve import resolve

MAX_DEPTH = 200
MAX_NODES = 1_000_000
_STR, _BINARY = "tag:yaml.org,2002:str", "tag:yaml.org,2002:binary"


def compose(text: str, notes: Notes, *, keep: bool) -> Any:
    """Return the value of the first document of a text. `keep`: what is no text keeps its spelling (`Plain`).

    Raises:
        SlothError: it is no YAML.
    """
    return _Builder(notes, keep=keep).build(_composed(text))


def _composed(text: str) -> Node | None:
    loader = yaml.CSafeLoader(text)
    try:
        return loader.get_node() if loader.check_node() else None
    except (yaml.YAMLError, RecursionError) as error:
        problem = getattr(error, "problem", None) or str(error)
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark is not None else ""
        raise SlothError(f"error converting YAML to JSON: yaml: {place}{problem}") from error
    finally:
        loader.dispose()


class _Builder:
    def __init__(self, notes: Notes, *, keep: bool) -> None:
        self._notes = notes
        self._keep = keep
        self._count = 0

    def build(self, node: Node | None, depth: int = 0) -> Any:
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_NODES:
            raise SlothError("yaml: document contains excessive aliasing")
        if node is None:
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if isinstance(node, SequenceNode):
            return [self.build(each, depth + 1) for each in node.value]
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if isinstance(key_node, ScalarNode) and key_node.value == "<<" and not key_node.style:
                self._notes.odd = True
                result |= self._merged(value_node, depth)
                continue
            key = self._key(key_node)
            if key in result:
                self._notes.odd = True
            result[key] = self.build(value_node, depth + 1)
        return result

    def _merged(self, node: Node, depth: int) -> dict[str, Any]:
        parts = node.value if isinstance(node, SequenceNode) else [node]
        result: dict[str, Any] = {}
        for each in reversed(parts):
            value = self.build(each, depth + 1)
            if not isinstance(value, dict):
                raise SlothError("yaml: map merge requires map or sequence of maps as the value")
            result |= value
        return result

    def _is_tagged(self, node: Node) -> bool:
        """Whether a plain scalar is a text because its author says `!!str`."""
        if node.tag != _STR or isinstance(resolve(node.value), str):
            return False
        return bool(Resolver().resolve(ScalarNode, node.value, (True, False)) != _STR)  # type: ignore[no-untyped-call]

    def _key(self, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            raise SlothError("error converting YAML to JSON: yaml: invalid map key")
        value = self._scalar(node)
        if isinstance(value, Plain):
            return value.text
        if value is None:
            raise SlothError("error converting YAML to JSON: unsupported map key of type: nil")
        return value if isinstance(value, str) else as_text(value)

    def _scalar(self, node: ScalarNode) -> Any:
        value: str = node.value
        if not node.style:
            resolved = value if self._is_tagged(node) else resolve(value)
        elif node.tag not in {_STR, _BINARY}:
            # `!!int "3"`
            resolved = resolve(value)
        else:
            return value
        return Plain(value, resolved) if self._keep and not isinstance(resolved, str) else resolved
