"""`python -m sightline_catalog`: the service under gunicorn."""

from sightline_service.runner import run

run("catalog")
