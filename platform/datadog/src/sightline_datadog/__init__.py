"""Datadog as code: queries, monitor and SLO semantics, plan and apply."""
