"""`SHA256SUMS`: a digest and a name on each line.

Vault writes it twice, plain and sealed, each time in the order of a Go map: the two agree as tables, not as texts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_vault.snapshots.faults import not_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")


def read_sums(content: bytes, name: str) -> Mapping[str, str]:
    """Return the digest of each name.

    Raises:
        SnapshotError: A line is no such line, a name stands twice, or the last line has no end.
    """
    found: dict[str, str] = {}
    lines = content.decode("ascii", "backslashreplace").split("\n")
    if lines.pop():
        raise not_whole(f"`{name}` has no end")
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise not_whole(f"`{name}` holds a line that is no sum", line[:100])
        found[match[2]] = match[1]
    return found
