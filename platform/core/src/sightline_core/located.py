"""YAML whose every key and value knows where it stands.

The marks come from libyaml (`CSafeLoader`): 15,000 lines compose in about a tenth of a second, the pure
Python loader takes some fifteen times that.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from sightline_core.diagnostics import Diagnostic, Related, Severity, Span, page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Path = tuple[str | int, ...]

SYNTAX = "CORE001"
DUPLICATE_KEY = "CORE002"
BAD_KEY = "CORE003"
BAD_VALUE = "CORE004"

MAX_DEPTH = 100
MAX_NODES = 1_000_000


@dataclass(frozen=True, slots=True)
class Located:
    """One YAML document: plain Python values, and the place of each.

    `value` holds dict, list, str, int, float, bool and None only; a time stamp stays the text it was
    written as. Paths are tuples of keys and indexes from the root, `()` being the root itself.
    """

    value: Any
    span: Span
    _values: Mapping[Path, Span] = field(repr=False)
    _keys: Mapping[Path, Span] = field(repr=False)
    _scalars: Mapping[Path, str | None] = field(repr=False)

    def span_of(self, path: Path) -> Span:
        """Return the place of the value at `path`, or of the nearest value that encloses it."""
        while path and path not in self._values:
            path = path[:-1]
        return self._values.get(path, self.span)

    def key_span(self, path: Path) -> Span:
        """Return the place of the key that `path` ends in; that of the value where it is no key."""
        return self._keys.get(path) or self.span_of(path)

    def is_plain(self, path: Path) -> bool:
        """Whether offsets in the text at `path` are columns of its span: a one-line scalar without escapes."""
        return self._scalars.get(path) is not None

    def inside(self, path: Path, start: int, end: int) -> Span:
        """Return the place of characters `start` to `end` of the text at `path`.

        For a scalar whose columns cannot be known (folded, escaped, over several lines) that is the whole.
        """
        return self.placing(path)(start, end)

    def placing(self, path: Path) -> Callable[[int, int], Span]:
        """Return `inside` for one path, for those who outlive the document: it holds one place and not all of them."""
        whole = self.span_of(path)
        style = self._scalars.get(path)
        if style is None:
            return lambda _start, _end: whole
        quote = 1 if style in {"'", '"'} else 0
        return lambda start, end: whole.narrowed(quote + start, quote + max(end, start + 1))


def load_all(text: str, file: str) -> tuple[list[Located], list[Diagnostic]]:
    """Read every document of a YAML (or JSON) text.

    Args:
        text: the content.
        file: the name used in spans; nothing is read from it.

    Returns:
        The documents that could be read, empty ones left out, and every finding: a syntax error ends the
        reading, a repeated key does not (its first value counts).
    """
    documents: list[Located] = []
    lines = _Lines(text)
    builder = _Builder(file, lines)
    loader = yaml.CSafeLoader(text)
    try:
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
        value = self._build(node, (), ())
        return Located(value, self._span(node), self._values, self._keys, self._scalars)

    def _span(self, node: yaml.Node) -> Span:
        return Span(self.file, *self.lines.at(node.start_mark), *self.lines.at(node.end_mark))

    def _build(self, node: yaml.Node, path: Path, above: tuple[int, ...]) -> Any:
        span = self._values[path] = self._span(node)
        self._count += 1
        # Aliases make a small file expand without end ("billion laughs"); a real spec is nowhere near.
        if len(path) > MAX_DEPTH or self._count > MAX_NODES or id(node) in above:
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
