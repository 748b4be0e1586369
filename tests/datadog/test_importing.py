"""What others hold becomes documents that say the same: a plan of them against it is empty."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.cli import run
from sightline_datadog import session
from sightline_datadog.directory import read
from sightline_datadog.documents import Document, Kind
from sightline_datadog.importing.compose import documents, slug
from sightline_datadog.importing.exported import exported
from sightline_datadog.importing.found import Found
from sightline_datadog.importing.kennel import kennel
from sightline_datadog.importing.live import addressed
from sightline_datadog.importing.terraform import terraform
from sightline_datadog.ownership import Mark, marked
from sightline_datadog.sync.endpoints import ENDPOINTS
from sightline_datadog.sync.plan import plan
from sightline_datadog.sync.remote import RemoteObject
from sightline_datadog.wire import Answer

from . import mixed
from .organisation import Organisation
from .recordings import folder
from .test_plan import push
from .test_sync import monitor, slo

if TYPE_CHECKING:
    from pathlib import Path


def same(document: Document, body: dict[str, Any]) -> bool:
    """Whether a plan of a document has nothing to do where the body is there under its mark."""
    theirs = Document(document.kind, document.key, body)
    there = {**marked(theirs, "shop"), "id": "1"}
    title = ENDPOINTS[document.kind].titled(there)
    found = RemoteObject(document.kind, "1", title, there, Mark("shop", document.kind, document.key))
    made = plan([document], [found], project="shop", kinds=[document.kind])
    assert made.empty, [str(field) for change in made.changes for field in change.fields]
    return True


@pytest.mark.parametrize(("name", "kind"), [("dashboards", Kind.DASHBOARD), ("monitors", Kind.MONITOR)])
def test_every_real_object_is_imported_as_what_it_is(name: str, kind: Kind) -> None:
    """The corpus of dashboards and monitors: exported, imported, planned against the same body, nothing differs."""
    bodies = list(folder(name))
    assert bodies
    for body in bodies:
        (found,) = exported(json.loads(json.dumps(body)))
        assert found.kind is kind
        (document,) = documents([found])
        assert same(document, body)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Organisation:
    """Return an organisation in memory where the local backend would be."""
    made = Organisation()
    monkeypatch.setattr(session, "ClientTransport", lambda *_, **__: made)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return made


def test_a_whole_organisation_comes_back_as_the_documents_it_was_made_of(there: Organisation, tmp_path: Path) -> None:
    """Keys by our marks, links by key: what is imported with --all is planned, and nothing is to do."""
    push(there, mixed.documents())
    there.requests = 0
    assert run(["datadog", "import", "--all", "--out", "build"]) == 0
    found, findings, _ = read([tmp_path / "build"])
    assert findings == []
    wanted = {(each.kind, each.key) for each in mixed.documents() if each.kind is not Kind.GATE}
    assert {(each.kind, each.key) for each in found if each.kind is not Kind.GATE} == wanted
    (both,) = [each for each in found if each.key == "both"]
    assert both.body["query"] == "${monitor:service0-errors} && ${monitor:service1-errors}"
    (uptime,) = [each for each in found if (each.kind, each.key) == (Kind.SLO, "uptime")]
    assert uptime.body["monitor_ids"] == ["${monitor:probe}"]
    assert "sightline" not in json.dumps([each.body for each in found])
    assert run(["datadog", "plan", "build", "--project", "shop"]) == 0
    assert there.writes == len(mixed.documents())


def test_some_are_chosen_by_title_kind_id_or_address(there: Organisation, tmp_path: Path) -> None:
    """Each way leads to its object; what is not there is exit 2, nothing said is a usage error."""
    push(there, [slo(), monitor()])
    (slo_id,) = there.objects[Kind.SLO]
    (monitor_id,) = there.objects[Kind.MONITOR]
    assert run(["datadog", "import", "--title", "mon *", "--out", "a"]) == 0
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["monitor.pay-fast.json"]
    assert run(["datadog", "import", f"slo:{slo_id}", monitor_id, "--out", "b"]) == 0
    assert len(list((tmp_path / "b").iterdir())) == 2
    assert run(["datadog", "import", f"https://app.datadoghq.eu/monitors/{monitor_id}", "--out", "c"]) == 0
    assert run(["datadog", "import", "--all", "--kind", "slo", "--out", "d"]) == 0
    assert [file.name for file in (tmp_path / "d").iterdir()] == ["slo.pay.json"]
    assert run(["datadog", "import", "999999", "--out", "e"]) == 2
    assert run(["datadog", "import", "what?", "--out", "e"]) == 2
    assert run(["datadog", "import", "--out", "e"]) == 2
    assert run(["datadog", "import", "--title", "none*", "--out", "e"]) == 3


def test_what_the_keys_may_not_list_is_left_out_with_a_word(
    there: Organisation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An organisation without deployment gates is imported all the same; gates alone are exit 2."""
    push(there, [slo()])
    answered = there.request

    def request(method: str, path: str, **more: Any) -> Answer:
        if "deployment_gates" in path:
            return Answer(403, {"errors": ["Forbidden"]}, {})
        return answered(method, path, **more)

    monkeypatch.setattr(there, "request", request)
    assert run(["datadog", "import", "--all", "--out", "a"]) == 0
    assert "deployment_gates are left out: Forbidden" in capsys.readouterr().err
    assert run(["datadog", "import", "--all", "--kind", "deployment_gate", "--out", "b"]) == 2


