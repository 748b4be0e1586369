"""What every service answers: health, readiness, and a problem for whatever goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, abort, request
from gunicorn.http.errors import InvalidChunkSize
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from sightline_service import body
from sightline_service.app import make_app
from sightline_service.background import Background
from sightline_service.database import OUTAGES
from sightline_service.faults import Faults
from sightline_service.problems import Problem
from sightline_telemetry import HttpClientError
from tests.support.service import BAD_BODIES, TOKEN, Service, require_problem, running, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sightline_service.settings import ServiceSettings

READY = {"database": True, "broker": True}
RAISED: dict[str, Exception] = {
    "problem": Problem(418, "teapot", "I am a teapot", "Short and stout.", colour="blue"),
    "refused": HttpClientError("GET http://10.1.2.3:4/x: refused", timeout=False),
    "timeout": HttpClientError("GET http://10.1.2.3:4/x: timed out", timeout=True),
    "database": OperationalError("SELECT secret", {}, Exception("connection to 10.1.2.3 failed")),
    "pool": PoolTimeoutError("QueuePool limit"),
    "torn": InvalidChunkSize(b"zz"),
    "bug": ZeroDivisionError("division by a secret"),
}


def create(settings: ServiceSettings) -> Flask:
    """Return an app whose views fail as they are asked."""
    app, _ = make_app(settings, __name__, {name: lambda name=name: READY[name] for name in READY}, outages=OUTAGES)  # type: ignore[misc]  # the name of the round
    app.register_blueprint(Faults(("slow", "broken"), settings.admin_token).blueprint())
    Background(app)

    @app.get("/raise/<name>")
    def fail(name: str) -> str:
        raise RAISED[name]

    @app.get("/abort/<int:code>")
    def give_up(code: int) -> str:
        abort(code)

    @app.post("/echo")
    def echo() -> Any:
        given = body.json_object("text", "number", "id")
        return {
            "text": body.text(given, "text") if "text" in given else None,
            "number": body.integer(given, "number", lowest=-5, highest=5) if "number" in given else None,
            "id": body.identifier(given, "id") if "id" in given else None,
        }

    @app.get("/things/<id:thing_id>")
    def thing(thing_id: str) -> str:
        return thing_id

    @app.post("/form")
    def form() -> dict[str, str]:
        return request.form.to_dict()

    return app


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running("catalog", create, tmp_path_factory.mktemp("service")) as found:
        yield found


def test_health_is_not_readiness(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alive all the time; ready only while everything that is needed answers, and it says what does not."""
    assert service.client.get("/readyz").json == {"status": "ready", "checks": READY}
    monkeypatch.setitem(READY, "broker", False)  # noqa: FBT003 - its value
    problem = require_problem(service.client.get("/readyz"), 503)
    assert problem["checks"] == {"database": True, "broker": False}
    assert service.client.get("/healthz").status_code == 200


