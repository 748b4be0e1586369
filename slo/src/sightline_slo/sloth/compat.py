"""`sightline slo compile --compat sloth`: our command's words, Sloth's bytes and exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sightline_slo.sloth.run import FAILED, OK, main

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sightline_slo.sloth.flags import Values


def compile_as_sloth(
    specs: Sequence[str],
    out: str | None,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    report: Callable[[Values, dict[str, str]], None] | None = None,
) -> int:
    """Generate each of some specs, files to standard output and directories to `out`.

    Returns:
        Sloth's exit code: that of the first spec that fails, none after which is generated.
    """
    filters = [
        *(["--fs-include", "|".join(f"({each})" for each in include)] if include else []),
        *(["--fs-exclude", "|".join(f"({each})" for each in exclude)] if exclude else []),
    ]
    for each in specs:
        # No `--out -`: kingpin takes a lone dash for an empty text. Standard output is where it goes without.
        target: list[str] = []
        if out is not None:
            Path(out).mkdir(parents=True, exist_ok=True)
            # Our `-o` is a directory, Sloth's is a file where the spec is one.
            target = ["--out", str(Path(out) / Path(each).name) if Path(each).is_file() else out]
        code = main(["generate", "--input", each, *target, *filters], report=report)
        if code != OK:
            return code
    return OK if specs else FAILED
