"""Planted secrets reach no sink: not the log, not OTLP, not v0.4 nor v0.5."""

from pathlib import Path

import pytest

from .runs import Run, run
from .scenario import CANARIES

URL_CANARIES = ("canary-url-token-1",)
FORBIDDEN = (*CANARIES.values(), *URL_CANARIES, "canarybearer", "5500000000000004", "canary.person%40mail.example")


def leaks(data: bytes) -> list[str]:
    """The secrets that are in `data`."""
    return [secret for secret in FORBIDDEN if secret.encode() in data]


@pytest.mark.parametrize("mode", ["none", "otel", "ddtrace"])
def test_no_secret_in_any_sink(runs: dict[str, Run], mode: str) -> None:
    """Neither the lines nor any byte that was sent contains one; the lines themselves are still there."""
    assert leaks(runs[mode].raw_log) == []
    assert leaks(runs[mode].received.every_byte()) == []
    assert int(CANARIES["card"]) not in {
        value for span in runs[mode].spans for value in span.attributes.values() if isinstance(value, (int, float))
    }
    assert len(runs[mode].where(level="warning", logger="scenario.app")) == 7


@pytest.mark.parametrize("mode", ["otel", "ddtrace"])
def test_the_canaries_were_on_the_spans(runs: dict[str, Run], mode: str) -> None:
    """The test above can fail: the attributes that held the secrets arrived, cleaned."""
    (entry,) = [span for span in runs[mode].spans if span.resource == "GET /secrets"]
    assert entry.attributes["canary.card"] == "value [card] here"
    assert entry.attributes["canary.email"] == "value [email] here"
    assert entry.attributes["user.password"] == "[redacted]"
    assert entry.attributes["http.request.header.authorization"] == "[redacted]"
    assert entry.attributes["card_number"] == "[redacted]"


@pytest.mark.slow
def test_no_secret_in_v04(tmp_path: Path) -> None:
    """The older wire format, chosen by the vendor's own variable, is as clean, and carries the spans."""
    made = run("ddtrace", tmp_path, DD_TRACE_API_VERSION="v0.4")
    assert made.received.of("/v0.4/traces")
    assert not made.received.of("/v0.5/traces")
    assert leaks(made.received.every_byte()) == []
    (entry,) = [span for span in made.spans if span.resource == "GET /secrets"]
    assert entry.attributes["canary.card"] == "value [card] here"


def test_each_canary_would_be_noticed() -> None:
    """The search itself finds every one of them."""
    assert leaks(" ".join(FORBIDDEN).encode()) == list(FORBIDDEN)
