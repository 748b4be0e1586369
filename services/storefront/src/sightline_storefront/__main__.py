"""`python -m sightline_storefront`: the service under gunicorn."""

from sightline_service.runner import run

run("storefront")
