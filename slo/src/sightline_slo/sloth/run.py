"""`generate`, `validate` and `version`: Sloth's commands, their output and their exit codes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from sightline_slo.sloth.flags import UsageError, Values, parse, usage
from sightline_slo.sloth.model import SlothCrashError, SlothError
from sightline_slo.sloth.settings import version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OK, FAILED, CRASHED = 0, 1, 2


def main(
    arguments: Sequence[str],
    out: TextIO | None = None,
    environment: Mapping[str, str] | None = None,
    report: Callable[[Values, dict[str, str]], None] | None = None,
) -> int:
    """Run Sloth's command line, and return its exit code.

    Args:
        arguments: without the name of the program.
        out: in place of standard output.
        environment: in place of the process's own.
        report: told of the specs that a strict reader has something to say of.
    """
    out = out or sys.stdout
    environment = os.environ if environment is None else environment
    try:
        values = parse(arguments, environment)
    except UsageError as error:
        return _failed(f"error: invalid command configuration: {error}")
    if values.help:
        out.write(usage())
        return OK
    odd: dict[str, str] = {}
    try:
        _run(values, out, environment, odd)
    except SlothError as error:
        return _failed(f'error: "{values.command}" command failed: {error}')
    except SlothCrashError as error:
        return _failed(f"error: {error}; Sloth dies of it", CRASHED)
    finally:
        if report is not None and odd and not values.flags.get("no-log"):
            report(values, odd)
    return OK


def _run(values: Values, out: TextIO, environment: Mapping[str, str], odd: dict[str, str]) -> None:
    if values.command == "version":
        out.write(version(environment))
    elif values.command == "generate":
        from sightline_slo.sloth.generating import generate

        generate(values, out, environment, odd)
    else:
        from sightline_slo.sloth.validating import validate

        validate(values, environment, odd)


def _failed(text: str, code: int = FAILED) -> int:
    sys.stderr.write(f"{text}\n")
    return code