def test_what_was_changed_after_an_import_is_not_overwritten(there: Organisation, tmp_path: Path) -> None:
    """The same import again writes nothing; over an edited file it stops."""
    push(there, [slo()])
    words = ["datadog", "import", "--all", "--kind", "slo", "--out", "build"]
    assert run(words) == 0
    assert run(words) == 0
    (tmp_path / "build" / "slo.pay.json").write_text("{}")
    assert run(words) == 2


@pytest.mark.parametrize(
    ("text", "kind", "identity"),
    [
        ("https://app.datadoghq.com/monitors/123?q=1", Kind.MONITOR, "123"),
        ("https://app.datadoghq.com/monitors/123/edit", Kind.MONITOR, "123"),
        ("https://app.datadoghq.eu/dashboard/abc-def-ghi/shop?from_ts=1", Kind.DASHBOARD, "abc-def-ghi"),
        ("https://app.datadoghq.eu/slo?slo_id=0123456789abcdef0123456789abcdef", Kind.SLO, "0123456789abcdef" * 2),
        ("https://app.datadoghq.eu/slo/0123456789abcdef0123456789abcdef/edit", Kind.SLO, "0123456789abcdef" * 2),
        ("https://app.datadoghq.eu/synthetics/details/abc-def-ghi", Kind.SYNTHETICS, "abc-def-ghi"),
        ("123", Kind.MONITOR, "123"),
        ("powerpack:x", Kind.POWERPACK, "x"),
    ],
)
def test_addresses_are_read_as_a_browser_shows_them(text: str, kind: Kind, identity: str) -> None:
    """Pages of monitors, dashboards, SLOs and tests, on any site."""
    assert addressed(text) == [(kind, identity)]


def test_kennels_links_and_marks_become_ours() -> None:
    """`%{project:id}` names what is imported with it; its lock and its sentence go."""
    pay = {"api_resource": "slo", "name": "Pay\N{LOCK}", "type": "metric", "thresholds": [], "query": {}, "tags": []}
    fast = {
        "api_resource": "monitor",
        "name": "Fast\N{LOCK}",
        "type": "slo alert",
        "query": 'burn_rate("%{shop:pay}").over("30d").long_window("1h").short_window("5m") > 14.4',
        "message": "look\n-- Managed by kennel shop:fast in projects/shop.rb, do not modify manually",
    }
    from pathlib import PurePath

    found = [kennel(pay, PurePath("generated/shop/pay.json")), kennel(fast, PurePath("generated/shop/fast.json"))]
    monitor_made, slo_made = documents(found)
    assert (slo_made.key, slo_made.body["name"]) == ("shop-pay", "Pay")
    assert monitor_made.body["query"].startswith('burn_rate("${slo:shop-pay}")')
    assert (monitor_made.body["name"], monitor_made.body["message"]) == ("Fast", "look")


