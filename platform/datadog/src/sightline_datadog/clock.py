"""The clock of this machine, for the edges; what computes is given a time."""

from __future__ import annotations

import datetime as dt


def utc_now() -> dt.datetime:
    """Return what it is now, in UTC."""
    return dt.datetime.now(dt.UTC)
