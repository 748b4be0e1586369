"""YAML composed by libyaml (`CSafeLoader`) into values whose places are known.

15,000 lines take about a tenth of a second, the pure Python loader some fifteen times that.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import yaml

from sightline_core.diagnostics import Diagnostic, Related, Severity, Span, page
from sightline_core.located import BAD_KEY, BAD_VALUE, DUPLICATE_KEY, MAX_DEPTH, MAX_NODES, SYNTAX, Located

if TYPE_CHECKING:
    from sightline_core.located import Path


def load_all(text: str, file: str) -> tuple[list[Located], list[Diagnostic]]:
    """Read every document of a text; `located.load_all` tells how."""
    documents: list[Located] = []
    lines = _Lines(text)
    builder = _Builder(file, lines)
    loader = yaml.CSafeLoader(text)
    try:
        _refuse_abyss(text, file, lines)
        while loader.check_node():
            node = loader.get_node()
            if node is None or (isinstance(node, yaml.ScalarNode) and node.value == "" and node.tag.endswith(":null")):
                continue
            documents.append(builder.document(node))
    except yaml.MarkedYAMLError as error:
        builder.findings.append(_syntax_error(error, file, lines))
    except (yaml.YAMLError, RecursionError) as error:
        builder.findings.append(
            Diagnostic(SYNTAX, Severity.ERROR, f"this is not YAML: {error}", Span(file, 1, 1, 1, 1), url=page(SYNTAX))
        )
    except _TooLargeError as error:
        builder.findings.append(Diagnostic(BAD_VALUE, Severity.ERROR, str(error), error.span, url=page(BAD_VALUE)))
    finally:
        loader.dispose()
    return documents, builder.findings


_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]|\r(?!\n)")
_BREAKS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


class _Lines:
    """Turns the places of YAML 1.1 into those of editors: for YAML a few rare characters end a line, too."""

    def __init__(self, text: str) -> None:
        self._starts: list[tuple[int, int]] | None = None
        if not _OTHER_BREAKS.search(text):
            return
        line, begin, self._starts = 1, 0, [(1, 0)]
        for found in _BREAKS.finditer(text):
            if found[0].endswith("\n"):
                line, begin = line + 1, found.end()
            self._starts.append((line, found.end() - begin))

    def at(self, mark: yaml.Mark) -> tuple[int, int]:
        """Return line and column, both from 1."""
        if self._starts is None:
            return mark.line + 1, mark.column + 1
        line, before = self._starts[min(mark.line, len(self._starts) - 1)]
        return line, before + mark.column + 1


_RISKY = 5_000
_BRACKETS = re.compile(r"[\[\]{}]")


def _refuse_abyss(text: str, file: str, lines: _Lines) -> None:
    """Refuse a text so deep that libyaml's composer, which calls itself a level, would run out of stack and crash.

    Only one with thousands of brackets or dashes can be; only then are they counted, and only if they go that deep
    (texts may hold them, too) is it parsed for how deep it is.
    """
    if not _may_be_deep(text):
        return
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _RISKY:
            mark: Any = event.start_mark
            line, column = lines.at(mark) if mark else (1, 1)
            raise _TooLargeError("this value nests or expands too far", Span(file, line, column, line, column + 1))


def _may_be_deep(text: str) -> bool:
    if text.count("[") + text.count("{") > _RISKY:
        depth = 0
        for found in _BRACKETS.finditer(text):
            depth += 1 if found[0] in "[{" else -1
            if depth > _RISKY:
                return True
    dashes = sum(text.count(each) for each in ("- ", "? ", "-\t", "?\t"))
    return dashes > _RISKY and max(map(len, text.splitlines()), default=0) > _RISKY


_MANY = 50_000
_MOST_EXPANSION = 10
"""Of more than so many values no more than this may stand for each that is written: aliases repeat them."""


class _TooLargeError(Exception):
    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span


class _Builder:
    """Turns composed nodes into plain values, noting places on the way."""

    def __init__(self, file: str, lines: _Lines) -> None:
        self.file = file
        self.lines = lines
        self.findings: list[Diagnostic] = []
        self._resolver = yaml.constructor.SafeConstructor()

    def document(self, node: yaml.Node) -> Located:
        self._values: dict[Path, Span] = {}
        self._keys: dict[Path, Span] = {}
        self._scalars: dict[Path, str | None] = {}
        self._count = 0
        self._written: set[int] = set()
        value = self._build(node, (), ())
        return Located(value, self._span(node), self._values, self._keys, self._scalars)

    def _span(self, node: yaml.Node) -> Span:
        return Span(self.file, *self.lines.at(node.start_mark), *self.lines.at(node.end_mark))

    def _build(self, node: yaml.Node, path: Path, above: tuple[int, ...]) -> Any:
        span = self._values[path] = self._span(node)
        self._count += 1
        self._written.add(id(node))
        # Aliases make a small file expand without end ("billion laughs"); a real spec is nowhere near.
        expands = self._count > _MANY and self._count > _MOST_EXPANSION * len(self._written)
        if len(path) > MAX_DEPTH or self._count > MAX_NODES or expands or id(node) in above:
            raise _TooLargeError("this value nests or expands too far", span)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path, span)
        if isinstance(node, yaml.SequenceNode):
            return [self._build(item, (*path, index), (*above, id(node))) for index, item in enumerate(node.value)]
        return self._mapping(node, path, above)

    def _mapping(self, node: yaml.Node, path: Path, above: tuple[int, ...]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key_span = self._span(key_node)
            if not isinstance(key_node, yaml.ScalarNode) or key_node.value == "<<":
                self.findings.append(
                    Diagnostic(
                        BAD_KEY,
                        Severity.ERROR,
                        "a key must be a plain word",
                        key_span,
                        "a merge key" if isinstance(key_node, yaml.ScalarNode) else "a list or a mapping",
                        help="write the fields out",
                        url=page(BAD_KEY),
                    )
                )
                continue
            key = key_node.value
            here = (*path, key)
            if key in result:
                self.findings.append(
                    Diagnostic(
                        DUPLICATE_KEY,
                        Severity.ERROR,
                        f"the key `{key}` stands twice in one mapping",
                        key_span,
                        "again here",
                        help="keep one of the two",
                        url=page(DUPLICATE_KEY),
                        related=(Related(self._keys[here], "first here"),),
                    )
                )
                continue
            self._keys[here] = key_span
            result[key] = self._build(value_node, here, (*above, id(node)))
        return result

    def _scalar(self, node: yaml.ScalarNode, path: Path, span: Span) -> Any:
        one_line = span.line == span.end_line and node.style not in {"|", ">"}
        width = span.end_column - span.column - (2 if node.style in {"'", '"'} else 0)
        self._scalars[path] = (node.style or "plain") if one_line and width == len(node.value) else None
        try:
            value = self._resolver.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            problem = getattr(error, "problem", None) or str(error)
            message = f"this value cannot be read: {problem}"
            self.findings.append(Diagnostic(BAD_VALUE, Severity.ERROR, message, span, url=page(BAD_VALUE)))
            return node.value
        if isinstance(value, dt.date | bytes):
            return node.value
        return value


def _syntax_error(error: yaml.MarkedYAMLError, file: str, lines: _Lines) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    line, column = lines.at(mark) if mark else (1, 1)
    problem = error.problem or error.context or "unreadable"
    return Diagnostic(
        SYNTAX,
        Severity.ERROR,
        "this is not YAML",
        Span(file, line, column, line, column + 1),
        problem.strip(),
        help="a tab or a missing quote just before this place is the usual cause",
        url=page(SYNTAX),
    )
