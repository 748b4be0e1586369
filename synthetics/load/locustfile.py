"""The shop's customers. For `locust -f` by hand; `sightline load run` starts the same."""

from sightline_synthetics.load.locustfile import Customer

__all__ = ["Customer"]
