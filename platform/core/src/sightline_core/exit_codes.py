"""The exit codes of every `sightline` command."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status says.

    The meaning is ruff's (2 = could not run), because click already exits 2 on a usage error.
    """

    OK = 0
    """The answer is yes: clean, no change, every check passed."""

    NO = 1
    """The answer is no: findings, a failed check, a step that did not hold."""

    UNANSWERED = 2
    """No answer could be given: usage, unreadable input, network, bug."""

    NOTHING = 3
    """Nothing matched. Silence must not look like success."""

    INTERRUPTED = 130
    """Stopped by Ctrl-C."""
