"""An event as it is kept: a log record that holds what was said, so that `GET /api/v1/events` can give it back."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAID = ("priority", "alert_type", "source_type_name", "host", "device_name")
_AMONG = {
    "priority": ("normal", "low"),
    "alert_type": ("error", "warning", "info", "success", "user_update", "recommendation", "snapshot"),
}
"""The words that the vendor knows: another one is not given back."""


def record(title: str, text: str, level: str, tags: Sequence[str], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of an event with an id of its own; of `said` only texts are kept, by the names in `SAID`."""
    texts = {key: value for key, value in said.items() if key in SAID and isinstance(value, str) and value}
    kept = {key: value for key, value in texts.items() if key not in _AMONG or value in _AMONG[key]}
    own = str(secrets.randbelow(9 * 10**18) + 10**17)
    event = {"id": own, "title": title, "text": text, "tags": list(tags), **kept}
    return {"message": f"{title}: {text}", "level": level, "dogstatsd": "event", "event": event}
