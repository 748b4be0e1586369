"""Brings a renewed certificate into the running server: what is served is compared with what is mounted.

Not the file's changes are followed but the difference, so a swap is never missed: not while this sidecar was away, and
not where the server read half of it. Vault takes a new pair by SIGHUP, without closing a connection
(<https://developer.hashicorp.com/vault/docs/configuration/listener/tcp#tls_cert_file>).
"""

from __future__ import annotations

import datetime as dt
import enum
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sightline_vault.dogstatsd import Dogstatsd
    from sightline_vault.seal.certificates import Judged

DAYS_LEFT = "vault.certificate.days_left"
"""Gauge: days until the certificate that is served ends."""
STALE = "vault.certificate.stale"
"""Gauge: 1 while another certificate is served than the one that is mounted."""
REFUSED = "vault.certificate.refused"
"""Gauge: 1 while the mounted pair cannot be served, and the server was not told of it."""
RELOADS = "vault.certificate.reloads"
"""Count: signals that were sent."""


class Action(enum.Enum):
    """What is to be done now."""

    NOTHING = "nothing"
    SIGNAL = "signal"
    REFUSE = "refuse"


def decide(mounted: Judged | None, served: Judged | None) -> Action:
    """Return what to do about a mounted pair (None: being swapped) and the served one (None: no server). Pure.

    A server that is not up reads the pair when it starts. A bad pair is never signalled: Vault would keep the old one,
    but log an error and reopen its audit files for nothing, and after a restart it would not come up at all.
    """
    if mounted is None or (served is not None and mounted.fingerprint == served.fingerprint):
        return Action.NOTHING
    if mounted.problem:
        return Action.REFUSE
    return Action.NOTHING if served is None else Action.SIGNAL


@dataclass(slots=True)
class Reloader:
    """One look at a time; everything that touches the world is passed in. `say` is given lines of JSON."""

    mounted: Callable[[], Judged | None]
    served: Callable[[], Judged | None]
    servers: Callable[[], Sequence[int]]
    hang_up: Callable[[int], bool]
    metrics: Dogstatsd
    say: Callable[[str], None]
    now: Callable[[], dt.datetime]
    service: str = "vault"
    _last: tuple[Action, str] = (Action.NOTHING, "")

    def look(self) -> Action:
        """Compare, and signal where it is needed."""
        mounted, served = self.mounted(), self.served()
        action = decide(mounted, served)
        if action is Action.SIGNAL:
            told = [pid for pid in self.servers() if self.hang_up(pid)]
            self.metrics.count(RELOADS, len(told))
            self._tell(
                action, mounted, f"told {told} of it" if told else "there is no server to be told, or it is not ours"
            )
        elif action is Action.REFUSE:
            self._tell(action, mounted, mounted.problem if mounted else "")
        elif self._last[0] is not Action.NOTHING and served is not None:
            self._tell(action, served, "the mounted certificate is served")
        if served is not None and served.ends is not None:
            self.metrics.gauge(DAYS_LEFT, round((served.ends - self.now()) / dt.timedelta(days=1), 3))
            self.metrics.gauge(STALE, 0 if action is Action.NOTHING else 1)
        self.metrics.gauge(REFUSED, 1 if action is Action.REFUSE else 0)
        return action

    def _tell(self, action: Action, pair: Judged | None, why: str) -> None:
        """Say what is new: a state that lasts is in the metrics."""
        fingerprint = pair.fingerprint if pair else ""
        if (action, fingerprint) == self._last:
            return
        self._last = (action, fingerprint)
        status = {Action.NOTHING: "info", Action.SIGNAL: "info", Action.REFUSE: "error"}[action]
        told = {
            "timestamp": round(self.now().timestamp() * 1000),
            "status": status,
            "service": self.service,
            "message": f"certificate {fingerprint[:16] or '(none)'}: {why}",
            "certificate": {"sha256": fingerprint, "ends": str(pair.ends) if pair else "", "action": action.value},
        }
        self.say(json.dumps(told, separators=(",", ":")))
