"""Asks KMS to encrypt and decrypt, again and again, as the seal would, and tells what came of it.

Vault's own check of its seal runs every 10 minutes, and `sys/health` stays 200 meanwhile
(<https://github.com/hashicorp/vault/blob/v1.21.0/vault/seal_autoseal.go>): a server that restarts is the first to know.
"""

from __future__ import annotations

import hmac
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sightline_vault.seal.failures import Failure, classify, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sightline_vault.dogstatsd import Dogstatsd

OK = "vault.kms.probe.ok"
"""Gauge: 1 where the key encrypted and decrypted, 0 where it did not."""
LATENCY = "vault.kms.probe.latency"
"""Distribution in seconds: both calls together, failed ones too."""
FAILURES = "vault.kms.probe.failures"
"""Count, tagged `failure:CLASS` (see `failures.Failure`)."""


class Kms(Protocol):
    """The two calls, as boto3's client has them."""

    def encrypt(self, *, KeyId: str, Plaintext: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's own words
        """Return `CiphertextBlob`."""

    def decrypt(self, *, KeyId: str, CiphertextBlob: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's own words
        """Return `Plaintext`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One look at a key: when (Unix seconds), how long it took, and what went wrong."""

    key: str
    at: float
    seconds: float
    failure: Failure | None = None
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether the key works."""
        return self.failure is None


def probe(make: Callable[[], Kms], key: str, clock: Callable[[], float]) -> Outcome:
    """Encrypt 32 random bytes and decrypt them. Whatever goes wrong, making the client too, is an outcome."""
    began = clock()
    failure, why = None, ""
    try:
        kms = make()
        plain = secrets.token_bytes(32)
        sealed = kms.encrypt(KeyId=key, Plaintext=plain)["CiphertextBlob"]
        opened = kms.decrypt(KeyId=key, CiphertextBlob=sealed)["Plaintext"]
        if not hmac.compare_digest(opened, plain):
            failure, why = Failure.WRONG, "it decrypted to other bytes than were encrypted"
    except Exception as error:  # noqa: BLE001 - a probe that dies of a failure tells nobody of it
        failure, why = classify(error), words(error)
    return Outcome(key, began, max(0.0, clock() - began), failure, why)


def line(outcome: Outcome, service: str) -> str:
    """Return the log line: JSON with Datadog's own names for level and message."""
    message = f"{outcome.key} encrypts and decrypts" if outcome.ok else f"{outcome.key} fails: {outcome.failure}"
    told = {
        "timestamp": round(outcome.at * 1000),
        "status": "info" if outcome.ok else "error",
        "service": service,
        "message": message,
        "kms": {
            "key": outcome.key,
            "ok": outcome.ok,
            "failure": outcome.failure,
            "why": outcome.why,
            "seconds": round(outcome.seconds, 4),
        },
    }
    return json.dumps(told, separators=(",", ":"))


def send(outcome: Outcome, metrics: Dogstatsd) -> None:
    """Send the three metrics of one look."""
    metrics.gauge(OK, 1 if outcome.ok else 0)
    metrics.distribution(LATENCY, round(outcome.seconds, 6))
    if outcome.failure is not None:
        metrics.count(FAILURES, 1, [f"failure:{outcome.failure}"])


@dataclass(frozen=True, slots=True)
class Prober:
    """Looks every so many seconds, from start to start; the clock and the pauses are passed in.

    `alive` is touched after each look, whatever came of it: it tells Kubernetes that the probe lives, not the key.
    """

    look: Callable[[], Outcome]
    tell: Callable[[Outcome], None]
    every_s: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    alive: Path | None = None

    def once(self) -> Outcome:
        """Look once, and tell."""
        outcome = self.look()
        self.tell(outcome)
        if self.alive is not None:
            # Where it cannot be touched it grows old, and the pod is restarted: what a lost volume needs.
            with suppress(OSError):
                self.alive.touch()
        return outcome

    def run(self, goes_on: Callable[[], bool]) -> None:
        """Look until told to stop."""
        while goes_on():
            began = self.clock()
            self.once()
            self.sleep(max(0.0, self.every_s - (self.clock() - began)))
