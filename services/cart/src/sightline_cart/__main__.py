"""`python -m sightline_cart`: the service under gunicorn."""

from sightline_service.runner import run

run("cart")
