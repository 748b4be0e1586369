"""`sightline datadog test`: what a file says happens, what comes of it, and what is said where that is a surprise."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sightline_core.cli import run
from sightline_datadog.testing import notation
from sightline_datadog.testing.report import Report, examined

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[..., Path]

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs/examples/monitors/checkout.test.yaml"

QUEUE = {
    "type": "query alert",
    "name": "A queue grows",
    "query": "avg(last_1m):max:depth{*} by {queue} > 100",
    "message": "{{queue.name}}: {{value}} @slack-{{queue.name}}",
    "options": {"on_missing_data": "show_and_notify_no_data"},
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(*cases: dict[str, Any], monitors: dict[str, Any] | None = None, **top: Any) -> Path:
        path = tmp_path / "one.test.yaml"
        whole = {"monitors": {"queue": QUEUE} if monitors is None else monitors, **top, "tests": list(cases)}
        path.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
        return path

    return write


def case(*expect: dict[str, Any], series: Any = (), lasts: str = "1h", **more: Any) -> dict[str, Any]:
    return {"name": "one", "lasts": lasts, "series": list(series), **more, "expect": list(expect)}


def depth(values: str, queue: str = "mail") -> dict[str, Any]:
    return {"metric": "depth", "tags": [f"queue:{queue}"], "values": values}


def said(report: Report) -> list[str]:
    return [str(problem) for result in report.results for problem in result.problems]


def told(report: Report, key: str = "queue") -> list[tuple[int, str, str, bool]]:
    (result,) = report.results
    return [
        (each.notification.at - result.outcome.case.begins, str(each.notification.after), each.message.text,
         each.notification.muted)
        for each in result.outcome.courses[key].told
    ]  # fmt: skip


def test_the_example_of_the_documentation_passes(capsys: pytest.CaptureFixture[str]) -> None:
    """Metrics, logs, an SLO, a composite and a downtime: every monitor fires in some test."""
    assert run(["datadog", "test", str(EXAMPLE), "--require-fired"]) == 0
    printed = capsys.readouterr()
    assert printed.out.count("ok  ") == 4
    assert printed.err.strip() == "4 tests, 0 failed"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1 2.5 -3", [1, 2.5, -3]),
        ("5x3", [5, 5, 5, 5]),
        ("0+10x3", [0, 10, 20, 30]),
        ("1-1x2 _ 7", [1, 0, -1, None, 7]),
        ("_x3 1e2", [None, None, None, 100]),
    ],
)
def test_values_are_in_the_notation_of_promtool(text: str, values: list[float | None]) -> None:
    """https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/: `1+1x3` is four values."""
    assert notation.values(text) == values


@pytest.mark.parametrize("text", ["", "a", "1+1", "1x", "0x3000000", "1..2", "x5", "--1"])
def test_what_is_no_value_is_refused_at_its_place(text: str) -> None:
    """The characters at fault are told, so that a caret can stand there."""
    with pytest.raises(notation.NotationError) as caught:
        notation.values(f"7 {text}" if text else text)
    assert ("7 " + text)[slice(*caught.value.at)] == text


def test_times_and_statuses() -> None:
    """Durations of several units, ranges, and runs of a check."""
    assert [notation.seconds(each) for each in ("0m", "90s", "1h30m", "2d")] == [0, 90, 5400, 172800]
    assert notation.span("5m..1h") == (300, 3600)
    assert [notation.spell(each) for each in (0, 45, 5400)] == ["0m", "45s", "1h30m"]
    assert notation.statuses("OKx2 WARN CRITICAL _") == [0, 0, 1, 2, None]
    for bad in ("5m..1m", "1 m", "", "m"):
        with pytest.raises(notation.NotationError):
            notation.span(bad)


def test_a_failed_test_shows_the_timeline_with_what_was_expected(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """`-` stands for what the file says, `+` for what came; the finding points at the expectation."""
    path = write(
        case(
            {
                "monitor": "queue",
                "group": "queue:mail",
                "states": {"5m": "OK", "10m..20m": "ALERT"},
                "notifications": [{"at": "10m..12m", "state": "ALERT", "contains": "print", "handles": "@slack-mail"}],
                "never": ["NO DATA"],
            },
            series=[depth("10x9 200x5")],
            lasts="20m",
        )
    )
    assert run(["datadog", "test", str(path)]) == 1
    printed = capsys.readouterr()
    told = "[Triggered on {queue:mail}] A queue grows: mail: 200 @slack-mail"
    silent = "[No data on {queue:mail}] A queue grows"
    assert printed.out.splitlines() == [
        "FAIL one",
        "  queue {queue:mail}",
        "            1m  OK            10 is compared with above 100",
        "           11m  ALERT         200 is compared with above 100",
        f"           11m    tells @slack-mail: {told}",
        "           17m  NO DATA       no points in the last 1 minutes",
        f"           17m    tells @slack-mail: {silent}: mail: n/a @slack-mail",
        "  queue, not as expected",
        "    -      10m  ALERT at 10m until 20m",
        "    -      10m  a notification of ALERT at 10m..12m",
        "    +      10m  it is OK at 10m",
        f"    +      10m  it does not contain `print`: {told}",
        "    -      17m  never NO DATA",
        "    -      17m  no other notification",
        "    +      17m  it is at 17m",
        f"    +      17m  at 17m people were told `{silent}`",
    ]
    assert printed.err.count("error[DDT006]") == 4
    assert printed.err.rstrip().endswith("1 tests, 1 failed")


def test_the_machine_readable_reports_say_the_same(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """JSON with the whole timeline in seconds; JUnit with a case a test."""
    path = write(
        case({"monitor": "queue", "states": {"30m": "ALERT"}}, series=[depth("10x60")]),
        case({"monitor": "queue", "states": {"30m": "OK"}}, series=[depth("10x60")]) | {"name": "two"},
    )
    junit = tmp_path / "junit.xml"
    assert run(["datadog", "test", str(path), "--json", "--junit", str(junit)]) == 1
    whole = json.loads(capsys.readouterr().out)
    first, second = whole["data"]["tests"]
    assert (first["passed"], second["passed"], first["line"]) == (False, True, first["line"])
    assert first["problems"] == [
        {"monitor": "queue", "at": 1800, "expected": "ALERT at 30m", "came": "it is OK at 30m"}
    ]
    (group,) = first["monitors"][0]["groups"]
    assert (group["group"], [each["state"] for each in group["states"]]) == (["queue:mail"], ["OK"])
    assert whole["data"]["never_fired"] == [{"file": str(path), "monitor": "queue"}]
    assert [each["code"] for each in whole["diagnostics"]] == ["DDT006"]
    cases = ET.parse(junit).getroot().findall(".//testcase")  # noqa: S314 - our own file
    assert [(each.get("name"), each.find("failure") is not None) for each in cases] == [
        ("form", False), ("one", True), ("two", False),
    ]  # fmt: skip


def test_exit_codes(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 passed, 1 failed or a faulty file, 2 no answer, 3 no test; never firing fails where that is asked."""
    path = write(case({"monitor": "queue", "states": {"30m": "OK"}}, series=[depth("10x60")]))
    assert run(["datadog", "test", str(path)]) == 0
    assert "never in ALERT in any test: queue" in capsys.readouterr().out
    assert run(["datadog", "test", str(path), "--require-fired"]) == 1
    assert run(["datadog", "test", str(path), "--run", "other*"]) == 3
    assert run(["datadog", "test", str(tmp_path / "none.yaml")]) == 2
    assert run(["datadog", "test", str(path), "--junit", str(tmp_path / "no" / "folder" / "x.xml")]) in {0, 2}
    path.write_text("tests: [", encoding="utf-8")
    assert run(["datadog", "test", str(path)]) == 1


