"""What the vendor would refuse is refused here, before anything is sent; the command speaks as the others do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sightline_datadog.checks import check, rules
from sightline_datadog.cli import main
from sightline_datadog.directory import read, write
from sightline_datadog.documents import Document, Kind
from sightline_datadog.sync.plan import plan
from sightline_datadog.sync.remote import RemoteObject

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = [
    "type", "name", "title", "query", "message", "description", "tags", "thresholds", "target", "warning", "timeframe",
    "options", "critical", "sli_specification", "count", "queries", "time_slice", "widgets", "definition", "numerator",
]  # fmt: skip

SLO: dict[str, Any] = {
    "type": "metric",
    "name": "s",
    "thresholds": [{"timeframe": "30d", "target": 90.0}],
    "query": {"numerator": "sum:a{*}.as_count()", "denominator": "sum:b{*}.as_count()"},
}

MONITORS = {"type": "monitor", "name": "s", "thresholds": [{"timeframe": "30d", "target": 90.0}], "monitor_ids": [1]}


PLAIN = {"type": "metric alert", "name": "m", "query": "avg(last_5m):avg:a{*} > 5"}


def burn(threshold: float = 5.0, over: str = "30d", long: str = "1h", short: str = "5m") -> dict[str, Any]:
    query = f'burn_rate("${{slo:s}}").over("{over}").long_window("{long}").short_window("{short}") > {threshold}'
    return {"type": "slo alert", "name": "m", "query": query, "options": {"thresholds": {"critical": threshold}}}


def codes(slo: dict[str, Any], monitor: dict[str, Any]) -> list[str]:
    return [item.code for item in check([Document(Kind.SLO, "s", slo), Document(Kind.MONITOR, "m", monitor)])]


def test_a_sound_pair_has_no_findings() -> None:
    """What is right passes every rule."""
    assert codes(SLO, burn()) == []
    assert codes(MONITORS, burn()) == []


@pytest.mark.parametrize(
    ("slo", "monitor", "code"),
    [
        (SLO, burn(14.4), "DDC011"),
        (SLO, burn(over="7d"), "DDC011"),
        (SLO, burn(long="72h"), "DDC011"),
        (SLO, burn(short="2h"), "DDC011"),
        (SLO, burn() | {"query": "burn_rate("}, "DDC010"),
        (SLO, burn() | {"options": {"thresholds": {"critical": 6}}}, "DDC012"),
        (SLO, burn() | {"options": {"thresholds": {"critical": 5.0, "warning": 7}}}, "DDC012"),
        (SLO | {"thresholds": [{"timeframe": "28d", "target": 99}]}, PLAIN, "DDC007"),
        (SLO | {"thresholds": [{"timeframe": "30d", "target": 100}]}, PLAIN, "DDC013"),
        (SLO | {"thresholds": [{"timeframe": "30d", "target": 99.12345}]}, PLAIN, "DDC013"),
        (SLO | {"thresholds": [{"timeframe": "30d", "target": 99, "warning": 98}]}, PLAIN, "DDC013"),
        (SLO | {"query": {"numerator": "sum:a{", "denominator": "sum:b{*}"}}, PLAIN, "DDC013"),
        (SLO | {"tags": ["Team:X"]}, PLAIN, "DDC014"),
        (SLO | {"thresholds": [{"timeframe": "30d", "target": 99}] * 2}, PLAIN, "DDC015"),
        (SLO | {"timeframe": "7d"}, PLAIN, "DDC015"),
        (SLO | {"timeframe": "30d", "target_threshold": 12}, PLAIN, "DDC015"),
        (MONITORS | {"thresholds": [{"timeframe": "30d", "target": 99.999}]}, PLAIN, "DDC015"),
        (MONITORS | {"monitor_ids": []}, PLAIN, "DDC015"),
        (MONITORS | {"monitor_ids": list(range(1, 22))}, PLAIN, "DDC015"),
        (SLO | {"tags": ["1team:x"]}, PLAIN, "DDC014"),
        (SLO | {"tags": ["team:"]}, PLAIN, "DDC014"),
        (SLO | {"tags": ["team:a b"]}, PLAIN, "DDC014"),
        (SLO | {"tags": [f"team:{'x' * 200}"]}, PLAIN, "DDC014"),
        (SLO | {"tags": [f"team:x{number}" for number in range(81)]}, PLAIN, "DDC014"),
    ],
)
def test_each_rule_finds_its_fault(slo: dict[str, Any], monitor: dict[str, Any], code: str) -> None:
    """One fault, one code."""
    assert codes(slo, monitor) == [code]


def test_every_rule_has_a_code_of_its_own() -> None:
    """Codes are unique, so that a finding names its file."""
    found = [rule.CODE for rule in rules()]
    assert sorted(set(found)) == found


def test_documents_survive_the_disk(tmp_path: Path) -> None:
    """Written and read back they are the same, under names that say what they are."""
    documents = [Document(Kind.SLO, "s", SLO), Document(Kind.MONITOR, "m", burn())]
    write(tmp_path, documents)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["monitor.m.json", "slo.s.json"]
    found, findings, _ = read([tmp_path])
    assert findings == []
    assert sorted(found, key=lambda each: each.kind) == sorted(documents, key=lambda each: each.kind)


@pytest.mark.parametrize(("name", "text"), [("thing.json", "{}"), ("slo.x.json", "[1]"), ("slo.x.json", "{")])
def test_files_that_are_no_documents_are_findings(tmp_path: Path, name: str, text: str) -> None:
    """A wrong name, a list, broken JSON: each is told with its place."""
    (tmp_path / name).write_text(text)
    _, findings, _ = read([tmp_path])
    assert findings
    assert all(item.span is not None for item in findings)


def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(main, arguments, input=stdin, standalone_mode=False)
    code = result.return_value if isinstance(result.return_value, int) else 0
    return code, result.stdout, result.stderr


def test_query_check_prints_the_canonical_form() -> None:
    """Good queries go to standard output, exit 0."""
    assert run("query", "check", "avg:a.b{ x:y , z }  by {h}")[:2] == (0, "avg:a.b{x:y,z} by {h}\n")


def test_query_check_draws_a_caret_and_says_no() -> None:
    """A bad one gets a code frame on standard error, exit 1; the good ones before it are printed."""
    code, out, err = run("query", "check", stdin="avg:a{*}\nagv:b{*}\n")
    assert (code, out) == (1, "avg:a{*}\n")
    assert "<stdin>:2:1" in err
    assert "did you mean `avg`" in err


def test_query_check_as_json() -> None:
    """One JSON document, findings inside."""
    code, out, _ = run("query", "check", "--json", "--monitor", "slo alert", 'error_budget("a").over("7d") > 75', "no")
    data = json.loads(out)
    assert code == 1
    assert data["data"][0]["canonical"] == 'error_budget("a").over("7d") > 75'
    assert len(data["diagnostics"]) == 1


def test_query_check_of_nothing() -> None:
    """Nothing given is neither yes nor no."""
    assert run("query", "check")[0] == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | st.text("a:{}*$A ", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=12,
)


WIDGET = {"definition": {"type": "group", "title": "g", "widgets": [{"definition": {"type": "note", "content": "n"}}]}}
COUNTED = {
    "count": {"good_events_formula": {"formula": "a"}, "queries": [{"name": "a", "query": "sum:a{*}.as_count()"}]}
}
BODIES = [
    (Kind.SLO, SLO | {"tags": ["team:x"], "sli_specification": COUNTED}),
    (Kind.MONITOR, burn() | {"tags": ["team:x"], "message": "m"}),
    (Kind.DASHBOARD, {"title": "t", "tags": ["team:x"], "widgets": [WIDGET]}),
    (
        Kind.SYNTHETICS,
        {
            "type": "api",
            "subtype": "http",
            "name": "s",
            "message": "",
            "locations": ["aws:eu-west-1"],
            "config": {
                "request": {"url": "https://a"},
                "assertions": [{"type": "statusCode", "operator": "is", "target": 1}],
            },
            "options": {"tick_every": 300, "monitor_options": {"renotify_interval": 60}},
        },
    ),
    (
        Kind.SLO_CORRECTION,
        {"slo_id": "x", "category": "Other", "start": 1, "rrule": "FREQ=DAILY", "duration": 60, "description": "d"},
    ),
    (
        Kind.DOWNTIME,
        {
            "scope": "env:a",
            "monitor_identifier": {"monitor_id": 1},
            "schedule": {"start": "2026-01-10T02:00:00+00:00"},
            "notify_end_states": ["alert"],
        },
    ),
    (Kind.NOTIFICATION_RULE, {"name": "n", "recipients": ["a"], "filter": {"tags": ["a:b"]}}),
    (Kind.POWERPACK, {"name": "p", "tags": ["a"], "group_widget": WIDGET}),
    (Kind.GATE, {"service": "s", "env": "e"}),
    (Kind.GATE_RULE, {"name": "r", "type": "monitor", "gate_id": "x", "options": {"query": "a:b", "duration": 60}}),
    (Kind.METRIC, {"metric_type": "distribution", "tags": ["env"]}),
]


def spoilt(value: Any, data: st.DataObject) -> Any:
    """Put any JSON in the place of one part of a body, at any depth."""
    keys: list[Any] = (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )
    if not keys or data.draw(st.integers(0, 3)) == 0:
        return data.draw(JSON)
    key = data.draw(st.sampled_from(keys))
    copy = value.copy()
    copy[key] = spoilt(value[key], data)
    return copy


@given(st.data(), st.sampled_from(BODIES))
def test_no_body_crashes_the_checks_or_the_plan(data: st.DataObject, whole: tuple[Kind, dict[str, Any]]) -> None:
    """Whatever JSON stands in whatever field, it gives findings or a plan, never an exception."""
    kind, body = whole
    key = data.draw(st.sampled_from(sorted(body)))
    document = Document(kind, "s", body | {key: spoilt(body[key], data)})
    others = [Document(*each) for each in ((Kind.SLO, "s", SLO), (Kind.MONITOR, "s", burn())) if each[0] is not kind]
    if not check([document, *others]):
        plan([document], [RemoteObject(kind, "1", "t", body, None)], project="shop", kinds=[kind], adopt=True)


@pytest.mark.parametrize("inner", [None, "x", {"definition": 3}], ids=str)
@pytest.mark.parametrize("kind", [{"type": "custom"}, {}], ids=["of a type that is open", "of no type"])
def test_what_an_unknown_widget_holds_is_nobodys_business(inner: Any, kind: dict[str, str]) -> None:
    """Under `widgets` of a type that no specification names anything may stand, and crashes nothing."""
    widget = {"definition": {**kind, "widgets": [inner]}}
    found = check([Document(Kind.DASHBOARD, "s", {"title": "t", "layout_type": "ordered", "widgets": [widget]})])
    assert all("definition.widgets" not in each.message for each in found)


def test_a_misshapen_document_is_told_once_and_the_others_are_still_looked_at() -> None:
    """A target that is no number says nothing else; the tags of its neighbour are found all the same."""
    broken = SLO | {"thresholds": [{"timeframe": "30d", "target": "lots"}], "tags": ["A:b"]}
    found = check([Document(Kind.SLO, "broken", broken), Document(Kind.SLO, "s", SLO | {"tags": ["A:b"]})])
    assert [(each.code, each.message.split(":")[0]) for each in found] == [
        ("DDC009", "slo broken"),
        ("DDC014", "slo s"),
    ]
