"""The reader without a parser gives what the parser gives, places included, or leaves it to the parser."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sightline_core.located import Located, load_all
from sightline_slo.swift import Swift, load

from .sloth.calling import CRD, SPEC

ROOT = Path(__file__).resolve().parents[2]

PLAIN = """\
# A comment.
a: b

list:
- name: "x y"   # another
  deep:
      deeper: 'z'
      number: 1.50
  other: 0
-   name: plain words, (and) so on
    truth: True

last: http://a.b/c#d
"""


def _same(text: str) -> bool:
    """Compare both readers, and say whether the fast one took the text."""
    documents, problems = load(text, "file.yaml")
    if len(documents) != 1 or not isinstance(ours := documents[0], Swift):
        return False
    (theirs,), found = load_all(text, "file.yaml")
    assert problems == found == []
    assert (ours.value, ours.span) == (theirs.value, theirs.span)
    for path in _paths(theirs):
        assert ours.span_of(path) == theirs.span_of(path), path
        assert ours.key_span(path) == theirs.key_span(path), path
        assert ours.is_plain(path) == theirs.is_plain(path), path
        assert ours.inside(path, 1, 3) == theirs.inside(path, 1, 3), path
    return True


def _paths(document: Located) -> list[tuple[str | int, ...]]:
    found: list[tuple[str | int, ...]] = [(), ("nowhere", 0)]

    def walk(value: object, path: tuple[str | int, ...]) -> None:
        found.append(path)
        if isinstance(value, dict):
            for key, each in value.items():
                walk(each, (*path, key))
        elif isinstance(value, list):
            for index, each in enumerate(value):
                walk(each, (*path, index))

    walk(document.value, ())
    return found


@pytest.mark.parametrize("text", [PLAIN, PLAIN.rstrip(), SPEC, CRD, f"{SPEC}\n# the end\n\n"])
def test_both_readers_say_the_same(text: str) -> None:
    """Values, spans of values and keys, and which offsets are columns."""
    assert _same(text)


def test_broken_texts_are_read_alike() -> None:
    """Characters and lines put in, taken out, doubled and indented otherwise: the same, or left to the parser."""
    choices = random.Random(20261125)
    taken = 0
    for _ in range(1500):
        text = choices.choice([PLAIN, SPEC, CRD])
        for _ in range(choices.randint(1, 3)):
            text = _broken(text, choices)
        if len(load_all(text, "x")[0]) == 1:
            taken += _same(text)
    assert taken > 100


def _broken(text: str, choices: random.Random) -> str:
    at, lines = choices.randrange(len(text) + 1), text.split("\n")
    line = choices.randrange(len(lines))
    match choices.randrange(5):
        case 0:
            return text[:at] + choices.choice(" :-#\"'ab019\n[]{}|>&*!%@`,?~.\\/_") + text[at:]
        case 1:
            return text[:at] + text[at + choices.randint(1, 3) :]
        case 2:
            lines.insert(choices.randrange(len(lines) + 1), lines[line])
        case 3:
            del lines[line]
        case _:
            lines[line] = " " * choices.randint(0, 6) + lines[line].lstrip()
    return "\n".join(lines)


def test_no_spec_of_the_repository_is_read_otherwise() -> None:
    """Whether the fast reader takes a file or not."""
    files = [*(ROOT / "slo" / "specs").rglob("*.yaml"), *(ROOT / "docs" / "checks" / "examples").glob("SLO*.yaml")]
    texts = [each.read_text() for each in files]
    alike = [_same(text) for text in texts if len(load_all(text, "x")[0]) == 1]
    assert any(alike)


@pytest.mark.parametrize(
    "text",
    [
        "a: [b]",
        "a: {b: c}",
        "a: |\n  b",
        "a: b\n  c",
        "a: &x b",
        "a: y",
        "a: 1:30",
        "a: 1_000",
        "a: 0x1f",
        "a: 2020-01-01",
        "a: null",
        "a:",
        "a: 'it''s'",
        'a: "\\n"',
        "a: é",
        "---\na: b",
        "a: b\n---\nc: d",
        "a: 1\na: 2",
        "- a",
        "a:\n b: c\n  d: e",
        "",
    ],
)
def test_the_rest_is_left_to_the_parser(text: str) -> None:
    """Each of these it would have to guess at."""
    documents, problems = load(text, "x")
    assert not any(isinstance(each, Swift) for each in documents)
    expected, found = load_all(text, "x")
    assert [each.value for each in documents] == [each.value for each in expected]
    assert problems == found
