"""The sub-commands of `sightline vault`, one file each."""

from typing import ClassVar

from sightline_core.command_files import FileCommands


class Commands(FileCommands):
    """Derived from the files here."""

    package: ClassVar[str] = __name__
