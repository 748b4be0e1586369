"""Mode `none`: metrics are checked and go nowhere."""

from collections.abc import Mapping

from sightline_telemetry.signals import Instrument


class NoMeter:
    """Receives nothing."""

    def emit(self, instrument: Instrument, value: float, attributes: Mapping[str, str]) -> None:
        """Drop it."""

    def flush(self, timeout_s: float) -> None:
        """Nothing is buffered."""

    def shutdown(self, timeout_s: float) -> None:
        """Nothing runs."""
