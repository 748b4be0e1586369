"""What is wrong with a snapshot, as one exception inside of this package and as findings outside of it."""

from __future__ import annotations

from sightline_core.diagnostics import Diagnostic, Severity, page

NOT_WHOLE = "VLT300"
SEALED_SUM = "VLT301"
NOT_THE_MANIFESTS = "VLT302"
UNTRUSTED_MANIFEST = "VLT303"
OTHER_CLUSTER = "VLT304"
NOT_RESTORED = "VLT305"
TOO_LATE = "VLT306"

_HELP = {
    NOT_WHOLE: "take another; `sightline vault snapshot list` names older ones",
    SEALED_SUM: "take another from the leader, and look whether the KMS key is the one that seals",
    NOT_THE_MANIFESTS: "fetch the file again; where it still differs, use an older snapshot",
    UNTRUSTED_MANIFEST: "name the public key of whoever signed it, or use an older snapshot",
    OTHER_CLUSTER: "name the cluster that you mean",
    NOT_RESTORED: "look at the log of the throw-away server, and take a snapshot anew",
    TOO_LATE: "look at the snapshot job and at what takes the time",
}


class SnapshotError(Exception):
    """A snapshot that is not what it should be: a code of the `VLT3xx` and what is the matter."""

    def __init__(self, code: str, message: str, note: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.note = note

    def finding(self, where: str) -> Diagnostic:
        """Return it as a finding about a file or an object."""
        return finding(self.code, self.message, where, self.note)


def finding(code: str, message: str, where: str, note: str = "") -> Diagnostic:
    """Return a finding about a snapshot, which has no lines to point to."""
    return Diagnostic(code, Severity.ERROR, message, label=where, help=_HELP[code], note=note, url=page(code))


def not_whole(message: str, note: str = "") -> SnapshotError:
    """Return that a file is no whole snapshot."""
    return SnapshotError(NOT_WHOLE, message, note)
