"""A script as its simple commands: enough of the shell's grammar to find every program that is called."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sightline_core.diagnostics import Span
    from sightline_kube.runbooks.markdown import Block, Line

LANGUAGES = frozenset({"console", "sh", "bash", "shell"})

_SEPARATORS = frozenset({"|", "||", "&", "&&", ";", "(", ")", ";;", "|&"})
_REDIRECTION = re.compile(r"[<>]+&?|&>+")
_OPENERS = frozenset({"do", "then", "else", "elif", "if", "while", "until", "!", "{", "time", "command", "exec"})
_CLOSERS = frozenset({"done", "fi", "esac", "}", "for", "case", "in", "function"})
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=.*", re.DOTALL)
_SUBSTITUTION = re.compile(r"\$\(((?:[^()]|\([^()]*\))*)\)")
_BACKTICKS = re.compile(r"(?<!\\)`([^`]*)`")
_PLACEHOLDER = re.compile(r"<[A-Za-z][\w .-]*>")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")

HIDDEN = "\0"
"""What a substitution or a placeholder is read as: a word that nobody knows."""


@dataclass(frozen=True, slots=True)
class Command:
    """One call of a program: its words, the first being its name."""

    words: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that no shell reads."""

    why: str
    span: Span


def read_script(block: Block) -> Iterator[Command | Unreadable]:
    """Yield every call in a block, those inside of `$(…)` too.

    Of a `console` block the lines after `$ ` are meant, and all of them where none begins so.
    """
    if block.language in LANGUAGES:
        for text, span in _logical(_typed(block)):
            yield from _calls(text, span)


def _typed(block: Block) -> Iterator[Line]:
    if block.language != "console" or not any(each.text.startswith("$ ") for each in block.lines):
        yield from block.lines
        return
    going = False
    for line in block.lines:
        if line.text.startswith("$ "):
            going = True
            yield type(line)(line.text[2:], line.span.narrowed(2, max(len(line.text), 3)))
        elif going:
            yield line
        going = going and line.text.endswith("\\")


def _logical(lines: Iterable[Line]) -> Iterator[tuple[str, Span]]:
    """Join lines that a backslash or an open quote continues, and leave out here-documents."""
    text, span, ends = "", None, ""
    for line in lines:
        if ends:
            ends = "" if line.text.strip() == ends else ends
            continue
        text, span = text + line.text, span or line.span
        if text.endswith("\\"):
            text = f"{text[:-1]} "
        elif _open(text):
            text += "\n"
        else:
            if here := _HEREDOC.search(text):
                ends, text = here[2], _HEREDOC.sub("", text)
            yield text, span
            text, span = "", None
    if text and span:
        yield text, span


def _open(text: str) -> bool:
    try:
        shlex.split(text, comments=True)
    except ValueError as error:
        return "quotation" in str(error)
    return False


def _calls(text: str, span: Span) -> Iterator[Command | Unreadable]:
    for found in (*_SUBSTITUTION.finditer(text), *_BACKTICKS.finditer(text)):
        yield from _calls(found[1], span)
    plain = _PLACEHOLDER.sub(HIDDEN, _BACKTICKS.sub(HIDDEN, _SUBSTITUTION.sub(HIDDEN, text)))
    lexer = shlex.shlex(plain, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        # A comment starts a word; shlex would begin one inside of `a#b`, too.
        words = [*lexer]
    except ValueError as error:
        yield Unreadable(str(error).lower(), span)
        return
    call: list[str] = []
    skip = False
    for word in [*words, ";"]:
        if word.startswith("#"):
            break
        if word in _SEPARATORS:
            yield from _call(call, span)
            call, skip = [], False
        elif skip:
            skip = False
        elif _REDIRECTION.fullmatch(word):
            skip = True
            if call and call[-1].isdigit():
                call.pop()
        else:
            call.append(word)
    if call:
        yield from _call(call, span)


def _call(words: list[str], span: Span) -> Iterator[Command]:
    while words and (words[0] in _OPENERS or _ASSIGNMENT.fullmatch(words[0])):
        words = words[1:]
    if words and words[0] not in _CLOSERS:
        yield Command(tuple(words), span)
