"""A local Datadog-compatible backend with a console."""
