"""What senders speak to: Datadog's agent and intake, OTLP over HTTP, DogStatsD, and log files."""

from sightline_local.intake.intake import Intake

__all__ = ["Intake"]
