"""What every line of a running service carries, in each mode."""

import re

import pytest

from .runs import DD_64, W3C_PARENT, W3C_TRACE, Run

MODES = ("none", "otel", "ddtrace")
TRACED = ("otel", "ddtrace")


def in_request(run: Run) -> list[dict[str, object]]:
    """The lines that belong to a request or a message."""
    return [line for line in run.lines if "trace_id" in line]


@pytest.mark.parametrize("mode", MODES)
def test_both_families_of_ids_on_every_line(runs: dict[str, Run], mode: str) -> None:
    """Hex and Datadog's spelling name the same span, trace ids are 32 hex digits in both, and none is zero."""
    lines = in_request(runs[mode])
    assert len(lines) > 60
    for line in lines:
        assert re.fullmatch(r"[0-9a-f]{32}", str(line["trace_id"]))
        assert re.fullmatch(r"[0-9a-f]{16}", str(line["span_id"]))
        assert line["dd.trace_id"] == line["trace_id"]
        assert int(str(line["dd.span_id"])) == int(str(line["span_id"]), 16)
        assert int(str(line["trace_id"]), 16)
        assert int(str(line["span_id"]), 16)


@pytest.mark.parametrize("mode", TRACED)
def test_every_id_on_a_line_joins_a_stored_span(runs: dict[str, Run], mode: str) -> None:
    """Every line with ids names a span that the receiver has: view, span, pool, hooks, teardown, access, worker."""
    run = runs[mode]
    stored = {(span.trace_id, span.span_id) for span in run.spans}
    orphans = [line for line in in_request(run) if (line["trace_id"], line["span_id"]) not in stored]
    assert orphans == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "message", ["in view", "in span", "in pool", "in after_request", "in teardown", "request", "in worker", "declined"]
)
def test_no_kind_of_line_lacks_ids(runs: dict[str, Run], mode: str, message: str) -> None:
    """Each place a line can be written from is covered: also a thread, a teardown and the line after the span ended."""
    lines = runs[mode].where(message=message)
    without = [line for line in lines if "trace_id" not in line]
    assert lines
    assert len(without) == (1 if message == "in teardown" else 0)  # the health check's own teardown


@pytest.mark.parametrize("mode", MODES)
def test_a_health_check_leaves_no_ids_and_no_access_line(runs: dict[str, Run], mode: str) -> None:
    """No trace of it is kept, so a line of it must not point to one."""
    (line,) = runs[mode].where(message="in health check")
    assert "trace_id" not in line
    assert "dd.span_id" not in line
    assert not [one for one in runs[mode].where(message="request") if one["path"] == "/healthz"]


@pytest.mark.parametrize("mode", MODES)
def test_identity_on_every_line(runs: dict[str, Run], mode: str) -> None:
    """Service, environment and version are there in both spellings, with an RFC 3339 time in microseconds."""
    for line in runs[mode].lines:
        assert (line["service"], line["env"], line["version"]) == ("scenario", "test", "1.2.3")
        assert (line["dd.service"], line["dd.env"], line["dd.version"]) == ("scenario", "test", "1.2.3")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["timestamp"])


@pytest.mark.parametrize("mode", MODES)
def test_a_foreign_line_goes_through_the_same_renderer(runs: dict[str, Run], mode: str) -> None:
    """Flask's own error line is JSON with ids and the traceback."""
    (line,) = runs[mode].where(logger="scenario", level="error")
    assert line["message"] == "Exception on /boom [GET]"
    assert "RuntimeError: it broke for [email]" in line["exception"]
    assert line["trace_id"]


@pytest.mark.parametrize("mode", MODES)
def test_a_callers_ids_are_taken_over(runs: dict[str, Run], mode: str) -> None:
    """A W3C caller's trace id is the line's; a 64-bit Datadog id has a zero upper half, and `_dd.p.tid` fills it."""
    seen = runs[mode].seen
    assert seen["w3c"]["json"]["ids"][0] == W3C_TRACE
    assert seen["dd64"]["json"]["ids"][0] == f"{DD_64:032x}"
    assert seen["dd128"]["json"]["ids"][0] == f"6b041a5700000000{DD_64:016x}"
    if mode == "none":
        assert seen["w3c"]["json"]["ids"][1] == W3C_PARENT


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_written_to_stderr(runs: dict[str, Run], mode: str) -> None:
    """A tracer's own narration comes as JSON lines or not at all."""
    assert runs[mode].stderr == ""


@pytest.mark.parametrize("mode", MODES)
def test_no_tracer_complains(runs: dict[str, Run], mode: str) -> None:
    """No warning or error of a client library in a healthy run."""
    ours = ("scenario", "sightline")
    assert [
        line
        for line in runs[mode].lines
        if line["level"] in {"warning", "error"} and not line["logger"].startswith(ours)
    ] == []
