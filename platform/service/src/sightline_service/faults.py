"""Fault switches: off by default, behind a token, and noted on every span that they touch."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, request

from sightline_service import body
from sightline_service.problems import Problem, invalid, not_found
from sightline_telemetry import get_logger, record_fault

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

LONGEST_DELAY_MS = 60_000
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Fault:
    """A switch that is on: it strikes `ratio` of the occasions, and takes `delay_ms` where it is a slow one."""

    ratio: float = 1.0
    delay_ms: int = 1500


class Faults:
    """The switches of one service.

    Args:
        known: the names of the switches that this service has.
        token: opens them; empty = there are none.
    """

    def __init__(self, known: tuple[str, ...], token: str) -> None:
        self.known = known
        self._token = token
        self._on: dict[str, Fault] = {}
        self._lock = threading.Lock()

    def strikes(self, name: str, occasion: str) -> Fault | None:
        """Return the fault where it strikes now, and note it on the spans in progress.

        The same occasion is struck or spared in every run: the draw is a hash of its name.
        """
        with self._lock:
            fault = self._on.get(name)
        if fault is None or _draw(f"{name}:{occasion}") >= fault.ratio:
            return None
        record_fault(name)
        return fault

    def delay(self, name: str, occasion: str) -> None:
        """Take the time that a slow fault takes."""
        fault = self.strikes(name, occasion)
        if fault is not None:
            time.sleep(fault.delay_ms / 1000)

    def switch(self, name: str, fault: Fault | None) -> None:
        """Turn a switch on, or off."""
        with self._lock:
            if fault is None:
                self._on.pop(name, None)
            else:
                self._on[name] = fault
        _log.warning("fault switched", fault=name, on=fault is not None)

    def blueprint(self) -> Blueprint:
        """Return the admin API: list, put, delete."""
        admin = Blueprint("faults", __name__, url_prefix="/admin/faults")
        admin.before_request(self._guard)
        admin.add_url_rule("", view_func=self._list, methods=["GET"])
        admin.add_url_rule("/<name>", view_func=self._put, methods=["PUT"])
        admin.add_url_rule("/<name>", view_func=self._delete, methods=["DELETE"])
        return admin

    def _guard(self) -> None:
        if not self._token:
            raise not_found("such page")
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            raise Problem(401, "unauthorised", "Unauthorised", headers={"WWW-Authenticate": "Bearer"})

    def _list(self) -> ResponseReturnValue:
        with self._lock:
            on = {name: asdict(fault) for name, fault in self._on.items()}
        return {"faults": {name: on.get(name) for name in self.known}}

    def _put(self, name: str) -> ResponseReturnValue:
        self._require(name)
        given = body.json_object("ratio", "delay_ms") if request.get_data() else {}
        fault = Fault(_ratio(given), body.integer(given, "delay_ms", lowest=0, highest=LONGEST_DELAY_MS)
                      if "delay_ms" in given else Fault().delay_ms)  # fmt: skip
        self.switch(name, fault)
        return asdict(fault)

    def _delete(self, name: str) -> ResponseReturnValue:
        self._require(name)
        self.switch(name, None)
        return "", 204

    def _require(self, name: str) -> None:
        if name not in self.known:
            raise not_found(f"fault `{name[:80]}`; there are {', '.join(self.known) or 'none'}")


def _ratio(given: dict[str, Any]) -> float:
    value = given.get("ratio", 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise invalid("`ratio` must be a number from 0 to 1.", member="ratio")
    return float(value)


def _draw(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48
