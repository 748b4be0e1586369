"""Findings are values with a place, an order and a severity."""

import pytest

from sightline_core.diagnostics import Diagnostic, Severity, Span, has_errors, ordered


def _at(line: int, severity: Severity = Severity.ERROR, file: str = "a.yaml") -> Diagnostic:
    return Diagnostic("X001", severity, f"on {line}", Span(file, line, 1, line, 2))


class TestSpan:
    def test_reads_as_a_link(self) -> None:
        """Printing a span gives file:line:column, which editors open."""
        assert str(Span("a.yaml", 3, 5, 3, 9)) == "a.yaml:3:5"

    @pytest.mark.parametrize("place", [(0, 1, 1, 1), (1, 0, 1, 1), (2, 1, 1, 9), (1, 5, 1, 4)])
    def test_refuses_what_no_file_holds(self, place: tuple[int, int, int, int]) -> None:
        """A span before the first character, or one that ends before it starts, is a bug of ours."""
        with pytest.raises(ValueError, match="a span"):
            Span("a.yaml", *place)

    def test_narrowed_counts_from_its_start(self) -> None:
        """Offsets inside a scalar become columns of the file."""
        assert Span("a", 2, 10, 2, 30).narrowed(3, 5) == Span("a", 2, 13, 2, 15)


class TestOrdered:
    def test_by_place_and_placeless_last(self) -> None:
        """Findings follow the file; those about no place follow them."""
        placeless = Diagnostic("X000", Severity.ERROR, "nowhere")
        other = _at(1, file="b.yaml")
        assert ordered([placeless, other, _at(7), _at(2)]) == [_at(2), _at(7), other, placeless]

    def test_drops_repeats(self) -> None:
        """The same finding by two ways is told once."""
        assert ordered([_at(1), _at(1)]) == [_at(1)]

    def test_worst_first_at_one_place(self) -> None:
        """At one place the error stands before the warning."""
        assert ordered([_at(1, Severity.WARNING), _at(1)]) == [_at(1), _at(1, Severity.WARNING)]


def test_only_errors_say_no() -> None:
    """Warnings alone leave the answer yes."""
    assert has_errors([_at(1, Severity.WARNING), _at(2)])
    assert not has_errors([_at(1, Severity.WARNING)])