def test_a_timeline_needs_no_expectation(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """`--timeline` draws every monitor of every test."""
    path = write({"name": "look", "lasts": "10m", "series": [depth("10x3 200x6")]})
    assert run(["datadog", "test", str(path), "--timeline"]) == 0
    out = capsys.readouterr().out
    assert "5m  ALERT         200 is compared" in out
    assert "tells @slack-mail" in out


def test_a_monitor_as_a_whole_is_as_its_worst_group(write: Write) -> None:
    """Without `group`, states are of the monitor, and notifications of all its groups."""
    report = examined(
        [
            write(
                case(
                    {
                        "monitor": "queue",
                        "states": {"5m": "OK", "20m": "ALERT", "40m": "OK"},
                        "notifications": [
                            {"at": "10m..12m", "state": "ALERT", "contains": "mail"},
                            {"at": "15m..17m", "state": "ALERT", "contains": "print"},
                            {"at": "30m..32m", "state": "OK"},
                            {"at": "30m..32m", "state": "OK"},
                        ],
                    },
                    series=[depth("10x9 200x19 10x30"), depth("10x14 200x14 10x30", "print")],
                )
            )
        ]
    )
    assert said(report) == []


def test_a_group_that_never_came_is_named_with_those_that_did(write: Write) -> None:
    """A tag that is misspelt must not pass for one that is well."""
    report = examined(
        [write(case({"monitor": "queue", "group": "queue:fax", "never": "ALERT"}, series=[depth("10x60")]))]
    )
    assert said(report) == ["queue: expected the group queue:fax; it was never seen; these were: queue:mail"]


def test_what_is_not_evaluated_fails_unless_it_is_expected(write: Write) -> None:
    """NOT EVALUATED never passes for OK, and an expectation of it must hold."""
    odd = QUEUE | {"query": "avg(last_1h):anomalies(avg:depth{*}, 'basic', 2) >= 1"}
    wanted: dict[str, Any] = {"monitor": "odd", "notifications": "none"}
    report = examined([write(case(wanted, series=[depth("10x60")]), monitors={"odd": odd})])
    assert len(said(report)) == 1
    assert "it is NOT EVALUATED: " in said(report)[0]
    report = examined(
        [write(case(wanted | {"not_evaluated": True}, series=[depth("10x60")]), monitors={"odd": odd, "queue": QUEUE})]
    )
    assert said(report) == []
    report = examined([write(case({"monitor": "queue", "not_evaluated": True}, series=[depth("10x60")]))])
    assert said(report) == ["queue: expected that it is NOT EVALUATED; it is evaluated"]


def test_a_downtime_mutes_and_tells_at_its_end(write: Write) -> None:
    """The states go on; what is muted is not among the notifications that a test expects."""
    report = examined(
        [
            write(
                case(
                    {
                        "monitor": "queue",
                        "states": {"20m": "ALERT"},
                        "notifications": [{"at": "30m", "state": "ALERT"}, {"at": "40m..42m", "state": "OK"}],
                    },
                    series=[depth("10x9 200x29 10x20")],
                    downtimes=[{"monitor": "queue", "scope": "queue:mail", "during": "5m..30m"}],
                )
            )
        ]
    )
    assert said(report) == []
    at, state, _, muted = told(report)[0]
    assert (at, state, muted) == (660, "ALERT", True)


def test_service_checks_count_their_statuses(write: Write) -> None:
    """Three in a row alert, one success resolves; what stays away for a day is nobody's business in an hour."""
    check = {
        "type": "service check",
        "name": "A host is away",
        "query": '"http.can_connect".over("env:prod").by("host").last(4).count_by_status()',
        "message": "{{host.name}} @ana",
        "options": {"thresholds": {"critical": 3, "ok": 1, "warning": 1}},
    }
    series = [
        {
            "check": "http.can_connect",
            "tags": ["env:prod", "host:a"],
            "statuses": "OKx10 CRITICALx2 OK CRITICALx5 OKx40",
        },
        {"check": "http.can_connect", "tags": ["env:dev", "host:b"], "statuses": "CRITICALx60"},
    ]
    expect = {
        "monitor": "check",
        "states": {"14m": "OK", "18m": "ALERT", "20m": "OK"},
        "notifications": [{"at": "15m..17m", "state": "ALERT", "handles": "@ana"}, {"at": "18m..20m", "state": "OK"}],
    }
    report = examined([write(case(expect, series=series), monitors={"check": check})])
    assert said(report) == []
    assert list(report.results[0].outcome.courses["check"].changes) == [("host:a",)]


def test_a_composite_goes_by_the_monitors_of_the_file_and_names_their_values(write: Write) -> None:
    """By reference or by id, whatever the order; each has its letter."""
    one = {"type": "query alert", "name": "one", "query": "avg(last_1m):avg:a{*} > 5", "message": "", "id": 7}
    two = one | {"name": "two", "query": "avg(last_1m):avg:b{*} > 5", "id": 8}
    both = {"type": "composite", "name": "both", "query": "7 && ${monitor:two}", "message": "{{a.value}} {{b.value}}"}
    series = [
        {"metric": "a", "values": "1x9 7x20 8x30"},
        {"metric": "b", "values": "1x19 9x40"},
    ]
    report = examined(
        [
            write(
                case({"monitor": "both", "states": {"15m": "OK", "25m": "ALERT"}}, series=series),
                monitors={"both": both, "one": one, "two": two},
            )
        ]
    )
    assert said(report) == []
    assert told(report, "both") == [(1260, "ALERT", "7 9", False)]


def test_events_are_searched_and_measured(write: Write) -> None:
    """A search by attributes, a facet to group by, and a measure; a count of none is zero."""
    logs = {
        "type": "log alert",
        "name": "slow",
        "query": 'logs("service:web @code:>=500").index("*").rollup("sum", "@ms").by("@path").last("5m") > 900',
        "message": "{{ @path.name }}",
    }
    count = logs | {"query": 'logs("service:web").index("*").rollup("count").last("5m") > 10'}
    series = [
        {"events": "logs", "attributes": {"service": "web", "@code": status, "@path": path, "@ms": 100},
         "counts": counts}
        for status, path, counts in ((503, "/buy", "0x9 2x20 0x29"), (200, "/buy", "1x60"), (500, "/see", "1x60"))
    ]  # fmt: skip
    expect: list[dict[str, Any]] = [
        {"monitor": "slow", "group": "@path:/buy", "states": {"13m": "OK", "20m": "ALERT"}},
        {"monitor": "slow", "group": "@path:/see", "never": "ALERT"},
        {"monitor": "count", "states": {"10m": "OK", "20m": "ALERT"}},
    ]
    report = examined([write(case(*expect, series=series), monitors={"slow": logs, "count": count})])
    assert said(report) == []
    assert told(report, "slow")[0][2] == "/buy"


def test_an_slo_of_monitors_goes_by_how_they_went(write: Write) -> None:
    """Down while the monitor alerts: half an hour of an hour burns the budget of 1 % fifty times too fast."""
    slo = {"type": "monitor", "name": "up", "monitor_ids": ["${monitor:one}"],
           "thresholds": [{"timeframe": "30d", "target": 99}]}  # fmt: skip
    one = {"type": "query alert", "name": "one", "query": "avg(last_1m):avg:a{*} > 5", "message": ""}
    burn = {
        "type": "slo alert",
        "name": "burn",
        "query": 'burn_rate("${slo:up}").over("30d").long_window("1h").short_window("5m") > 14.4',
        "message": "{{long_window_burn_rate}}",
    }
    report = examined(
        [
            write(
                case(
                    {"monitor": "burn", "states": {"1h": "OK", "1h30m": "ALERT", "3h": "OK"}},
                    series=[{"metric": "a", "values": "1x59 9x29 1x120"}],
                    lasts="3h",
                ),
                monitors={"burn": burn, "one": one},
                slos={"up": slo},
            )
        ]
    )
    assert said(report) == []


@pytest.mark.parametrize(
    ("query", "state"),
    [("env:prod team:shop", "OK"), ("env:prod OR team:none", "OK"), ("team:none", "ALERT"), ("-team:shop", "ALERT")],
)
def test_a_correction_finds_its_slos_by_their_tags(write: Write, query: str, state: str) -> None:
    """`slo_query` is a search: of the SLO that it finds the corrected half hour is no time, and nothing burns."""
    slo = {"type": "metric", "name": "up", "thresholds": [{"timeframe": "30d", "target": 99}],
           "tags": ["env:prod", "team:shop"],
           "query": {"numerator": "sum:good{*}.as_count()", "denominator": "sum:all{*}.as_count()"}}  # fmt: skip
    burn = {
        "type": "slo alert",
        "name": "burn",
        "query": 'burn_rate("${slo:up}").over("30d").long_window("1h").short_window("5m") > 14.4',
        "message": "",
    }
    correction = {"category": "Deployment", "slo_query": query, "start": 1_800_000_000, "end": 1_800_000_000 + 7200}
    series = [
        {"metric": "all", "type": "count", "values": "100x179"},
        {"metric": "good", "type": "count", "values": "100x59 0x29 100x89"},
    ]
    expect = case({"monitor": "burn", "states": {"1h20m": state}}, series=series, lasts="3h", begins=1_800_000_000)
    path = write(expect, monitors={"burn": burn}, slos={"up": slo}, documents="corrections")
    folder = path.parent / "corrections"
    folder.mkdir()
    (folder / "slo_correction.deploy.json").write_text(json.dumps(correction), encoding="utf-8")
    assert said(examined([path])) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": "x"}, {"options": {"thresholds": 5}}, {"options": {"silenced": [1]}}, {"query": 5}, {"message": {}},
        {"options": {"notify_by": 5}}, {"tags": 5}, {"type": []},
        {"options": {"scheduling_options": {"custom_schedule": {"recurrences": [5]}}}},
        {"options": {"evaluation_delay": float("inf")}},
    ],
    ids=str,
)  # fmt: skip
def test_a_monitor_of_the_wrong_form_is_a_finding(write: Write, wrong: dict[str, Any]) -> None:
    """With its place, and nothing is run: no crash."""
    report = examined([write(case({"monitor": "queue", "states": {"30m": "OK"}}), monitors={"queue": QUEUE | wrong})])
    assert report.results == ()
    assert [each.is_error and each.span is not None for each in report.findings]


