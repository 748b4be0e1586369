"""`python -m sightline_orders`: the service under gunicorn."""

from sightline_service.runner import run

run("orders")
