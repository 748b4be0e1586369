"""`sightline slo status --prometheus`: two questions for all SLOs, three with their history."""

from __future__ import annotations

import http.server
import json
import threading
import time
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs

import pytest

from sightline_core.cli import run
from sightline_core.errors import SightlineError
from sightline_slo.backends.prometheus import groups
from sightline_slo.compile import compile_specs
from sightline_slo.reporting import prometheus
from sightline_slo.reporting.prometheus_api import PrometheusApi
from sightline_slo.reporting.standing import State

from .prometheus import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = int(time.time()) // 60 * 60
DAY = 86400


NATIVE = """\
version: sightline/v1
service: pay
slos:
  - name: success
    objective: 99.9
    sli: {raw: {error_ratio_query: "avg_over_time(pay_error_ratio[{{.window}}])"}}
"""
FAMILIES = {
    "sloth": ('sloth_id="pay-success",sloth_service="pay",sloth_slo="success",slo="mine"', "sloth_severity"),
    "native": ('service="pay",slo="pay-success"', "severity"),
}


def text(family: str) -> str:
    """Return a month of what the rules of one SLO in two groups recorded, in OpenMetrics."""
    labels, severity = FAMILIES[family]
    lines = []
    # Prometheus forgets after five minutes: of this test's own time, not of when the file was read.
    now = int(time.time()) // 60 * 60
    for name, group, value in (
        ("slo:objective:ratio", "", lambda _day: 0.999),
        ("slo:time_period:days", "", lambda _day: 30),
        ("slo:current_burn_rate:ratio", 'cluster="a",', lambda _day: 0.5),
        ("slo:current_burn_rate:ratio", 'cluster="b",', lambda _day: 2),
        ("slo:period_error_budget_remaining:ratio", 'cluster="a",', lambda day: 1 - day / 100),
        ("slo:period_error_budget_remaining:ratio", 'cluster="b",', lambda day: 1 - day / 25),
        ("slo:period_error_budget_remaining:ratio", 'cluster="c",', lambda _day: float("nan")),
        ("ALERTS", f'alertname="Burns",alertstate="firing",{severity}="page",', lambda _day: 1),
        ("ALERTS", f'alertname="Slow",alertstate="pending",{severity}="ticket",', lambda _day: 1),
    ):
        if f"# TYPE {name} gauge" not in lines:
            lines.append(f"# TYPE {name} gauge")
        stamps = [(day, now - 30 * DAY + day * DAY) for day in range(30)] + [(30, now - 60)]
        lines += [f"{name}{{{group}{labels}}} {value(day)} {stamp}" for day, stamp in stamps]
    return "\n".join([*lines, "# EOF", ""])


