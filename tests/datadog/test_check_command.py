"""What leaves the vendor's client unchecked is refused here with its place; what the vendor takes is not."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from sightline_datadog.checks import check
from sightline_datadog.cli import main
from sightline_datadog.documents import Document, Kind
from sightline_datadog.reading import read_text

from .recordings import folder

if TYPE_CHECKING:
    from pathlib import Path

MONITOR: dict[str, Any] = {
    "type": "metric alert",
    "name": "m",
    "query": "avg(last_5m):avg:a{*} by {host} > 5",
    "message": "Look at it.",
    "options": {"thresholds": {"critical": 5}},
}
SLO: dict[str, Any] = {
    "type": "metric",
    "name": "s",
    "thresholds": [{"timeframe": "30d", "target": 99.0}],
    "query": {"numerator": "sum:a{*}.as_count()", "denominator": "sum:b{*}.as_count()"},
}
DASHBOARD: dict[str, Any] = {
    "title": "d",
    "layout_type": "ordered",
    "widgets": [{"definition": {"type": "timeseries", "requests": [{"q": "avg:a{*}"}]}}],
}
BODIES = {"monitor": MONITOR, "slo": SLO, "dashboard": DASHBOARD}

GONE = object()
"""Stands for a field that is taken out."""

BAD = [
    ("monitor", ("sheduling",), 1, "DDC006"),
    ("monitor", ("options", "notify_nodata"), True, "DDC006"),
    ("monitor", ("options", "treshholds"), {"critical": 5}, "DDC006"),
    ("monitor", ("type",), "metrik alert", "DDC007"),
    ("monitor", ("options", "renotify_statuses"), ["bad"], "DDC007"),
    ("slo", ("thresholds", 0, "timeframe"), "28d", "DDC007"),
    ("dashboard", ("widgets", 0, "definition", "type"), "timeserie", "DDC007"),
    ("monitor", ("priority",), 9, "DDC024"),
    ("slo", ("thresholds", 0, "target"), 150, "DDC013"),
    ("dashboard", ("widgets", 0, "definition", "requests"), GONE, "DDC008"),
    ("monitor", ("query",), "lol", "DDC010"),
    ("dashboard", ("widgets", 0, "definition", "requests", 0, "q"), "avg:a{*", "DDC018"),
    ("monitor", ("name",), 5, "DDC009"),
    ("monitor", ("options", "thresholds", "critical"), "1", "DDC009"),
    ("monitor", ("priority",), "3", "DDC009"),
    ("monitor", ("query",), GONE, "DDC008"),
]
"""Kind, field, what is put there, and the code: each left the vendor's client without a word, or without a place."""


def spoilt(kind: str, path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    body = copy.deepcopy(BODIES[kind])
    inner: Any = body
    for step in path[:-1]:
        inner = inner[step]
    if value is GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return body


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["check", *arguments], standalone_mode=False)
    return (result.return_value if isinstance(result.return_value, int) else 0), result.stdout, result.stderr


@pytest.mark.parametrize("kind", BODIES)
def test_the_sound_bodies_have_no_findings(kind: str) -> None:
    """What the bad ones are made of is right."""
    assert check([Document(Kind(kind), "k", BODIES[kind])]) == []


@pytest.mark.parametrize("ending", ["json", "yaml"])
@pytest.mark.parametrize("bad", BAD)
def test_each_bad_input_is_refused_with_its_place(
    bad: tuple[str, tuple[str | int, ...], object, str], ending: str, tmp_path: Path
) -> None:
    """One error of the code, at the line of the field (or of what lacks it), in JSON and in YAML."""
    kind, path, value, code = bad
    body = spoilt(kind, path, value)
    text = json.dumps(body, indent=2) if ending == "json" else _yaml(body)
    file = tmp_path / f"{kind}.k.{ending}"
    file.write_text(text)
    exit_code, out, _ = run(str(file), "--json")
    found = [each for each in json.loads(out)["diagnostics"] if each["severity"] == "error"]
    assert (exit_code, {each["code"] for each in found}) == (1, {code})
    span = found[0]["span"]
    line = text.splitlines()[span["line"] - 1]
    assert span["column"] >= 1
    if value is not GONE:
        assert str(path[-1]) in line or str(value).strip("[]'") in line


def _yaml(value: Any) -> str:
    import yaml

    return str(yaml.safe_dump(value, sort_keys=False))


