"""The parts of a Markdown page that a runbook is judged by: headings, fenced blocks and links, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sightline_core.diagnostics import Span

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})\s*(?P<language>[\w+-]*)")
_HEADING = re.compile(r" {0,3}(?P<level>#{1,6})\s+(?P<title>.*?)\s*#*\s*")
_LINK = re.compile(r"(?<!\\)\[(?:[^\[\]]|\[[^\[\]]*\])*\]\((?P<target>[^()\s]+(?:\([^()\s]*\)[^()\s]*)*)[^()]*\)")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a block, without its indent."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block."""

    language: str
    lines: tuple[Line, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `filled` says whether anything stands beneath it before the next one of its level or above."""

    level: int
    title: str
    anchor: str
    filled: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Link:
    """The target of a link."""

    target: str
    span: Span


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    file: str
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]


def read_page(text: str, file: str) -> Page:
    """Read a page; there is no text that is no Markdown."""
    lines = text.replace("\r\n", "\n").split("\n")
    blocks: list[Block] = []
    links: list[Link] = []
    heads: list[tuple[int, str, Span]] = []
    filled: list[bool] = []
    index = 0
    while index < len(lines):
        line, number = lines[index], index + 1
        if fence := _FENCE.match(line):
            block, index = _block(lines, index, fence, file)
            blocks.append(block)
            filled[-1:] = [True] * bool(filled)
            continue
        index += 1
        if heading := _HEADING.fullmatch(line):
            level, title = len(heading["level"]), heading["title"]
            # A section with sub-sections is filled by them.
            if heads and heads[-1][0] < level:
                filled[-1] = True
            heads.append((level, title, Span(file, number, heading.start("title") + 1, number, len(line) + 1)))
            filled.append(False)
        elif line.strip():
            filled[-1:] = [True] * bool(filled)
        # What looks like a link inside of code is none.
        bare = _CODE.sub(lambda found: " " * len(found[0]), line)
        links += [
            Link(found["target"], Span(file, number, found.start("target") + 1, number, found.end("target") + 1))
            for found in _LINK.finditer(bare)
        ]
    anchors = _anchors([title for _, title, _ in heads])
    headings = tuple(
        Heading(level, title, anchor, full, span)
        for (level, title, span), anchor, full in zip(heads, anchors, filled, strict=True)
    )
    return Page(file, headings, tuple(blocks), tuple(links))


def _block(lines: list[str], start: int, fence: re.Match[str], file: str) -> tuple[Block, int]:
    indent = len(lines[start]) - len(lines[start].lstrip(" "))
    closing = re.compile(rf" {{0,3}}{re.escape(fence['fence'][0])}{{{len(fence['fence'])},}}\s*")
    inner: list[Line] = []
    index = start + 1
    while index < len(lines) and not closing.fullmatch(lines[index]):
        line = lines[index]
        cut = min(indent, len(line) - len(line.lstrip(" ")))
        inner.append(Line(line[cut:], Span(file, index + 1, cut + 1, index + 1, max(len(line), cut) + 1)))
        index += 1
    span = Span(file, start + 1, indent + 1, start + 1, len(lines[start]) + 1)
    return Block(fence["language"], tuple(inner), span), index + 1


def _anchors(titles: list[str]) -> list[str]:
    """Return the anchors that GitHub gives to headings: a repeated one is counted."""
    seen: dict[str, int] = {}
    anchors = []
    for title in titles:
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        anchor = _NOT_IN_ANCHORS.sub("", plain.strip().lower()).replace(" ", "-")
        count = seen.get(anchor, 0)
        seen[anchor] = count + 1
        anchors.append(f"{anchor}-{count}" if count else anchor)
    return anchors
