"""`python -m sightline_cart`: the service under gunicorn."""

from sightline_cart.app import create
from sightline_service.runner import run

run("cart", create)
