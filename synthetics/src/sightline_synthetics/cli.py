"""`sightline journeys` and `sightline load`."""

from sightline_synthetics.journeys.command import journeys
from sightline_synthetics.load.command import load

__all__ = ["journeys", "load"]