@pytest.mark.parametrize(
    "options", [{"thresholds": {"critical": "${slo:x}"}}, {"renotify_interval": float("inf")}], ids=str
)
def test_a_monitor_whose_numbers_are_none_crashes_nothing(write: Write, options: dict[str, Any]) -> None:
    """It is not evaluated, or goes on without."""
    report = examined(
        [write(case({"monitor": "queue", "never": "ALERT"}), monitors={"queue": QUEUE | {"options": options}})]
    )
    assert len(report.results) == 1


def test_a_group_that_is_gone_for_long_is_forgotten(write: Write) -> None:
    """It has no state any more, and the monitor is as the groups that are left."""
    kept = QUEUE | {"options": {"on_missing_data": "show_no_data", "group_retention_duration": "1h"}}
    report = examined(
        [
            write(
                case(
                    {"monitor": "queue", "states": {"30m": "NO DATA", "2h": "OK"}},
                    series=[depth("200x9"), depth("10x180", "print")],
                    lasts="3h",
                ),
                monitors={"queue": kept},
            )
        ]
    )
    assert said(report) == []


def test_the_clock_begins_where_the_file_says(write: Write) -> None:
    """A window that is cumulative begins at midnight, and the hour of the test decides what is in it."""
    daily = QUEUE | {
        "query": "sum(current_1d):sum:depth{*}.as_count() > 40",
        "options": {"scheduling_options": {"evaluation_window": {"day_starts": "00:00"}}},
        "message": "",
    }
    series = [{"metric": "depth", "type": "count", "values": "1x180"}]
    expect = {"monitor": "daily", "states": {"45m": "OK", "55m": "ALERT", "1h15m": "OK"}}
    late = case(expect, series=series, lasts="100m", begins="2026-03-01T23:00:00Z")
    report = examined([write(late, monitors={"daily": daily})])
    assert said(report) == []


