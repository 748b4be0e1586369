"""The sub-commands of `sightline vault snapshot`, one file each."""

from typing import ClassVar

from sightline_core.command_files import FileCommands


class SnapshotCommands(FileCommands):
    """Derived from the files here."""

    package: ClassVar[str] = __name__
