"""The compiled specifications: what ships is what the builder makes, and it judges as they do."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from sightline_datadog.documents import Kind
from sightline_datadog.schema.build import build
from sightline_datadog.schema.load import FILE, schema
from sightline_datadog.schema.nodes import Zone
from sightline_datadog.schema.roots import ROOTS
from tests.support.conformance import conformance

SPECIFICATION: dict[str, Any] = {
    "Thing": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "maxLength": 3},
            "part": {"oneOf": [{"$ref": "#/components/schemas/Round"}, {"$ref": "#/components/schemas/Square"}]},
        },
    },
    "Round": {
        "type": "object",
        "required": ["shape", "radius"],
        "properties": {"shape": {"type": "string", "enum": ["round"]}, "radius": {"type": "number", "minimum": 0}},
    },
    "Square": {
        "type": "object",
        "required": ["shape"],
        "properties": {"shape": {"type": "string", "enum": ["square"]}, "side": {"type": "integer", "default": 1}},
    },
}


@pytest.mark.slow
def test_what_ships_is_what_the_builder_makes() -> None:
    """Of the specifications of the release that it names; nobody edits it by hand."""
    folder = conformance("datadog", "openapi")
    loaded = {
        version: yaml.load((folder / f"{version}-openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for version in ("v1", "v2")
    }
    assert FILE.read_text(encoding="utf-8") == build(schema().release, loaded)


def test_every_root_is_there() -> None:
    """Each kind, and each type of a kind with several, finds its schema."""
    for roots in ROOTS.values():
        for name in roots.values():
            assert schema().node(name).check({}, Zone.STRICT) is not None
    assert set(ROOTS) == set(Kind)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "a", "type": "query alert", "query": "q"}, []),
        ({"name": None, "type": "query alert", "query": "q"}, []),
        ({"type": "query alert"}, ["`query` is missing"]),
        ({"type": "query alert", "query": "q", "nam": "a"}, ["there is no field `nam`"]),
        ({"type": "query alert", "query": "q", "tags": ["a", 1]}, ["this must be a text, and is a number"]),
        ({"type": "query alert", "query": "q", "priority": True}, ["this must be a whole number, and is true"]),
        ({"type": "query alert", "query": "q", "priority": 1.5}, ["this must be a whole number, and is a number"]),
    ],
)
def test_a_body_is_held_to_it(body: dict[str, Any], said: list[str]) -> None:
    """Types, required fields and names; null is a field left out."""
    assert [each.message for each in schema().node("v1.Monitor").check(body, Zone.STRICT)] == said


def test_a_reference_stands_for_a_number() -> None:
    """An id that is known only at the push is no fault."""
    body = {"name": "s", "type": "monitor", "thresholds": [], "monitor_ids": ["${monitor:a}"]}
    assert schema().node("v1.ServiceLevelObjectiveRequest").check(body, Zone.STRICT) == []
    body["monitor_ids"] = ["12"]
    assert len(schema().node("v1.ServiceLevelObjectiveRequest").check(body, Zone.STRICT)) == 1


@pytest.mark.parametrize(
    ("definition", "soft"),
    [
        ({"type": "note", "content": "x", "colour": "red"}, True),
        ({"type": "note"}, False),
        ({"type": "notee", "content": "x"}, False),
        ({"type": "note", "content": 5}, False),
        ({"type": "note", "content": "x", "text_align": "middle"}, True),
    ],
)
def test_widgets_are_held_to_less(definition: dict[str, Any], *, soft: bool) -> None:
    """Unknown keys and words may be the vendor's news; an unknown type, a missing or mistyped field is none."""
    body = {"title": "d", "layout_type": "ordered", "widgets": [{"definition": definition}]}
    (issue,) = schema().node("v1.Dashboard").check(body, Zone.STRICT)
    assert issue.soft is soft
