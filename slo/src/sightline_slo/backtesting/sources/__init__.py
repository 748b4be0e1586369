"""Where histories come from: files, Prometheus, Datadog, the local backend. One file a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_slo.backtesting.history import History
    from sightline_slo.model import Backend, Slo


class Source(Protocol):
    """What has happened, an SLO at a time: a thousand of them at once fill no memory."""

    def history(self, slo: Slo, backend: Backend) -> History | None:
        """Return an SLO's history; None where this knows nothing of it.

        Raises:
            SightlineError: it cannot be read.
        """


@runtime_checkable
class Foresighted(Source, Protocol):
    """A source that reads several at once where it knows what comes."""

    def expect(self, slos: Sequence[Slo]) -> None:
        """Say what will be asked for, in this order."""
