"""A server's configuration as one value: HCL or JSON, whole or in several files, with places in the manifest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Span
from sightline_core.located import Located, load_all
from sightline_kube.manifests import Manifest
from sightline_kube.shapes import Path, dig, items, mapping
from sightline_vault.lint.hcl import BrokenHclError, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SECTIONS = frozenset({"listener", "storage", "ha_storage", "backend", "seal", "telemetry", "service_registration"})
"""What tells a server's configuration from any other text."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One file of a configuration.

    `manifest` is the object that holds it, `place` gives the span of a line (from 1) of its text. `broken` says why it
    could not be read.
    """

    manifest: Manifest
    value: Mapping[str, Any]
    line: Callable[[Path], int]
    place: Callable[[int], Span]
    broken: str = ""

    def at(self, *path: str | int) -> Span:
        """Return the place of what stands at a path, or of the nearest that encloses it."""
        return self.place(self.line(path))


@dataclass(frozen=True, slots=True)
class Block:
    """One section with a label, such as `listener "tcp"`."""

    part: Part
    label: str
    body: Mapping[str, Any]
    path: Path

    def get(self, *path: str | int) -> Any:
        """Return the value at a path, None where there is none."""
        return dig(self.body, path)

    def at(self, *path: str | int) -> Span:
        """Return the place of a value."""
        return self.part.at(*self.path, *path)

    def several(self, name: str) -> Iterator[tuple[Mapping[str, Any], Span]]:
        """Yield each sub-section of a name with its place."""
        found = self.body.get(name)
        if isinstance(found, dict):
            yield found, self.at(name)
        for index, each in enumerate(items(found)):
            if isinstance(each, dict):
                yield each, self.at(name, index)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What one server runs by: all its files together, the one with the storage first."""

    parts: tuple[Part, ...]

    @property
    def head(self) -> Span:
        """The place to report what is missing."""
        return self.parts[0].place(1)

    @property
    def broken(self) -> bool:
        """Whether a file could not be read, so that what seems to be missing may stand there."""
        return any(each.broken for each in self.parts)

    @property
    def manifest(self) -> Manifest:
        """The object that holds its main file."""
        return self.parts[0].manifest

    def blocks(self, *names: str) -> Iterator[Block]:
        """Yield every section of some names, in any of the forms that Vault reads."""
        for part in self.parts:
            for name in names:
                found = part.value.get(name)
                listed: list[tuple[Path, Any]] = [((name,), found)]
                if isinstance(found, list):
                    listed = [((name, index), each) for index, each in enumerate(found)]
                for path, each in listed:
                    yield from _labelled(part, path, each)

    def sections(self, name: str) -> Iterator[tuple[Mapping[str, Any], Span]]:
        """Yield every section of a name that takes no label, such as `telemetry`."""
        for part in self.parts:
            found = part.value.get(name)
            for index, each in enumerate(items(found) or [found]):
                if isinstance(each, dict):
                    yield each, part.at(name, index)

    def value(self, name: str) -> tuple[Any, Span | None]:
        """Return a top-level value and its place; both None where no file has it."""
        for part in self.parts:
            if name in part.value:
                return part.value[name], part.at(name)
        return None, None

    @property
    def raft(self) -> Block | None:
        """Its Raft storage."""
        return next((each for each in self.blocks("storage", "backend", "ha_storage") if each.label == "raft"), None)


def truth(value: Any) -> bool:
    """Whether Vault takes a value for true: it reads texts and numbers, too (`parseutil.ParseBool`)."""
    return value is True or (value not in (None, False) and str(value).lower() in {"1", "t", "true"})


def read_part(manifest: Manifest, text: str, place: Callable[[int], Span]) -> Part | None:
    """Read one text of an object, None where it is no server's configuration. `place` is that of a line (from 1)."""
    if text.lstrip().startswith("{"):
        documents, _ = load_all(text, "configuration")
        value = documents[0].value if documents else None
        if not isinstance(value, dict) or not SECTIONS & value.keys():
            return None
        return Part(manifest, value, lambda path: documents[0].key_span(path).line, place)
    try:
        document = parse(text)
    except BrokenHclError as error:
        if not any(f"{each} " in text for each in ("listener", "storage")):
            return None
        line = error.line
        return Part(manifest, {}, lambda _: line, place, str(error))
    if not SECTIONS & document.value.keys():
        return None
    return Part(manifest, document.value, lambda path: _nearest(document.lines, path), place)


def joined(parts: list[Part]) -> list[Configuration]:
    """Join the files of one server: each with a storage is a server's own, the others belong to every one."""
    whole = [each for each in parts if {"storage", "backend"} & each.value.keys()]
    rest = tuple(each for each in parts if each not in whole)
    if not whole:
        return [Configuration(rest)] if rest else []
    return [Configuration((each, *rest)) for each in whole]


def _labelled(part: Part, path: Path, found: Any) -> Iterator[Block]:
    for label, body in mapping(found).items():
        if isinstance(body, dict):
            yield Block(part, label, body, (*path, label))
        for index, each in enumerate(items(body)):
            if isinstance(each, dict):
                yield Block(part, label, each, (*path, label, index))


def _nearest(lines: Mapping[Path, int], path: Path) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def read_file(text: str, file: str) -> Part | None:
    """Read a file that is a configuration by itself; it stands for an object of its own."""
    lines = text.split("\n")

    def place(line: int) -> Span:
        content = lines[line - 1] if line <= len(lines) else ""
        start = len(content) - len(content.lstrip()) + 1
        return Span(file, line, start, line, max(start, len(content) + 1))

    document = Located({}, place(1), {}, {}, {})
    return read_part(Manifest(document, (), "", "File", PurePath(file).name), text, place)


def placing(text: str, span: Span, source: str) -> Callable[[int], Span]:
    """Return how to place the lines of a text that an object holds at a span of its file, whose own text is `source`.

    In a block scalar lines follow each other; in any other form the whole is shown.
    """
    written, lines = source.split("\n"), text.split("\n")

    def place(line: int) -> Span:
        at = span.line + line
        wanted = lines[line - 1] if line <= len(lines) else ""
        if span.line == span.end_line or at > len(written) or not wanted.strip():
            return span
        column = written[at - 1].find(wanted.strip())
        if written[at - 1].strip() != wanted.strip() or column < 0:
            return span
        end = column + 1 + len(wanted.strip())
        return replace(span, line=at, column=column + 1, end_line=at, end_column=end)

    return place