@pytest.mark.parametrize(("name", "kind"), [("dashboards", Kind.DASHBOARD), ("monitors", Kind.MONITOR)])
def test_no_real_object_is_refused(name: str, kind: Kind) -> None:
    """People's dashboards and monitors, which the vendor keeps, have warnings at most."""
    bodies = list(folder(name))
    assert len(bodies) >= 20
    wrong = [
        each.message
        for index, body in enumerate(bodies)
        for each in check([Document(kind, str(index), body)])
        if each.is_error
    ]
    assert wrong == []


def test_several_documents_of_a_file_say_what_they_are(tmp_path: Path) -> None:
    """YAML with a header each; a fault of the second is found at its line, the caret inside the folded query's line."""
    file = tmp_path / "all.yaml"
    file.write_text(
        "kind: slo\nkey: s\n" + _yaml(SLO) + "---\nkind: monitor\nkey: m\n" + _yaml(MONITOR | {"query": "avg(last_5m"})
    )
    code, _, err = run(str(file))
    assert code == 1
    assert "DDC010" in err
    documents, findings = read_text(file.read_text(), "all.yaml", "all.yaml")
    assert findings == []
    assert [(each.kind, each.key, "kind" in each.body) for each in documents] == [
        (Kind.SLO, "s", False),
        (Kind.MONITOR, "m", False),
    ]


def test_a_caret_stands_behind_escapes() -> None:
    r"""In `"slo \"x\" lol"` a character is found where it is written, not where it would be without the escapes."""
    query = 'burn_rate("a").over("30d").long_window("1h").short_window("5m") >> 5'
    text = json.dumps({"type": "slo alert", "name": "m", "query": query})
    ((document,), _) = read_text(text, "f", "monitor.m.json")
    (finding,) = check([document])
    assert finding.span is not None
    column = finding.span.column - 1
    assert text[column:].startswith(("> 5", ">> 5"))


def test_an_envelope_is_opened_and_places_still_hold() -> None:
    """A body inside `data.attributes` is read as the attributes, its faults placed in the file."""
    text = json.dumps(
        {"data": {"type": "downtime", "attributes": {"scope": "prod", "monitor_identifier": {}}}}, indent=1
    )
    ((document,), _) = read_text(text, "f", "downtime.d.json")
    assert document.body["scope"] == "prod"
    spans = [each.span.line for each in check([document]) if each.span and each.code == "DDC031"]
    assert spans == [next(number for number, line in enumerate(text.splitlines(), 1) if "scope" in line)]


def test_what_nests_without_end_is_a_finding(tmp_path: Path) -> None:
    """Five hundred brackets crash nothing."""
    depth = 500
    (tmp_path / "dashboard.deep.json").write_text('{"title":"d","widgets":' + "[" * depth + "]" * depth + "}")
    (tmp_path / "monitor.deep.json").write_text('{"options":' * depth + "{}" + "}" * depth)
    code, _, err = run(str(tmp_path))
    assert code == 1
    assert "error" in err


@pytest.mark.parametrize("form", ["sarif", "github", "junit"])
def test_other_forms(form: str, tmp_path: Path) -> None:
    """The forms of `slo validate` are this command's, too."""
    (tmp_path / "monitor.m.json").write_text(json.dumps(MONITOR | {"priority": 9}))
    _, out, _ = run(str(tmp_path), "--format", form)
    assert "DDC024" in out


def test_nothing_there_is_neither_yes_nor_no(tmp_path: Path) -> None:
    """An empty directory is exit 3."""
    assert run(str(tmp_path))[0] == 3


def test_the_vendor_client_is_not_imported(tmp_path: Path) -> None:
    """Neither the client, which takes a quarter of a second to import, nor its transport."""
    (tmp_path / "monitor.m.json").write_text(json.dumps(MONITOR))
    script = (
        "import sys\nfrom sightline_core.cli import run\n"
        f"code = run(['datadog', 'check', {str(tmp_path)!r}])\n"
        "print(code, [name for name in sys.modules if name.split('.')[0] in {'datadog_api_client', 'urllib3', 'yaml'}])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0 []"


def test_half_a_character_is_a_finding_with_a_place() -> None:
    """It could be sent to nobody; a whole pair is a character like any other."""
    found, findings = read_text('{"name": "x\\ud800"}', "monitor.a.json", "monitor.a.json")
    assert (found, [(each.code, each.span is not None) for each in findings]) == ([], [("CORE001", True)])
    (document,), findings = read_text('{"name": "\\ud83d\\ude00"}', "monitor.a.json", "monitor.a.json")
    assert (document.body, findings) == ({"name": "\U0001f600"}, [])
