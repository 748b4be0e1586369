"""`python -m sightline_storefront`: the service under gunicorn."""

from sightline_service.runner import run
from sightline_storefront.app import create

run("storefront", create)
