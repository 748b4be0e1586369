"""Rate-limit headers and the faults that a test can ask for."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from sightline_local.api.latency import recorded_s

from . import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .kit import Running

MONITORS = "/api/v1/monitor"


@pytest.fixture
def api(backend: Running) -> Iterator[Running]:
    yield backend
    ask(backend)


def ask(backend: Running, *faults: dict[str, Any]) -> None:
    answer = backend.send("api", "PUT", "/api/local/v1/faults", json.dumps({"faults": list(faults)}))
    assert answer.status == 200, answer.data


def named(backend: Running, name: str) -> list[Any]:
    return [each for each in backend.api("GET", MONITORS) if each["name"] == name]


def test_answers_say_what_is_left_of_the_limit(api: Running) -> None:
    """Limit, period, remaining, reset and name; the next request has one less."""
    first, second = (api.send("api", "GET", MONITORS).headers for _ in range(2))
    assert int(first["X-RateLimit-Limit"]) > int(second["X-RateLimit-Remaining"])
    assert 0 < int(first["X-RateLimit-Reset"]) <= int(first["X-RateLimit-Period"])
    assert first["X-RateLimit-Name"] == "monitor"
    assert "X-RateLimit-Limit" not in api.send("api", "GET", "/api/local/v1/overview").headers


def test_too_many_requests_come_in_both_forms(api: Running) -> None:
    """The reset is a number of seconds, with a fraction, or the time itself; then it goes on as before."""
    ask(
        api,
        {"kind": "429", "path": MONITORS, "seconds": 0.5},
        {"kind": "429-epoch", "path": MONITORS, "seconds": 2},
    )
    first, second, third = (api.send("api", "GET", MONITORS) for _ in range(3))
    assert [first.status, second.status, third.status] == [429, 429, 200]
    assert first.headers["X-RateLimit-Reset"] == "0.5"
    assert 0 < int(second.headers["X-RateLimit-Reset"]) - time.time() <= 4
    ask(api, {"kind": "429-epoch", "path": MONITORS, "seconds": 20.5})
    # The header is written in whole milliseconds, rounded.
    assert 0 < float(api.send("api", "GET", MONITORS).headers["X-RateLimit-Reset"]) - time.time() <= 20.501


def test_a_502_may_come_after_what_was_asked_was_done(api: Running) -> None:
    """`502-after` keeps the monitor, `502-before` does not; the request that is skipped is answered."""
    ask(api, {"kind": "502-after", "method": "POST", "path": MONITORS})
    assert api.send("api", "POST", MONITORS, json.dumps(examples.monitor(name="kept"))).status == 502
    assert len(named(api, "kept")) == 1
    ask(api, {"kind": "502-before", "method": "POST", "path": MONITORS, "skip": 1})
    assert api.send("api", "POST", MONITORS, json.dumps(examples.monitor(name="passed"))).status == 200
    assert api.send("api", "POST", MONITORS, json.dumps(examples.monitor(name="lost"))).status == 502
    assert (len(named(api, "passed")), len(named(api, "lost"))) == (1, 0)


def test_overload_slowness_and_a_cut_connection(api: Running) -> None:
    """512 is answered at once, a slow answer comes late, a cut one not at all."""
    ask(
        api,
        {"kind": "512", "path": MONITORS},
        {"kind": "slow", "path": MONITORS, "seconds": 0.3},
        {"kind": "cut", "path": MONITORS},
    )
    assert api.send("api", "GET", MONITORS).status == 512
    start = time.monotonic()
    assert api.send("api", "GET", MONITORS).status == 200
    assert time.monotonic() - start >= 0.3
    with pytest.raises(urllib3.exceptions.HTTPError):
        api.send("api", "GET", MONITORS)


def test_a_connection_is_cut_before_or_after_what_was_asked_was_done(api: Running) -> None:
    """`cut-after` keeps the monitor, `cut` does not."""
    for kind, kept in (("cut", 0), ("cut-after", 1)):
        ask(api, {"kind": kind, "method": "POST", "path": MONITORS})
        with pytest.raises(urllib3.exceptions.HTTPError):
            api.send("api", "POST", MONITORS, json.dumps(examples.monitor(name=kind)))
        assert len(named(api, kind)) == kept


def test_dice_fall_the_same_way_again(api: Running) -> None:
    """Half of the requests without end: not all, not none, and the same ones for the same seed."""
    seen = []
    for seed in (7, 7, 8):
        ask(api, {"kind": "512", "path": MONITORS, "times": None, "probability": 0.5, "seed": seed})
        seen.append([api.send("api", "GET", MONITORS).status for _ in range(30)])
    assert seen[0] == seen[1] != seen[2]
    assert {200, 512} == set(seen[0])


def test_a_pattern_takes_the_whole_path(api: Running) -> None:
    """A `*` makes a pattern of a path, and intake is hit as well as objects are."""
    ask(api, {"kind": "512", "path": "/api/v1/*/validate", "times": None}, {"kind": "512", "path": "/api/v2/series"})
    assert api.send("api", "GET", MONITORS).status == 200
    assert api.send("api", "POST", MONITORS + "/validate", json.dumps(examples.monitor())).status == 512
    assert api.send("api", "POST", "/api/v2/series", json.dumps(examples.series_v2())).status == 512
    assert api.api("GET", "/api/local/v1/faults")["faults"][1]["times"] == 0


def test_answers_are_as_late_as_recorded(api: Running) -> None:
    """The profile waits the vendor's recorded median; without it an answer comes at once."""
    put = {"faults": [], "latency": "recorded"}
    assert api.api("PUT", "/api/local/v1/faults", put) == put
    start = time.monotonic()
    api.api("GET", MONITORS)
    assert time.monotonic() - start >= recorded_s("GET", MONITORS) > 0.1
    assert recorded_s("POST", f"{MONITORS}/1/validate") < recorded_s("POST", MONITORS)
    assert recorded_s("GET", "/api/v1/slo/abc") != recorded_s("GET", "/api/v1/slo/correction/abc")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "418", "path": "/"},
        {"kind": "512"},
        {"kind": "slow", "path": "/", "seconds": 99},
        {"kind": "512", "path": "/", "probability": 2},
    ],
)
def test_faults_that_do_not_exist_are_refused(api: Running, wrong: dict[str, Any]) -> None:
    """An unknown kind, no path, too long a wait: 400 with the reason, and nothing is changed."""
    answer = api.send("api", "PUT", "/api/local/v1/faults", json.dumps({"faults": [wrong]}))
    assert (answer.status, bool(json.loads(answer.data)["errors"])) == (400, True)
    assert api.api("GET", "/api/local/v1/faults") == {"faults": [], "latency": None}
