"""Code frames: a finding with the lines it speaks of, as rustc and pint draw them."""

from __future__ import annotations

from collections import Counter
from textwrap import wrap
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, Span, ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_COLOURS = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.INFO: "\x1b[1;36m",
}
_FRAME = "\x1b[1;34m"
_OFF = "\x1b[0m"
_CONTEXT = 1


def render(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, str],
    *,
    color: bool = False,
    width: int = 80,
) -> str:
    """Draw every finding, in order of place, each followed by a blank line.

    Args:
        diagnostics: the findings.
        sources: the text of each file that spans name; a file that is missing is drawn without lines.
        color: whether to add escape codes. The text is complete without them.
        width: the columns to wrap notes at and to cut long source lines at.

    Returns:
        The drawing, or the empty string where there is no finding.
    """
    drawn = [_draw(item, sources, color=color, width=width) for item in ordered(diagnostics)]
    return "".join(f"{frame}\n\n" for frame in drawn)


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Count the findings in words, such as `2 errors, 1 warning`; `no findings` for none."""
    counts = Counter(item.severity for item in diagnostics)
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
    parts = [f"{counts[each]} {word}{'s' if counts[each] != 1 else ''}" for each, word in words.items() if counts[each]]
    return ", ".join(parts) or "no findings"


def _draw(item: Diagnostic, sources: Mapping[str, str], *, color: bool, width: int) -> str:
    paint = (lambda text, code: f"{code}{text}{_OFF}") if color else (lambda text, _code: text)
    head = paint(f"{item.severity}[{item.code}]", _COLOURS[item.severity])
    lines = [f"{head}: {item.message}"]
    places = [(item.span, item.label, "^")] if item.span else []
    places += [(each.span, each.label, "-") for each in item.related]
    gutter = max((len(str(_last_shown(span, sources))) for span, _, _ in places), default=1)
    pad = " " * gutter
    for index, (span, label, mark) in enumerate(places):
        arrow = "-->" if index == 0 else ":::"
        lines.append(f"{pad}{paint(arrow, _FRAME)} {span}")
        for number, text in _excerpt(span, label, mark, sources, width - gutter - 3):
            shown = str(number or "").rjust(gutter)
            lines.append(paint(f"{shown} |", _FRAME) + (f" {text}" if text else ""))
    for word, text in (("help", item.help), ("note", item.note), ("see", item.url)):
        if text:
            first = f"{pad} = {word}: "
            folded = [text] if word == "see" else wrap(text, max(width - len(first), 20), break_long_words=False)
            lines.append(first + f"\n{' ' * len(first)}".join(folded))
    return "\n".join(lines)


def _last_shown(span: Span, sources: Mapping[str, str]) -> int:
    total = len(sources.get(span.file, "").splitlines())
    return max(min(span.line + _CONTEXT, total), span.line)


def _excerpt(span: Span, label: str, mark: str, sources: Mapping[str, str], width: int) -> list[tuple[int | None, str]]:
    text = sources.get(span.file)
    if text is None:
        return [(None, label)] if label else []
    # splitlines() would also break at form feeds and the like, which YAML does not count as lines.
    source = text.replace("\r\n", "\n").split("\n")
    if span.line > len(source):
        return []
    numbers = range(max(span.line - _CONTEXT, 1), min(span.line + _CONTEXT, len(source)) + 1)
    cut = _Cut(source[span.line - 1], span, width)
    rows: list[tuple[int | None, str]] = [(None, "")]
    for number in numbers:
        line = source[number - 1].replace("\t", " ").rstrip()
        if number == span.line:
            rows.append((number, cut.text))
            rows.append((None, " " * cut.start + mark * cut.length + (f" {label}" if label else "")))
        elif line or number < span.line:
            rows.append((number, line if len(line) <= width else line[: width - 1] + "…"))
    return rows


class _Cut:
    """The part of a long source line that fits, and where the caret stands in it."""

    def __init__(self, line: str, span: Span, width: int) -> None:
        line = line.replace("\t", " ").rstrip()
        start = span.column - 1
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        length = max(end - start, 1)
        if len(line) > width:
            left = max(min(start - width // 4, len(line) - width), 0)
            piece = line[left : left + width]
            piece = ("…" + piece[1:]) if left else piece
            line = piece[:-1] + "…" if left + width < len(line) else piece
            start -= left
            length = max(min(length, width - start), 1)
        self.text, self.start, self.length = line, start, length
