"""Raft autopilot's settings, of which there is always one set."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sightline_vault.client.autopilot import CONFIGURATION
from sightline_vault.client.durations import in_seconds
from sightline_vault.configuration.things import Step, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish

KIND = "autopilot"
AFTER = ("audit",)
DESTROYS = False
FIXED: frozenset[str] = frozenset()

_KEY = "raft"
_TIMES = ("dead_server_last_contact_threshold", "last_contact_threshold", "server_stabilization_time")


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield the settings of the model."""
    yield Wanted(_KEY, _in_seconds(asdict(wish.spec.autopilot)), ("autopilot",))


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return the settings; none where the storage is not Raft's."""
    del wish
    told = reading.data(CONFIGURATION)
    return {_KEY: _in_seconds(told)} if told else {}


def _in_seconds(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: in_seconds(str(value)) if key in _TIMES else value for key, value in told.items()}


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Write them whole."""
    del key, before
    told = {name: f"{value}s" if name in _TIMES else value for name, value in body.items()}
    yield Step("POST", CONFIGURATION, told)


def delete(key: str) -> Iterator[Step]:
    """Do nothing: there are always some."""
    del key
    yield from ()