TERRAFORM = {
    "version": 4,
    "terraform_version": "1.9.0",
    "resources": [
        {
            "mode": "managed",
            "type": "datadog_monitor",
            "name": "errors",
            "instances": [
                {
                    "index_key": "web",
                    "attributes": {
                        "id": "77",
                        "name": "errors",
                        "type": "metric alert",
                        "query": "avg(last_5m):avg:a{*} > 5",
                        "message": "look",
                        "tags": ["team:b", "team:a"],
                        "priority": "3",
                        "notify_no_data": False,
                        "renotify_interval": 0,
                        "require_full_window": False,
                        "monitor_thresholds": [{"critical": "5", "warning": "", "critical_recovery": "4"}],
                        "scheduling_options": [],
                    },
                }
            ],
        },
        {
            "mode": "managed",
            "type": "datadog_service_level_objective",
            "name": "up",
            "instances": [
                {
                    "attributes": {
                        "id": "a" * 32,
                        "name": "up",
                        "type": "monitor",
                        "thresholds": [{"timeframe": "30d", "target": 99.5, "warning": 0}],
                        "monitor_ids": [77],
                        "query": [],
                    }
                }
            ],
        },
        {
            "mode": "managed",
            "type": "datadog_dashboard_json",
            "name": "board",
            "instances": [
                {
                    "attributes": {
                        "id": "abc-def-ghi",
                        "dashboard": json.dumps(
                            {
                                "title": "board",
                                "layout_type": "ordered",
                                "widgets": [
                                    {"definition": {"type": "slo", "view_type": "detail", "slo_id": "a" * 32}},
                                    {"definition": {"type": "alert_value", "alert_id": "77"}},
                                ],
                            }
                        ),
                    }
                }
            ],
        },
        {
            "mode": "managed",
            "type": "datadog_synthetics_test",
            "name": "home",
            "instances": [
                {
                    "attributes": {
                        "id": "xyz-xyz-xyz",
                        "name": "home",
                        "type": "api",
                        "subtype": "http",
                        "status": "live",
                        "locations": ["aws:eu-west-1"],
                        "request_definition": [{"method": "GET", "url": "https://example.com/", "timeout": 0}],
                        "assertion": [{"type": "statusCode", "operator": "is", "target": "200"}],
                        "options_list": [{"tick_every": 60, "retry": [{"count": 2, "interval": 300}]}],
                    }
                }
            ],
        },
        {"mode": "managed", "type": "datadog_role", "name": "r", "instances": [{"attributes": {"id": "1"}}]},
        {"mode": "data", "type": "datadog_monitor", "name": "read", "instances": [{"attributes": {"id": "9"}}]},
    ],
}


def test_terraforms_state_becomes_documents_with_links() -> None:
    """Its texts are numbers again, its blocks mappings; what cannot be taken along is named."""
    found, left = terraform(TERRAFORM)
    assert left == ["datadog_role.r is not taken along"]
    made = {each.kind: each for each in documents(found)}
    errors = made[Kind.MONITOR]
    assert errors.key == "errors-web"
    assert errors.body["options"] == {
        "thresholds": {"critical": 5.0, "critical_recovery": 4.0},
        "require_full_window": False,
    }
    assert (errors.body["priority"], errors.body["tags"]) == (3, ["team:a", "team:b"])
    assert made[Kind.SLO].body["monitor_ids"] == ["${monitor:errors-web}"]
    assert made[Kind.SLO].body["thresholds"] == [{"timeframe": "30d", "target": 99.5}]
    widgets = [each["definition"] for each in made[Kind.DASHBOARD].body["widgets"]]
    assert (widgets[0]["slo_id"], widgets[1]["alert_id"]) == ("${slo:up}", "${monitor:errors-web}")
    assert made[Kind.SYNTHETICS].body["config"]["assertions"] == [
        {"type": "statusCode", "operator": "is", "target": 200}
    ]
    assert made[Kind.SYNTHETICS].body["options"]["retry"] == {"count": 2, "interval": 300}


def test_a_shown_state_is_read_as_the_file() -> None:
    """`terraform show -json` holds the same under other names, in modules too."""
    resources = [
        {"mode": each["mode"], "type": each["type"], "name": each["name"], "values": each["instances"][0]["attributes"]}
        for each in TERRAFORM["resources"]  # type: ignore[attr-defined]  # a literal
    ]
    shown = {"terraform_version": "1", "values": {"root_module": {"child_modules": [{"resources": resources}]}}}
    assert len(terraform(shown)[0]) == 4


def test_a_number_that_is_somebodys_id_by_chance_stays_a_number() -> None:
    """A threshold of 12345 is no link to monitor 12345; a composite's is."""
    plain = {"id": "12345", "name": "a", "type": "metric alert", "query": "avg(last_5m):avg:a{*} > 12345"}
    both = {"id": "2", "name": "b", "type": "composite", "query": "12345 && 12345"}
    made = {each.key: each.body["query"] for each in documents([Found(Kind.MONITOR, plain), Found(Kind.MONITOR, both)])}
    assert made == {"a": "avg(last_5m):avg:a{*} > 12345", "b": "${monitor:a} && ${monitor:a}"}


def test_namesakes_get_keys_of_their_own() -> None:
    """Three of one title are numbered; a mark keeps its key against them."""
    body = {"type": "metric alert", "query": "avg(last_5m):avg:a{*} > 1", "name": "Pay: errors!"}
    ours = {**body, "id": "9", "message": "sightline:shop:monitor:pay-errors"}
    found = [Found(Kind.MONITOR, {**body, "id": str(number)}) for number in (1, 2)]
    keys = [each.key for each in documents([*found, Found(Kind.MONITOR, ours)])]
    assert keys == ["pay-errors", "pay-errors-2", "pay-errors-3"]
    assert slug("Zürich / Löwen") == "zurich-lowen"
