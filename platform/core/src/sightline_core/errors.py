"""Errors of the environment: what was attempted, where, what came back, and what to do about it."""

from __future__ import annotations

from sightline_core.diagnostics import Diagnostic, Severity, page

ENVIRONMENT = "CORE005"


class SightlineError(Exception):
    """The environment stood in the way (no file, no network, refused, timed out).

    `message` is the fact; `where` the file, host or command it happened at; `why` what came back;
    `help` what to set or run. The umbrella command prints the four as a frame and exits 2.
    """

    def __init__(self, message: str, *, where: str = "", why: str = "", help: str = "") -> None:  # noqa: A002 - the frame's own word for it, as in `Diagnostic`
        super().__init__(message)
        self.message = message
        self.where = where
        self.why = why
        self.help = help

    def diagnostic(self) -> Diagnostic:
        """Return the error as a finding, for the JSON envelope: `label` is where, `note` is why."""
        url = page(ENVIRONMENT)
        return Diagnostic(ENVIRONMENT, Severity.ERROR, self.message, None, self.where, self.help, self.why, url)

    def frame(self) -> str:
        """Render the error as text, complete without colour."""
        lines = [f"error: {self.message}"]
        if self.where:
            lines.append(f"  --> {self.where}")
        if self.why:
            lines.append(f"  = why: {self.why}")
        if self.help:
            lines.append(f"  = help: {self.help}")
        return "\n".join(lines)
