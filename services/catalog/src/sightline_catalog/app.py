"""Products: list, search, look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from sightline_catalog.store import Store
from sightline_service.app import make_app
from sightline_service.database import OUTAGES, Database
from sightline_service.faults import Faults
from sightline_service.problems import invalid, not_found
from sightline_telemetry import get_logger

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from sightline_service.settings import ServiceSettings

SLOW_QUERY = "slow_query"
LONGEST_QUERY = 100
MOST = 100
_log = get_logger(__name__)


def create(settings: ServiceSettings) -> Flask:
    """Return the app."""
    database = Database(settings.database_url)
    app, telemetry = make_app(settings, __package__ or "", {"database": database.answers}, outages=OUTAGES)
    telemetry.instrument_engine(database.engine)
    store = Store(database)
    faults = Faults((SLOW_QUERY,), settings.admin_token)
    app.register_blueprint(faults.blueprint())

    def be_slow(occasion: str) -> None:
        fault = faults.strikes(SLOW_QUERY, occasion)
        if fault is not None:
            store.be_slow(fault.delay_ms / 1000)

    @app.get("/products")
    def products() -> ResponseReturnValue:
        """List the products, all or those with every word of `q`."""
        words = request.args.get("q", "").replace("\x00", "")
        if len(words) > LONGEST_QUERY:
            raise invalid(f"`q` is longer than {LONGEST_QUERY} characters.", member="q")
        limit = request.args.get("limit", str(MOST))
        if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= MOST:
            raise invalid(f"`limit` must be a whole number from 1 to {MOST}.", member="limit")
        be_slow(words)
        found = store.search(words, int(limit))
        _log.info("products listed", words=words, found=len(found))
        return {"products": found}

    @app.get("/products/<id:product_id>")
    def product(product_id: str) -> ResponseReturnValue:
        """Show one product."""
        be_slow(product_id)
        found = store.find(product_id)
        if found is None:
            raise not_found(f"product `{product_id}`")
        _log.info("product shown", product=product_id)
        return found

    return app
