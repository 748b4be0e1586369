"""A finding is drawn with the lines it speaks of."""

from inline_snapshot import snapshot

from sightline_core.diagnostics import Diagnostic, Related, Severity, Span
from sightline_core.render import render, summary

SOURCE = "slos:\n  - name: availability\n    objetive: 99.9\n  - name: latency\n"
TYPO = Diagnostic(
    "SLO002",
    Severity.ERROR,
    "unknown field `objetive`",
    Span("shop.yaml", 3, 5, 3, 13),
    "not a field of an SLO",
    help="did you mean `objective`?",
)


def test_frame() -> None:
    """Code, message, place, the line with one of context around it, caret, label and help."""
    assert render([TYPO], {"shop.yaml": SOURCE}) == snapshot(
        """\
error[SLO002]: unknown field `objetive`
 --> shop.yaml:3:5
  |
2 |   - name: availability
3 |     objetive: 99.9
  |     ^^^^^^^^ not a field of an SLO
4 |   - name: latency
  = help: did you mean `objective`?

"""
    )


def test_colour_only_adds_escape_codes() -> None:
    """The coloured drawing, its escape codes taken out, is the plain one."""
    plain = render([TYPO], {"shop.yaml": SOURCE})
    coloured = render([TYPO], {"shop.yaml": SOURCE}, color=True)
    assert coloured != plain
    for code in ("\x1b[1;31m", "\x1b[1;34m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain


def test_related_places_notes_and_wrapping() -> None:
    """Another place is drawn under the first; long notes are folded at the width; the page stays whole."""
    finding = Diagnostic(
        "CORE002",
        Severity.WARNING,
        "the key `a` stands twice",
        Span("f.yaml", 12, 1, 12, 2),
        "again here",
        note="a mapping with two equal keys keeps only one of them and nobody can tell which one it was",
        url="docs/checks/CORE002.md",
        related=(Related(Span("f.yaml", 1, 1, 1, 2), "first here"),),
    )
    text = "\n".join(["a: 1", *[f"k{n}: 1" for n in range(10)], "a: 2"])
    assert render([finding], {"f.yaml": text}, width=60) == snapshot(
        """\
warning[CORE002]: the key `a` stands twice
  --> f.yaml:12:1
   |
11 | k9: 1
12 | a: 2
   | ^ again here
  ::: f.yaml:1:1
   |
 1 | a: 1
   | - first here
 2 | k0: 1
   = note: a mapping with two equal keys keeps only one of
           them and nobody can tell which one it was
   = see: docs/checks/CORE002.md

"""
    )


def test_long_lines_are_cut_around_the_caret() -> None:
    """A query of hundreds of characters keeps its caret in view."""
    line = "query: " + "a" * 100 + "BAD" + "b" * 100
    finding = Diagnostic("X1", Severity.ERROR, "no", Span("f", 1, 108, 1, 111), "this")
    drawn = render([finding], {"f": line}, width=60).split("\n")
    source, caret = drawn[3], drawn[4]
    assert len(source) <= 60
    assert "BAD" in source
    assert source.index("BAD") == caret.index("^^^")


def test_neighbours_that_are_long_are_cut() -> None:
    """A long line beside the finding does not wrap the terminal."""
    finding = Diagnostic("X1", Severity.ERROR, "no", Span("f", 1, 1, 1, 2))
    assert max(map(len, render([finding], {"f": "a\n" + "b" * 200}, width=60).split("\n"))) <= 60


def test_places_that_have_no_text() -> None:
    """No source, no line and no place at all are still drawn."""
    nowhere = Diagnostic("X1", Severity.INFO, "general")
    missing = Diagnostic("X2", Severity.ERROR, "gone", Span("gone.yaml", 1, 1, 1, 2), "why")
    bare = Diagnostic("X3", Severity.ERROR, "gone", Span("gone.yaml", 2, 1, 2, 2))
    past = Diagnostic("X4", Severity.ERROR, "past", Span("f", 9, 1, 9, 2))
    assert render([nowhere, missing, bare, past], {"f": "one"}) == snapshot(
        """\
error[X4]: past
 --> f:9:1

error[X2]: gone
 --> gone.yaml:1:1
  | why

error[X3]: gone
 --> gone.yaml:2:1

info[X1]: general

"""
    )


def test_span_over_lines_marks_its_first() -> None:
    """A value over several lines is underlined to the end of its first line."""
    finding = Diagnostic("X1", Severity.ERROR, "no", Span("f", 1, 4, 3, 1))
    assert "   ^^^^^\n" in render([finding], {"f": "q: |abcd\n  x\n"})


def test_a_blank_line_below_is_not_drawn() -> None:
    """A frame ends with text; a blank line after the finding says nothing."""
    finding = Diagnostic("X1", Severity.ERROR, "no", Span("f", 1, 1, 1, 2))
    assert render([finding], {"f": "a\n\nb"}).endswith("1 | a\n  | ^\n\n")


def test_summary_counts_in_words() -> None:
    """Each severity is counted; nothing found is said so."""
    warning = Diagnostic("W", Severity.WARNING, "w")
    assert summary([TYPO, TYPO, warning]) == "2 errors, 1 warning"
    assert summary([]) == "no findings"
