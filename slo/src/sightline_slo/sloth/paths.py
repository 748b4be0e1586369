"""Which files are specs, and where the rules of each go, by Go's own rules for paths."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from sightline_slo.sloth.model import SlothError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUFFIXES = (".yml", ".yaml")
_POSIX = re.compile(r"\[\[:(\^?)(alpha|digit|alnum|upper|lower|space|word):\]\]")
_CLASSES = {
    "alpha": "A-Za-z",
    "digit": "0-9",
    "alnum": "0-9A-Za-z",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "word": r"\w",
}
_NOT_RE2 = re.compile(r"\(\?(?:[=!]|<[=!])|\\[1-9]")


def expression(text: str, what: str) -> re.Pattern[str] | None:
    """Compile a filter; None for an empty one.

    Raises:
        SlothError: it is no regular expression, or none of Go's.
    """
    if not text:
        return None
    try:
        if _NOT_RE2.search(text):
            raise SlothError(
                f"invalid {what} regex: error parsing regexp: invalid or unsupported Perl syntax: `{text}`"
            )
        return re.compile(_POSIX.sub(lambda found: f"[{found[1]}{_CLASSES[found[2]]}]", text).replace(r"\z", r"\Z"))
    except re.error as error:
        raise SlothError(f"invalid {what} regex: error parsing regexp: {error}") from error


def specs(root: str, exclude: re.Pattern[str] | None, include: re.Pattern[str] | None) -> list[str]:
    """Find every YAML file below a path, in the order of its name; links to directories are not followed.

    Raises:
        SlothError: the path is not there.
    """
    try:
        found = [
            path
            for path in _walk(root)
            if path.lower().endswith(_SUFFIXES)
            and not (exclude is not None and exclude.search(path))
            and not (include is not None and include.search(path) is None)
        ]
    except OSError as error:
        raise SlothError(
            f"could not discover files: could not find files recursively: {error.filename}: {error.strerror}"
        ) from error
    if not found:
        raise SlothError("0 slo specs have been discovered")
    return found


def _walk(path: str) -> Iterator[str]:
    if not stat.S_ISDIR(os.lstat(path).st_mode):
        yield path
        return
    with os.scandir(path) as entries:
        inside = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    for name, is_directory in inside:
        joined = clean(f"{path}/{name}")
        if is_directory:
            yield from _walk(joined)
        else:
            yield joined


def clean(path: str) -> str:
    """Clean a path as Go's `path.Clean` does: without doubled slashes and dots, two slashes at the front being one."""
    cleaned = os.path.normpath(path) if path else "."
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def target(spec: str, root: str, out: str) -> str:
    """Return where the rules of a spec below `root` go."""
    return clean(f"{out}/{clean(spec).removeprefix(root.removeprefix('./'))}")
