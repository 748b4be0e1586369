"""Everything that can be said of a snapshot without Vault, as findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_vault.snapshots.faults import SnapshotError
from sightline_vault.snapshots.manifest import Manifest, compare
from sightline_vault.snapshots.sealed import check_sealed
from sightline_vault.snapshots.structure import Reading, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sightline_core.diagnostics import Diagnostic
    from sightline_vault.snapshots.sealed import Kms

PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking gave; `key` is the ARN of the key that sealed the sums, where they were opened."""

    reading: Reading
    findings: tuple[Diagnostic, ...]
    key: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def check(pieces: Iterable[bytes], where: str, manifest: Manifest | None = None, kms: Kms | None = None) -> Checked:
    """Read a snapshot to its end; hold it to its manifest where there is one, open its sealed sum where KMS is given.

    Raises:
        SightlineError: KMS cannot be asked, or the pieces cannot be read.
    """
    return judge(read(pieces), where, manifest, kms)


def judge(reading: Reading, where: str, manifest: Manifest | None = None, kms: Kms | None = None) -> Checked:
    """Judge what was read already; see `check`."""
    faults: list[SnapshotError] = []
    key = ""
    if reading.fault is not None:
        faults.append(reading.fault)
    try:
        if manifest is not None:
            compare(manifest, reading.sha256, reading.size)
    except SnapshotError as error:
        faults.append(error)
    try:
        if reading.whole is not None and kms is not None:
            key = check_sealed(reading.whole, kms)
    except SnapshotError as error:
        faults.append(error)
    return Checked(reading, tuple(each.finding(where) for each in faults), key)


def pieces_of(path: Path) -> Iterator[bytes]:
    """Yield a file's content.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
