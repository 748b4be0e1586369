"""No secret leaves with an audit event, and what was denied is counted."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from sightline_vault.observability.audit.counting import DENIED, EVENTS, RAW, counted
from sightline_vault.observability.audit.second_device import RULES, taken
from tests.vault.observability.events import CANARY, events, planted, scrubber, secrets

EVENT: dict[str, Any] = {
    "time": "2026-11-25T09:53:22.280079087Z",
    "type": "response",
    "auth": {"display_name": "kubernetes-prod-shop-payments", "policies": ["default", "payments"], "token_ttl": 900},
    "request": {
        "id": "dfda6c3a-1624-6454-2329-89528a16010f",
        "operation": "read",
        "path": "secret/data/payments/stripe",
        "mount_type": "kv",
        "mount_point": "secret/",
        "remote_address": "10.1.2.3",
        "headers": {"traceparent": ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]},
    },
}


@pytest.mark.parametrize(("count", "least"), [(400, 40), pytest.param(10_000, 1000, marks=pytest.mark.slow)])
def test_events_of_every_kind_let_no_secret_out_and_each_denial_is_counted(count: int, least: int) -> None:
    """A canary stands in every text and key, in thirteen disguises, hashed and raw; none is in what comes out."""
    scrub, looked_for, denied = scrubber(), secrets(), 0
    records = []
    for event in events(count, seed=9):
        record = scrub.line(event.line)
        said = json.dumps(record)
        assert not [each for each in looked_for if each in said], (event.line, said)
        denied += event.denied
        records.append(record)
    counts = counted(records)
    assert denied > least
    assert sum(value for (name, _), value in counts.items() if name == DENIED) == denied
    assert counts[RAW, ()] > least


def test_what_the_model_names_and_the_server_makes_is_told() -> None:
    """A record says who did what where, with the trace that it was part of."""
    record = scrubber().event(EVENT)
    assert record["message"] == "ok read secret/data/payments/*"
    assert record["auth"]["display_name"] == "kubernetes-prod-shop-payments"
    assert record["auth"]["policies"] == ["default", "payments"]
    assert record["request"]["remote_address"] == "10.1.2.3"
    assert record["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert record["service"] == "vault"
    assert counted([record]) == {
        (EVENTS, ("outcome:ok", "operation:read", "mount_type:kv", "mount_point:secret/")): 1,
    }


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ("1 error occurred:\n\t* permission denied\n\n", "denied"),
        ("permission denied", "denied"),
        ("2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n", "denied"),
        ("invalid credentials", "denied"),
        ("1 error occurred:\n\t* unsupported path\n\n", "error"),
        (f"no {CANARY} here", "error"),
    ],
)
def test_an_outcome_follows_from_the_errors_as_the_server_writes_them(error: str, outcome: str) -> None:
    """A refusal is told from a failure, and a text that is not known is only called other."""
    record = scrubber().event(EVENT | {"error": error})
    assert record["outcome"] == outcome
    assert CANARY not in json.dumps(record)


@pytest.mark.parametrize("odd", [{}, [], {"a": 1}, [[]], 5, None])
@pytest.mark.parametrize("name", ["operation", "mount_type", "path", "mount_point", "id", "headers", "data"])
def test_a_field_of_another_form_is_left_out(name: str, odd: object) -> None:
    """One such event must not end the shipper: started again it would meet the same."""
    record = scrubber().event(EVENT | {"request": EVENT["request"] | {name: odd}})
    assert (record["type"], record["request"].get(name) in (None, "*")) == (EVENT["type"], True)


@pytest.mark.parametrize("line", [b"", b"null", b"[]", b'"x"', b"{", b"[" * 5000, b'{"type":"response"}', b"\xff\xfe"])
def test_what_is_no_event_becomes_a_record_that_says_so(line: bytes) -> None:
    """Nothing of it is told."""
    record = scrubber().line(line)
    assert (record["outcome"], record["message"]) == ("unknown", "this is no audit event")


def test_the_second_device_on_standard_output_gives_types_and_the_servers_log_alone() -> None:
    """The Agent's rules leave of an event its type, also of one in pieces, and of the log all."""
    looked_for, chance = secrets(), random.Random(3)
    types = 0
    for event in events(300, seed=4):
        line = event.line.decode()
        cut = chance.randrange(len(line))
        for each in (line, line[:cut], line[cut:]):
            said = taken(each) or ""
            assert not [secret for secret in looked_for if secret in said]
            types += said in {'{"device":"stdout","type":"request"}', '{"device":"stdout","type":"response"}'}
    assert types >= 290
    for log in (
        "2026-11-25T09:53:19.721Z [INFO]  core: vault is unsealed",
        '{"@level":"info","@message":"vault is unsealed","@module":"core","@timestamp":"2026-11-25T09:53:19.721301Z"}',
    ):
        assert taken(log) == log
    assert taken(planted(chance)) is None
    assert [each["type"] for each in RULES] == ["mask_sequences", "include_at_match"]
