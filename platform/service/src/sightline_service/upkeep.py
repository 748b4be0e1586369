"""What every service with a database does in the background."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline_service.background import Background
    from sightline_service.consumer import Consumer
    from sightline_service.kpis import SqlKpiStore
    from sightline_telemetry import Telemetry

FORGET_EVERY_S = 3600.0


def start(background: Background, telemetry: Telemetry, kpis: SqlKpiStore, consumer: Consumer | None = None) -> None:
    """Relay the KPIs, consume messages where there is a consumer, and drop what nobody will ask for again."""
    relay = telemetry.kpi_relay(kpis)
    relay.start()
    # Last: a message that was handled while the service stopped still counts before it is gone.
    background.at_end(relay.stop)
    background.at_end(kpis.close)
    if consumer is not None:
        background.run("consumer", consumer.run)

    def forget() -> None:
        kpis.forget(time.time())
        if consumer is not None:
            consumer.forget(time.time())

    background.every("forget", FORGET_EVERY_S, forget)
