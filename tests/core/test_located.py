"""Every key and value of a YAML text knows its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_core.diagnostics import Diagnostic, Span
from sightline_core.located import BAD_KEY, BAD_VALUE, DUPLICATE_KEY, SYNTAX, Located, load_all

TEXT = """\
service: shop
slos:
  - name: "availability"
    objective: 99.9
    query: 'sum:a{b}'
    text: |
      two
      lines
"""


LAUGHS = "\n".join(["a: &a [x,x,x,x,x,x,x,x,x]"] + [
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
])  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 50_000 + "1" + "}" * 50_000, "- " * 100_000, "? " * 50_000,
     "[{a: " * 50_000, LAUGHS],
    ids=["open", "lists", "mappings", "dashes", "questions", "both", "laughs"],
)  # fmt: skip
def test_an_abyss_is_a_finding(text: str) -> None:
    """Neither a crash of libyaml, which calls itself a level, nor minutes over aliases of aliases."""
    assert _codes(text) == [BAD_VALUE]


def test_brackets_in_texts_are_no_depth() -> None:
    """However many of them there are, closed or not."""
    text = json.dumps({"a": "[" * 20_000, "b": "- " * 20_000, "c": [[]] * 10_000})
    assert _one(text).value == json.loads(text)


def _one(text: str) -> Located:
    documents, findings = load_all(text, "f.yaml")
    assert findings == []
    (document,) = documents
    return document


def _codes(text: str) -> list[str]:
    return [each.code for each in load_all(text, "f.yaml")[1]]


class TestPlaces:
    def test_of_values_and_keys(self) -> None:
        """A value's span starts at its first character (the quote included), a key's at the key."""
        document = _one(TEXT)
        assert document.span_of(("slos", 0, "objective")) == Span("f.yaml", 4, 16, 4, 20)
        assert document.key_span(("slos", 0, "objective")) == Span("f.yaml", 4, 5, 4, 14)
        assert document.span_of(("slos", 0, "name")) == Span("f.yaml", 3, 11, 3, 25)

    def test_of_what_is_missing_is_what_encloses_it(self) -> None:
        """A field that is not there is reported at the mapping it is missing from."""
        document = _one(TEXT)
        assert document.span_of(("slos", 0, "sli", "events")) == document.span_of(("slos", 0))
        assert document.key_span(("nothing",)) == document.span

    def test_inside_a_quoted_scalar_skip_the_quote(self) -> None:
        """Offsets in the text are columns of the file, past the opening quote."""
        document = _one(TEXT)
        assert document.is_plain(("slos", 0, "query"))
        assert document.inside(("slos", 0, "query"), 4, 5) == Span("f.yaml", 5, 17, 5, 18)
        assert document.inside(("service",), 0, 0) == Span("f.yaml", 1, 10, 1, 11)

    @pytest.mark.parametrize("scalar", ['"a\\tb"', "'it''s'", "|\n  x\n", ">\n  x\n", "one\n  two"])
    def test_inside_a_scalar_that_is_not_its_text_is_the_whole(self, scalar: str) -> None:
        """Where columns cannot be known the caret covers the scalar instead of lying."""
        document = _one(f"q: {scalar}")
        assert document.inside(("q",), 1, 2) == document.span_of(("q",))

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("abc é\n", max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", min_size=1), inner, max_size=3),
            max_leaves=12,
        ),
        st.sampled_from([None, 2]),
    )
    def test_lie_inside_the_text(self, value: Any, indent: int | None) -> None:
        """JSON is YAML: it reads back as written, and each span stays within the lines of the text."""
        text = json.dumps(value, indent=indent, ensure_ascii=False)
        documents, findings = load_all(text, "f.json")
        assert findings == []
        assert [each.value for each in documents] == ([value] if value is not None else [None])
        lines = text.split("\n")
        for document in documents:
            for span in [*document._values.values(), *document._keys.values()]:
                assert span.end_line <= len(lines)
                assert span.end_column <= len(lines[span.end_line - 1]) + 1


class TestValues:
    def test_stay_plain(self) -> None:
        """Dates and binary stay the text that was written; numbers, booleans and null are read."""
        text = "a: 2026-01-02\nb: !!binary aGk=\nc: 0x10\nd: yes\ne: ~\nf: 1.5\n"
        expected = {"a": "2026-01-02", "b": "aGk=", "c": 16, "d": True, "e": None, "f": 1.5}
        assert _one(text).value == expected

    def test_of_several_documents(self) -> None:
        """Every document is read; empty ones are left out."""
        documents, findings = load_all("a: 1\n---\n---\nb: 2\n", "f.yaml")
        assert ([each.value for each in documents], findings) == ([{"a": 1}, {"b": 2}], [])

    def test_may_be_shared_by_an_alias(self) -> None:
        """An alias gives the value again, each at a path of its own."""
        assert _one("a: &x [1]\nb: *x\n").value == {"a": [1], "b": [1]}


class TestFindings:
    def test_syntax_error_has_its_place(self) -> None:
        """A stray bracket is one finding, at the place where reading stopped."""
        documents, findings = load_all("a: 1\nb: ]\n", "f.yaml")
        assert documents == []
        (finding,) = findings
        assert (finding.code, str(finding.span)) == (SYNTAX, "f.yaml:2:4")

    def test_control_characters_are_a_syntax_error(self) -> None:
        """What libyaml refuses without a mark still becomes a finding."""
        assert _codes("a: \x01") == [SYNTAX]

    def test_documents_before_a_syntax_error_are_kept(self) -> None:
        """One bad document loses nothing of those before it."""
        documents, findings = load_all("a: 1\n---\nb: ]\n", "f.yaml")
        assert [each.value for each in documents] == [{"a": 1}]
        assert [each.code for each in findings] == [SYNTAX]

    def test_repeated_key_points_at_both(self) -> None:
        """The second key is refused and the first is shown; the first value counts."""
        documents, findings = load_all("a: 1\na: 2\n", "f.yaml")
        assert documents[0].value == {"a": 1}
        (finding,) = findings
        assert (finding.code, str(finding.span)) == (DUPLICATE_KEY, "f.yaml:2:1")
        assert [str(each.span) for each in finding.related] == ["f.yaml:1:1"]

    @pytest.mark.parametrize("text", ["[1, 2]: x\n", "a: &b {c: 1}\nd:\n  <<: *b\n"])
    def test_odd_keys_are_refused(self, text: str) -> None:
        """Lists as keys and merge keys would hide where a field comes from."""
        assert _codes(text) == [BAD_KEY]

    @pytest.mark.parametrize("text", ["a: !!int x\n", "a: !!float y\n", "a: !thing x\n", "a: !!timestamp 2026-99-99\n"])
    def test_values_against_their_tag_are_refused(self, text: str) -> None:
        """A tag that the text does not fit is a finding, not a crash."""
        assert _codes(text) == [BAD_VALUE]

    def test_expansion_without_end_is_refused(self) -> None:
        """Nine levels of nine aliases each would be 387 million values."""
        levels = ["l0: &l0 [x, x, x, x, x, x, x, x, x]"]
        levels += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9)]
        assert _codes("\n".join(levels)) == [BAD_VALUE]

    def test_a_value_inside_itself_is_refused(self) -> None:
        """YAML can write a list that contains itself; no spec means it."""
        assert _codes("a: &a [*a]\n") == [BAD_VALUE]

    @pytest.mark.parametrize("text", ["[" * 5000, "{a: " * 3000, "- " * 4000 + "x"])
    def test_bottomless_nesting_is_refused(self, text: str) -> None:
        """Brackets without end are a finding, not a dead process."""
        findings: list[Diagnostic] = load_all(text, "f.yaml")[1]
        assert [each.is_error for each in findings] == [True]

    @given(st.text(max_size=60))
    def test_no_text_crashes_it(self, text: str) -> None:
        """Whatever is in the file, reading answers with values and findings."""
        documents, findings = load_all(text, "f.yaml")
        assert all(isinstance(each, Located) for each in documents)
        assert all(each.span is not None for each in findings)


@pytest.mark.parametrize("strange", ["\x85", "\u2028", "\u2029", "\r"])
def test_lines_are_those_of_editors(strange: str) -> None:
    """YAML 1.1 ends a line at characters that no editor ends one at: places are counted as editors count."""
    text = f'a: "x{strange}y"\nb: 1\nb: "p{strange}q"\nc: [\n'
    documents, findings = load_all(text.removesuffix("c: [\n"), "f")
    (document,) = documents
    assert document.key_span(("b",)).line == 2
    (finding,) = findings
    assert str(finding.span) == "f:3:1"
    _, findings = load_all(text, "f")
    assert findings[-1].span is not None
    assert findings[-1].span.line >= 4
    one = f"a: 'x{strange}' # {{}}"
    (document,) = load_all(one, "f")[0]
    assert document.span_of(("a",)).line == 1
    assert document.span_of(("a",)).end_column == one.index("#")
