"""Settings that are none are named, before anything starts."""

import pytest

from sightline_core.errors import SightlineError
from sightline_telemetry.settings import from_env


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "0", "-1", "1e9"])
def test_an_interval_of_nonsense_is_refused(text: str) -> None:
    """The variable and its value are in the error, not a traceback of `float`."""
    with pytest.raises(SightlineError) as caught:
        from_env("x", {"SIGHTLINE_METRICS_INTERVAL": text})
    assert caught.value.where == f"SIGHTLINE_METRICS_INTERVAL={text}"


def test_an_interval_of_sense_counts() -> None:
    """Seconds, also parts of them."""
    assert from_env("x", {"SIGHTLINE_METRICS_INTERVAL": "0.5"}).metrics_interval_s == 0.5


def test_an_unknown_mode_names_the_three() -> None:
    """Whoever misspelt one sees how it is spelt."""
    with pytest.raises(SightlineError, match="no telemetry mode") as caught:
        from_env("x", {"SIGHTLINE_TELEMETRY": "otlp"})
    assert "otel" in caught.value.why
