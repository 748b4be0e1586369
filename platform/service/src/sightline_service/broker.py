"""The connection to Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import redis

from sightline_telemetry.broker import Broker

if TYPE_CHECKING:
    from sightline_service.settings import ServiceSettings


def connect(settings: ServiceSettings) -> Broker:
    """Return a broker on the Redis of the settings; connections are made when they are needed."""
    client: Any = redis.Redis.from_url(settings.redis_url, socket_timeout=10, socket_connect_timeout=5)
    return Broker(client)


def answers(broker: Broker) -> bool:
    """Whether Redis can be asked now."""
    try:
        return bool(broker.redis.ping())
    except redis.RedisError:
        return False
