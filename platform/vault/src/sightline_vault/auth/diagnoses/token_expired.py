"""The token has ended, or has not begun. The API server bears a difference of clocks of a minute, and so do we."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT254"

LEEWAY_S = 60


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at its times."""
    token = evidence.token
    if not evidence.readable:
        return
    if token.expires and token.expires + LEEWAY_S < evidence.now:
        ago = dt.timedelta(seconds=evidence.now - token.expires)
        yield Found(
            f"the token ended {ago} ago",
            "read the file anew at each login: the kubelet writes a new token into it long before the end",
            note=f"it was good until {_at(token.expires)}",
        )
    elif token.not_before - LEEWAY_S > evidence.now:
        yield Found(
            f"the token begins at {_at(token.not_before)}, which is yet to come",
            "set the clocks of the nodes and of the API server by one source",
        )


def _at(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")
