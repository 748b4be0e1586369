"""`python -m sightline_fulfilment`: the service under gunicorn."""

from sightline_service.runner import run

run("fulfilment")
