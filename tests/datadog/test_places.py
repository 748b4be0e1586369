"""A place in a JSON text is where the value is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from sightline_datadog.places import JsonPlaces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.diagnostics import Span
    from sightline_core.located import Path

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def inside(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in entries:
        yield from inside(each, (*path, key))


def cut(text: str, span: Span) -> str:
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@given(value=VALUES, indent=st.sampled_from([None, 0, 2]), ascii_only=st.booleans())
def test_every_value_stands_where_its_place_says(*, value: Any, indent: int | None, ascii_only: bool) -> None:
    """For any JSON in any layout: what stands there is the value, and before it its key."""
    text = " " + json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    places = JsonPlaces(text, "f")
    for path, each in inside(value):
        assert json.loads(cut(text, places.span_of(path))) == each
        if path and isinstance(path[-1], str):
            assert json.loads(cut(text, places.key_span(path))) == path[-1]


@given(value=st.text(min_size=1, max_size=20), data=st.data(), ascii_only=st.booleans())
def test_a_character_is_found_behind_escapes(*, value: str, data: st.DataObject, ascii_only: bool) -> None:
    """Each character of a text is found where it is written, however it is spelled there."""
    index = data.draw(st.integers(0, len(value) - 1))
    text = json.dumps({"a": value}, ensure_ascii=ascii_only)
    found = cut(text, JsonPlaces(text, "f").inside(("a",), index, index + 1))
    assert json.loads(f'"{found}"') == value[index]


def test_what_is_not_there_is_what_encloses_it() -> None:
    """A missing field has the place of the mapping that lacks it."""
    text = '{"a": {"b": 1}}'
    assert cut(text, JsonPlaces(text, "f").span_of(("a", "c", 3))) == '{"b": 1}'