def test_documents_are_read_from_the_folder_that_is_named(write: Write, tmp_path: Path) -> None:
    """Beside the test file, too, which is no document; what is wrong with a document is a finding of its own."""
    (tmp_path / "monitor.file.json").write_text(json.dumps(QUEUE), encoding="utf-8")
    path = write(case({"monitor": "file", "states": {"5m": "OK"}}, series=[depth("10x9")]), documents=".")
    assert examined([path]).findings == ()
    (tmp_path / "odd.json").write_text("{}", encoding="utf-8")
    assert {each.code for each in examined([path]).findings} == {"DDC004"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lasts": None}, "DDT001"),
        ({"lasts": "long"}, "DDT004"),
        ({"begins": "monday"}, "DDT004"),
        ({"series": "none"}, "DDT001"),
        ({"series": [{}]}, "DDT001"),
        ({"series": [{"metric": "m", "check": "c"}]}, "DDT001"),
        ({"series": [{"metric": "m", "values": "1", "type": "counter"}]}, "DDT001"),
        ({"series": [{"metric": "m", "values": "1", "interval": "0s"}]}, "DDT004"),
        ({"series": [{"check": "c", "statuses": "GOOD"}]}, "DDT002"),
        ({"series": [{"metric": "m", "tags": [1], "values": "1"}]}, "DDT001"),
        ({"expect": [{"monitor": "queue", "states": {"soon": "OK"}}]}, "DDT004"),
        ({"expect": [{"monitor": "queue", "notifications": [{"state": "OK"}]}]}, "DDT001"),
        ({"expect": [{"monitor": "queue", "not_evaluated": "yes, please"}]}, "DDT001"),
        ({"downtimes": [{"monitor": "nobody", "during": "1m..2m"}]}, "DDT003"),
        ({"downtimes": [{"during": "2m..1m"}]}, "DDT004"),
    ],
)
def test_a_faulty_file_is_refused_with_a_place(write: Write, change: dict[str, Any], code: str) -> None:
    """Each mistake has a code and points at its line; the tests of such a file are not run."""
    report = examined([write(case() | change)])
    assert {each.code for each in report.findings} == {code}
    assert all(each.span is not None and each.span.line > 1 for each in report.findings)
    assert report.results == ()
