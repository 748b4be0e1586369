"""Moments as files spell them: Unix seconds, Unix milliseconds, or ISO 8601 (UTC where no zone is given)."""

from __future__ import annotations

import datetime as dt
import re

_NUMBER = re.compile(r"\d+(\.\d+)?([eE]\+?\d+)?")
_LATEST_S = 10_000_000_000
"""The year 2286: what is larger is milliseconds."""


def moment(text: str) -> float:
    """Return Unix seconds.

    Raises:
        ValueError: it is no moment.
    """
    text = text.strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        return number / 1000 if number > _LATEST_S else number
    try:
        made = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is no moment: write Unix seconds or 2026-01-31T12:00:00Z") from None
    return (made if made.tzinfo else made.replace(tzinfo=dt.UTC)).timestamp()
