"""Browser journeys as Python: declared in a file, run with named steps, timings and evidence."""

from sightline_synthetics.journeys.model import Journey, StepResult, Verdict, Visit, journey

__all__ = ["Journey", "StepResult", "Verdict", "Visit", "journey"]