def test_waiting_for_readiness_logs_no_error(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks ten times a second leaves no line."""
    monkeypatch.setitem(READY, "broker", False)  # noqa: FBT003 - its value
    before = len(service.lines())
    for _ in range(5):
        service.client.get("/readyz")
    assert len(service.lines()) == before


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("problem", 418, "teapot"),
        ("refused", 503, "peer-unavailable"),
        ("timeout", 504, "peer-timeout"),
        ("database", 503, "unavailable"),
        ("pool", 503, "unavailable"),
        ("torn", 400, "bad-request"),
        ("bug", 500, "internal"),
    ],
)
def test_whatever_is_raised_is_a_problem(service: Service, name: str, status: int, kind: str) -> None:
    """Each kind of failure has its status; none tells addresses, statements or the text of a bug."""
    answer = service.client.get(f"/raise/{name}")
    problem = require_problem(answer, status)
    assert problem["type"] == f"/problems/{kind}"
    assert "10.1.2.3" not in answer.text
    assert "secret" not in answer.text
    assert ("Retry-After" in answer.headers) == (status in {503, 504})


def test_a_problem_carries_what_it_was_given(service: Service) -> None:
    """Title, detail and extra members arrive."""
    problem = require_problem(service.client.get("/raise/problem"), 418)
    assert (problem["title"], problem["detail"], problem["colour"]) == ("I am a teapot", "Short and stout.", "blue")


@pytest.mark.parametrize("code", [400, 403, 404, 406, 410, 413, 414, 429, 500, 501, 503])
def test_an_http_error_is_a_problem(service: Service, code: int) -> None:
    """Whatever werkzeug raises keeps its status."""
    require_problem(service.client.get(f"/abort/{code}"), code)


def test_a_wrong_method_names_the_right_ones(service: Service) -> None:
    """A 405 has the Allow header that HTTP demands."""
    answer = service.client.delete("/echo")
    require_problem(answer, 405)
    assert answer.headers["Allow"] == "OPTIONS, POST"


@pytest.mark.parametrize("name", [name for name in BAD_BODIES if name != "an unknown charset"])
def test_a_bad_body_has_its_status(service: Service, name: str) -> None:
    """No JSON is a 415, broken JSON a 400, a body beyond 64 KiB a 413, anything but the known object a 422."""
    expected = {
        "no body": 415,
        "a form": 415,
        "plain text": 415,
        "too large": 413,
        "a list": 422,
        "null": 422,
        "NaN": 422,
        "unknown members": 422,
    }.get(name, 400)
    require_problem(service.client.post("/echo", **BAD_BODIES[name]), expected)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["text", "number", "id", "other"]), JSON, max_size=4))
def test_no_json_breaks_a_service(service: Service, sent: dict[str, Any]) -> None:
    """Any JSON object is either used as it is or refused as a 4xx."""
    answer = service.client.post("/echo", json=sent)
    if answer.status_code != 200:
        require_problem(answer, 422)
        return
    assert answer.json == {"text": None, "number": None, "id": None} | sent
    assert "other" not in sent


@pytest.mark.parametrize("bad", ["%00", "a%20b", "%F0%28", "a.b", "x" * 65, "%2e%2e", "a%0ab"])
def test_an_impossible_id_is_no_page(service: Service, bad: str) -> None:
    """A route's id is 1 to 64 letters, digits, `-` and `_`; anything else never reaches the view."""
    require_problem(service.client.get(f"/things/{bad}"), 404)
    assert service.client.get("/things/aZ-_9").text == "aZ-_9"


def test_a_form_beyond_the_limit_is_refused(service: Service) -> None:
    """64 KiB is enough for everybody's form."""
    require_problem(service.client.post("/form", data={"a": "x" * 70_000}), 413)


ADMIN = {"Authorization": f"Bearer {TOKEN}"}


def test_switches_are_behind_a_token(service: Service) -> None:
    """Without the token, or with another, nobody sees or turns a switch."""
    for headers in (
        {},
        {"Authorization": "Bearer guess"},
        {"Authorization": TOKEN[:-1]},
        {"Authorization": "Bearer é"},
    ):
        answer = service.client.put("/admin/faults/slow", json={}, headers=headers)
        require_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert service.client.get("/admin/faults", headers=ADMIN).json == {"faults": {"slow": None, "broken": None}}


def test_without_a_token_there_are_no_switches() -> None:
    """An empty token opens nothing: the pages are not there."""
    app = Flask(__name__)
    app.register_blueprint(Faults(("slow",), "").blueprint())
    with app.test_request_context("/admin/faults", headers={"Authorization": "Bearer "}), pytest.raises(Problem) as no:
        app.full_dispatch_request()
    assert no.value.status == 404


def test_a_switch_is_turned_and_seen(service: Service) -> None:
    """With and without a body; a share and a delay are kept until it is turned off."""
    client = service.client
    assert client.put("/admin/faults/slow", headers=ADMIN).json == {"ratio": 1.0, "delay_ms": 1500}
    client.put("/admin/faults/slow", json={"ratio": 0.25, "delay_ms": 10}, headers=ADMIN)
    assert client.get("/admin/faults", headers=ADMIN).json["faults"]["slow"] == {"ratio": 0.25, "delay_ms": 10}
    assert client.delete("/admin/faults/slow", headers=ADMIN).status_code == 204
    assert client.get("/admin/faults", headers=ADMIN).json["faults"]["slow"] is None


NONSENSE: list[dict[str, Any]] = [
    *({"ratio": value} for value in (1.1, -0.1, "1", float("nan"), True, None, [1])),
    *({"delay_ms": value} for value in (-1, 60_001, 1.5, "1", False)),
    {"delay": 1},
]


@pytest.mark.parametrize("sent", NONSENSE)
def test_a_switch_takes_no_nonsense(service: Service, sent: dict[str, Any]) -> None:
    """A share lies in 0 to 1, a delay in 0 to 60 s."""
    require_problem(service.client.put("/admin/faults/broken", json=sent, headers=ADMIN), 422)


@given(st.floats(0, 1), st.text(max_size=20))
def test_an_occasion_is_struck_or_spared_in_every_run(ratio: float, occasion: str) -> None:
    """The draw is the occasion's own: the same each time, more strikes with more ratio, none at 0, all at 1."""
    faults = Faults(("x",), "t")
    from sightline_service.faults import Fault

    def strikes(share: float) -> bool:
        faults.switch("x", Fault(share))
        return faults.strikes("x", occasion) is not None

    assert strikes(ratio) == strikes(ratio)
    assert strikes(1.0)
    assert not strikes(0.0)
    assert strikes(ratio) <= strikes((1 + ratio) / 2)


def test_background_work_that_breaks_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception ends a round, not the work; stopping ends all of it, and then what was to be last."""
    monkeypatch.setattr("sightline_service.background.RETRY_S", 0.01)
    rounds: list[int] = []

    def work() -> None:
        rounds.append(len(rounds))
        if len(rounds) == 2:
            raise ValueError("once")

    with running("catalog", create, tmp_path) as found:
        background = found.app.extensions["background"]
        background.every("work", 0.01, work)
        background.at_end(lambda: rounds.append(-1))
        wait_for(lambda: len(rounds) > 4)
        background.stop()
        count = len(rounds)
        background.stop()
    assert rounds[-1] == -1
    assert len(rounds) == count
