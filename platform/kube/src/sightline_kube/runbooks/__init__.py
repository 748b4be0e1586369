"""Runbooks that hold when needed: their commands exist, their links lead somewhere, their sections are there."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, ordered, page
from sightline_kube.runbooks import links, sections
from sightline_kube.runbooks.commands import check_script
from sightline_kube.runbooks.markdown import read_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_kube.runbooks.links import Shelf

NO_LANGUAGE = "RUN006"
INDEX = "README.md"
"""A page that lists the others; it needs no sections."""


def check(texts: Mapping[str, str], shelf: Shelf) -> list[Diagnostic]:
    """Return what is wrong with runbooks, in the order of their places.

    Args:
        texts: the runbooks by file name.
        shelf: tells which files there are, and what anchors they have.
    """
    findings: list[Diagnostic] = []
    for file, text in texts.items():
        read = read_page(text, file)
        if PurePath(file).name != INDEX:
            findings += sections.check(read)
        findings += links.check(read, shelf)
        for block in read.blocks:
            if not block.language:
                message, hint = "this block has no language", "name it behind the fence: console, yaml or text"
                findings.append(
                    Diagnostic(NO_LANGUAGE, Severity.WARNING, message, block.span, help=hint, url=page(NO_LANGUAGE))
                )
            findings += check_script(block)
    return ordered(findings)