@pytest.mark.slow
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_real_prometheus_is_read(family: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The worst group counts, a pending alert does not, and the history is the recorded one."""
    with serving(tmp_path, text(family)) as address:
        assert run(["slo", "status", "--prometheus", address, "--history", "--json"]) == 0
    (slo,) = json.loads(capsys.readouterr().out)["data"]["slos"]
    assert (slo["key"], slo["service"], slo["period_s"], slo["objective"]) == ("pay-success", "pay", 30 * DAY, 99.9)
    assert slo["state"] == "breached"
    assert slo["budget_remaining"] == pytest.approx(-20)
    assert slo["sli"] == pytest.approx(99.88)
    assert slo["burn_rate"] == pytest.approx(2)
    assert slo["firing"] == [{"name": "Burns", "severity": "page"}]
    assert slo["history"]
    assert slo["note"] == "the worst of 2 groups"


def test_our_own_rules_record_what_is_read() -> None:
    """Each name that is asked for is one that the native rules record, under the labels that are looked at."""
    (slo,) = compile_specs({"a.yaml": NATIVE}).slos
    rules = [rule for group in groups(slo) for rule in group["rules"]]
    recorded = {rule["record"]: rule["labels"] for rule in rules if "record" in rule}
    for name in (prometheus.OBJECTIVE, prometheus.REMAINING, prometheus.BURN, prometheus.DAYS):
        assert (recorded[name]["slo"], recorded[name]["service"]) == (slo.key, "pay")
    assert {rule["labels"]["severity"] for rule in rules if "alert" in rule} == {"page", "ticket"}


class _Stub(http.server.BaseHTTPRequestHandler):
    """Says what a test wants said: refusals that no healthy Prometheus gives."""

    answers: ClassVar[list[tuple[int, bytes]]] = []
    asked: ClassVar[list[dict[str, list[str]]]] = []
    tokens: ClassVar[list[str | None]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.asked.append(parse_qs(body.decode()))
        self.tokens.append(self.headers.get("authorization"))
        status, answer = self.answers.pop(0)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: object) -> None: ...


@pytest.fixture
def stub() -> Iterator[str]:
    for each in (_Stub.answers, _Stub.asked, _Stub.tokens):
        each.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Stub)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def vector(*series: tuple[dict[str, str], str]) -> tuple[int, bytes]:
    found = [{"metric": metric, "value": [NOW, value]} for metric, value in series]
    return 200, json.dumps({"status": "success", "data": {"resultType": "vector", "result": found}}).encode()


def named(name: str, **labels: str) -> dict[str, str]:
    return {"__name__": name, "sloth_id": "a-b", "sloth_service": "a", "sloth_slo": "b", **labels}


def test_what_nobody_recorded_is_no_data(stub: str) -> None:
    """An objective alone is an SLO without data; a series of somebody else is none; nothing at all is nothing."""
    _Stub.answers[:] = [vector((named(prometheus.OBJECTIVE), "0.99"), ({"__name__": "x"}, "1")), vector()]
    (found,) = prometheus.read(PrometheusApi(stub), NOW, history=False).values()
    assert (found.state, found.budget_remaining, found.burn_rate, found.period_s) == (State.NO_DATA, None, None, 0)
    assert len(_Stub.asked) == 2
    _Stub.answers[:] = [vector(), vector()]
    assert prometheus.read(PrometheusApi(stub), NOW, history=True) == {}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((400, b'{"status":"error","error":"too many samples"}'), "status 400: too many samples"),
        ((503, b"<html>"), "status 503"),
        ((302, b""), "status 302"),
        ((200, b"<html>"), "not of its form"),
        ((200, b'{"status":"success","data":{}}'), "not of its form"),
        ((200, b'{"status":"success","data":{"result":[{"metric":{}}]}}'), "not of its form"),
        ((200, b'{"status":"error","error":"x","data":{"result":[]}}'), "no success: x"),
    ],
)
def test_a_refusal_is_told_with_its_reason(stub: str, answer: tuple[int, bytes], words: str) -> None:
    """Whatever comes back, it is an error of the environment that says what and where."""
    _Stub.answers[:] = [answer]
    with pytest.raises(SightlineError) as caught:
        PrometheusApi(stub).instant("up", NOW)
    assert words in caught.value.why
    assert caught.value.where.startswith(stub)


def test_a_token_goes_where_it_belongs_only(stub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is sent as a bearer; never unencrypted beyond this machine; a password in an address is not printed."""
    monkeypatch.setenv("SIGHTLINE_PROMETHEUS_TOKEN", "secret")
    _Stub.answers[:] = [vector()]
    PrometheusApi(stub).instant("up", NOW)
    assert _Stub.tokens == ["Bearer secret"]
    with pytest.raises(SightlineError, match="without encryption"):
        PrometheusApi("http://prometheus.example")
    monkeypatch.delenv("SIGHTLINE_PROMETHEUS_TOKEN")
    _Stub.answers[:] = [vector(), (500, b"")]
    api = PrometheusApi(stub.replace("://", "://me:pass%40word@"))
    api.instant("up", NOW)
    assert _Stub.tokens[-1] == "Basic bWU6cGFzc0B3b3Jk"
    with pytest.raises(SightlineError) as caught:
        api.instant("up", NOW)
    assert "word" not in caught.value.frame()
    for wrong in ("localhost:9090", "ftp://x", ""):
        with pytest.raises(SightlineError, match="no address"):
            PrometheusApi(wrong)
