"""The sub-commands of `sightline datadog`: one file each, imported when it is called."""

from __future__ import annotations

from typing import ClassVar

from sightline_core.command_files import FileCommands


class Commands(FileCommands):
    """A group whose members are the files of this package."""

    package: ClassVar[str] = __name__
    renamed: ClassVar[dict[str, str]] = {"importing": "import"}
