"""What Vault refused, and silence."""

from __future__ import annotations

from sightline_core.errors import SightlineError

_HELP = {
    400: "the request does not fit this server: compare its version with the model's `software.version`",
    403: "give a token that may do this, or ask why not: `sightline vault why --path PATH`",
    404: "look at what is mounted there: `sightline vault plan SPEC`",
    429: "a quota is used up: wait, or raise it under `quotas`",
    503: "see which nodes are sealed: `sightline vault status SPEC`",
}


class VaultError(SightlineError):
    """Vault answered with a no. `errors` are its own words, which hold no token."""

    def __init__(self, method: str, path: str, status: int, errors: tuple[str, ...], where: str = "") -> None:
        # Some of Vault's errors end in a line break and a list with one bullet.
        why = "; ".join(" ".join(each.split()) for each in errors) or f"status {status} without a word"
        super().__init__(
            f"Vault answered {status} to {method} {path}",
            where=where,
            why=why,
            help=_HELP.get(status, "see the server's log at this time"),
        )
        self.status = status
        self.errors = errors


class NoAnswerError(SightlineError):
    """No node gave an answer. `maybe_done` says whether one of them may have done what was asked."""

    def __init__(self, message: str, *, maybe_done: bool, where: str, why: str) -> None:
        super().__init__(
            message, where=where, why=why, help="check the addresses, the CA and the server name; then run it again"
        )
        self.maybe_done = maybe_done
