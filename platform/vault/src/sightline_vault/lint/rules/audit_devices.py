"""Vault answers nobody whom it cannot write down: one device is one way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT114"
SEVERITY = Severity.ERROR
POINT = 5


def check(estate: Estate) -> Iterator[Finding]:
    """Want two devices of OpenBao, which takes them from its configuration alone, and none on Raft's volume."""
    for config, server in estate.configurations:
        devices = [
            (body, block.at(name))
            for block in config.blocks("audit")
            for name, body in block.body.items()
            if isinstance(body, dict | list)
        ]
        help_text = "declare two, one of them no file: a full disk takes all files at once"
        if len(devices) < 2 and (devices or (server is not None and server.is_openbao)):
            text = f"{config.manifest} declares {len(devices)} audit device{'' if len(devices) == 1 else 's'}"
            span = devices[0][1] if devices else config.head
            yield Finding(text, span, help_text, manifest=config.manifest)
        raft = str(config.raft.get("path")) if config.raft else ""
        for body, span in devices:
            if raft and f"'{raft}/" in str(body):
                text = f"an audit device of {config.manifest} writes on Raft's volume"
                yield Finding(text, span, "give the log a volume of its own", manifest=config.manifest)
