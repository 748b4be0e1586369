"""Two readers of YAML, one answer; and what Go makes of a scalar."""

from __future__ import annotations

import pytest

from sightline_slo.sloth import quick
from sightline_slo.sloth.composing import compose
from sightline_slo.sloth.loose import Kube, Notes, Sigs
from sightline_slo.sloth.model import SlothError
from sightline_slo.sloth.resolve import resolve
from sightline_slo.sloth.specs import split

from .calling import CRD, SPEC
from .specimens import Specimens


def test_the_fast_reader_says_what_libyaml_says_or_nothing() -> None:
    """Over random specs in every style; and it reads the plain ones itself."""
    read = 0
    for seed in range(150):
        for document in split(Specimens(seed).spec()):
            fast = quick.read(document)
            if fast is not None:
                read += 1
                assert fast == compose(document, Notes(), keep=False), document
    for each in (SPEC, CRD):
        assert quick.read(split(each)[0]) == compose(each, Notes(), keep=False)


@pytest.mark.parametrize(
    "text",
    [
        "a: b: c",
        "a: 'b",
        'a: "b\\n"',
        "a: [b]",
        "a: {b: c}",
        "a: &x b",
        "a: *x",
        "a: !!str 1",
        "a: >\n  b",
        "a: |+\n  b\n",
        "a: b\n  c",
        "a: b\n c: d",
        "a:\n  b: c\n d: e",
        "a: 1\na: 2",
        "y: 1",
        "a: |\n  b\n   \n  c",
        "- a: b",
        "a: b # c\n  d",
        "a:\n- b",
        "? a\n: b",
        "a: @b",
        "a: `b",
        "a: %b",
        "a:b",
        "a: b:",
        "\ta: b",
        "a: ''''",
        "a: |\n\n  b",
        "a: ? b",
    ],
)
def test_the_fast_reader_gives_up_what_it_does_not_know(text: str) -> None:
    """Each of these needs the whole of YAML, or is none."""
    assert quick.read(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("y", True),
        ("Off", False),
        ("~", None),
        ("0x1F", 31),
        ("010", 8),
        ("0o10", 8),
        ("0b101", 5),
        ("1_000", 1000),
        ("1.50", 1.5),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        ("1e3", 1000.0),
        ("2020-01-01", "2020-01-01"),
        ("1:30", "1:30"),
        ("99.9%", "99.9%"),
        ("1e999", "1e999"),
        ("08", 8.0),
        ("+12", 12),
        ("yEs", "yEs"),
        ("-", "-"),
    ],
)
def test_plain_scalars_are_gos(text: str, value: object) -> None:
    """YAML 1.1 with go-yaml's additions: `y` is true, and a number in base 60 is a text."""
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_a_number_is_a_text_for_one_decoder_alone() -> None:
    """sigs.k8s.io/yaml turns it into one, through 32 bits; Kubernetes refuses it."""
    labels = {"labels": {"a": 1, "b": 0.1, "c": True, "d": None, "e": 16777217.0}}
    assert Sigs(labels).texts("labels") == {"a": "1", "b": "0.1", "c": "true", "d": "", "e": "1.6777216e+07"}
    with pytest.raises(SlothError, match="cannot unmarshal number"):
        Kube(labels).texts("labels")


def test_keys_match_in_any_case_for_one_decoder_alone() -> None:
    """And both note that a strict reader would not like it."""
    known = frozenset({"name", "labels"})
    notes = Notes()
    assert Sigs({"NAME": "x", "Labels": {"a": "b"}, "labels": {"c": "d"}}, notes, known).text("name") == "x"
    assert notes.odd
    assert Kube({"NAME": "x"}, Notes(), known).text("name") == ""


def test_documents_are_split_by_lines_alone() -> None:
    """Sloth's way, which takes lines of comments out of texts too."""
    assert split("a: 1\n---\n\n--- \n# b\nc: |\n  x\n# y\n  z\n") == ["a: 1", "c: |\n  x\n\n  z"]
