"""`python -m sightline_payments`: the service under gunicorn."""

from sightline_service.runner import run

run("payments")
