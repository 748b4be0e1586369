"""The SLI series: the same from either mode."""

from collections import Counter

import pytest

from sightline_telemetry.signals import HTTP_DURATION, HTTP_REQUESTS, SECONDS

from .runs import Run

Series = frozenset[tuple[str, str]]


def otel_counts(run: Run) -> Counter[Series]:
    """The request counts, by attributes with the process's own."""
    return Counter({series: int(value) for series, value in _otel(run, HTTP_REQUESTS.name).items()})


def _otel(run: Run, name: str) -> dict[Series, float]:
    found: dict[Series, float] = {}
    for request in run.received.otlp_metrics():
        for group in request.resource_metrics:
            resource = {item.key: item.value.string_value for item in group.resource.attributes}
            process = {
                ("service", resource["service.name"]),
                ("env", resource["deployment.environment.name"]),
                ("version", resource["service.version"]),
            }
            for scope in group.scope_metrics:
                for metric in scope.metrics:
                    if metric.name != name:
                        continue
                    counts = [(each.attributes, each.as_int) for each in metric.sum.data_points]
                    counts += [(each.attributes, each.count) for each in metric.histogram.data_points]
                    for attributes, value in counts:
                        own = {(item.key, item.value.string_value) for item in attributes}
                        found[frozenset(own | process)] = value
    return found


def dogstatsd(run: Run, name: str) -> Counter[Series]:
    """Counts of a metric's lines, by tags."""
    found: Counter[Series] = Counter()
    for line in run.received.dogstatsd_lines():
        head, kind, tags = line.split("|")[:3]
        metric, value = head.split(":", 1)
        if metric == name:
            pairs = [tuple(tag.split(":", 1)) for tag in tags[1:].split(",")]
            assert len(pairs) == len(set(pairs)), f"a tag twice: {line}"
            found[frozenset(pairs)] += int(value) if kind == "c" else 1  # type: ignore[arg-type]
    return found


def test_the_same_series_in_both_modes(runs: dict[str, Run]) -> None:
    """Counts per series, tag for tag, do not depend on the tracer."""
    assert otel_counts(runs["otel"]) == dogstatsd(runs["ddtrace"], HTTP_REQUESTS.name)
    assert _otel(runs["otel"], HTTP_DURATION.name) == dogstatsd(runs["ddtrace"], HTTP_DURATION.name)


def test_counts_are_the_requests_made(runs: dict[str, Run]) -> None:
    """One per request, health checks aside; unknown routes and methods fold; only a 5xx is bad."""
    counts = otel_counts(runs["otel"])
    assert sum(counts.values()) == len(runs["otel"].seen) - 1

    def total(**wanted: str) -> int:
        pairs = {(key.replace("__", "."), value) for key, value in wanted.items()}
        return sum(value for series, value in counts.items() if pairs <= series)

    assert total(http__route="/ok/:number", traffic="customer") == 6
    assert total(http__route="/ok/:number", traffic="load") == 1
    assert total(http__route="unmatched", status_class="4xx", outcome="good") == 2
    assert total(http__request__method="_OTHER") == 1
    assert total(outcome="bad") == total(status_class="5xx") == total(http__route="/boom") == 1


def test_histograms_have_the_bound_that_the_objective_needs(runs: dict[str, Run]) -> None:
    """The duration's bounds are the conventions' with 0.3 among them, in seconds."""
    bounds = {
        tuple(point.explicit_bounds)
        for request in runs["otel"].received.otlp_metrics()
        for group in request.resource_metrics
        for scope in group.scope_metrics
        for metric in scope.metrics
        for point in metric.histogram.data_points
        if metric.name == HTTP_DURATION.name and metric.unit == "s"
    }
    assert bounds == {SECONDS}
    assert 0.3 in SECONDS


def test_the_instrumentations_add_no_metrics_of_their_own(runs: dict[str, Run]) -> None:
    """Only declared signals leave the process: contrib's own duration would be counted twice."""
    names = {
        metric.name
        for request in runs["otel"].received.otlp_metrics()
        for group in request.resource_metrics
        for scope in group.scope_metrics
        for metric in scope.metrics
    }
    assert names == {HTTP_REQUESTS.name, HTTP_DURATION.name}


@pytest.mark.parametrize("mode", ["ddtrace"])
def test_the_agent_gets_no_stats_that_would_drop_traces(runs: dict[str, Run], mode: str) -> None:
    """Client stats are off: with them an agent's `client_drop_p0s` makes lines point to traces that are not there."""
    assert runs[mode].received.of("/v0.6/stats") == []
