"""A monitor's message as a tree: text, variables, blocks such as `{{#is_alert}}…{{else}}…{{/is_alert}}`.

The syntax is Handlebars' as far as https://docs.datadoghq.com/monitors/notify/variables/ documents it, comments and raw
blocks included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TAG = re.compile(
    r"\{\{!--.*?--\}\}|\{\{![^}]*\}\}"
    r"|\{\{\{\{\s*(?P<raw>[a-z_]+)(?P<rawargs>[^}]*)\}\}\}\}(?P<inner>.*?)\{\{\{\{/\s*(?P=raw)\s*\}\}\}\}"
    r"|\{\{\{\s*(?P<plain>[^{}]+?)\s*\}\}\}"
    r"|\{\{\s*(?P<sign>[#^/]?)\s*(?P<body>[^{}]*?)\s*\}\}",
    re.DOTALL,
)
_ARGUMENTS = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^\s\"']+)")


@dataclass(frozen=True, slots=True)
class Text:
    """Text as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """`{{name}}`, or a helper with arguments such as `{{eval "int(value)"}}`; `plain` is not escaped."""

    name: str
    arguments: tuple[str, ...]
    at: tuple[int, int]
    written: str
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """`{{#name arguments}}inside{{else}}otherwise{{/name}}`; negated with `^`."""

    name: str
    arguments: tuple[str, ...]
    negated: bool
    inside: tuple[Node, ...]
    otherwise: tuple[Node, ...]
    at: tuple[int, int]


Node = Text | Variable | Block


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a message, at characters `at`."""

    message: str
    at: tuple[int, int]


@dataclass(slots=True)
class _Open:
    name: str
    arguments: tuple[str, ...]
    negated: bool
    at: tuple[int, int]
    inside: list[Node]
    otherwise: list[Node] | None = None

    @property
    def current(self) -> list[Node]:
        return self.inside if self.otherwise is None else self.otherwise

    def closed(self) -> Block:
        return Block(self.name, self.arguments, self.negated, tuple(self.inside), tuple(self.otherwise or ()), self.at)


def parse(message: str) -> tuple[tuple[Node, ...], tuple[Fault, ...]]:
    """Read a message; what is wrong with it is a fault, and the rest is read all the same."""
    reader = _Reader()
    position = 0
    for found in _TAG.finditer(message):
        if found.start() > position:
            reader.put(Text(message[position : found.start()]))
        position = found.end()
        reader.tag(found)
    if position < len(message):
        reader.put(Text(message[position:]))
    reader.close(None)
    return tuple(reader.top), tuple(reader.faults)


@dataclass(slots=True)
class _Reader:
    """Puts nodes where they belong: into the innermost block that is open."""

    top: list[Node] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def put(self, node: Node) -> None:
        (self.stack[-1].current if self.stack else self.top).append(node)

    def tag(self, found: re.Match[str]) -> None:
        at = found.span()
        if found["raw"]:
            self.put(_raw(found))
        elif found["plain"]:
            self.put(Variable(*_split(found["plain"]), at, found[0], plain=True))
        elif found["body"] is not None:
            name, arguments = _split(found["body"])
            if found["sign"] == "/":
                self.closing(name, at)
            elif found["sign"]:
                self.stack.append(_Open(name, arguments, found["sign"] == "^", at, []))
            elif name == "else" and self.stack and self.stack[-1].otherwise is None:
                self.stack[-1].otherwise = []
            else:
                self.put(Variable(name, arguments, at, found[0]))

    def closing(self, name: str, at: tuple[int, int]) -> None:
        if all(each.name != name for each in self.stack):
            self.faults.append(Fault(f"`{{{{/{name}}}}}` closes nothing", at))
        else:
            self.close(name)

    def close(self, name: str | None) -> None:
        """Close the blocks that are open, up to and including the innermost of a name."""
        while self.stack:
            block = self.stack.pop()
            self.put(block.closed())
            if block.name == name:
                return
            self.faults.append(Fault(f"`{{{{#{block.name}}}}}` is never closed", block.at))


def _raw(found: re.Match[str]) -> Node:
    inner = found["inner"].removeprefix("\n").removesuffix("\n")
    if found["raw"] == "raw":
        return Text(inner)
    # `{{{{is_match "host.name" "a"}}}}`: a condition whose inside is as it stands.
    _, arguments = _split(f"x {found['rawargs']}")
    return Block(found["raw"], arguments, negated=False, inside=(Text(inner),), otherwise=(), at=found.span())


def _split(text: str) -> tuple[str, tuple[str, ...]]:
    name, _, rest = text.strip().partition(" ")
    found: Sequence[tuple[str, str, str]] = _ARGUMENTS.findall(rest)
    return name, tuple(double or single or bare for double, single, bare in found)
