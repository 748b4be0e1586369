"""A cluster's file into its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, Span, has_errors, page
from sightline_core.errors import SightlineError
from sightline_core.located import load_all
from sightline_vault.model.cluster import VERSION, VaultClusterSpec
from sightline_vault.model.form import BAD_FORM, Form
from sightline_vault.model.validation import BAD_SPEC, problems

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 1024 * 1024
"""Bytes of a cluster's file: a hundred times the hub's, and read in a second or two."""


def read_spec(text: str, file: str) -> tuple[VaultClusterSpec | None, list[Diagnostic]]:
    """Read a cluster; None where it has errors. Every finding has its place and they come together."""
    documents, findings = load_all(text, file)
    if len(documents) != 1:
        if not has_errors(findings):
            span = documents[1].span if documents else Span(file, 1, 1, 1, 1)
            findings.append(_form(span, "a cluster is one document", f"begin with `version: {VERSION}`"))
        return None, findings
    document = documents[0]
    form = Form(document)
    spec = form.read(VaultClusterSpec, extra=("version",))
    written = document.value.get("version") if isinstance(document.value, dict) else None
    if isinstance(document.value, dict) and written != VERSION:
        form.say(document.span_of(("version",)), "the version of this form is not known", f"write `version: {VERSION}`")
    findings += form.findings
    if spec is None or has_errors(findings):
        return None, findings
    findings += [
        Diagnostic(
            BAD_SPEC, Severity.ERROR, each.message, document.span_of(each.path), help=each.help, url=page(BAD_SPEC)
        )
        for each in problems(spec)
    ]
    return (None if has_errors(findings) else spec), findings


def read_spec_file(path: Path) -> tuple[VaultClusterSpec | None, list[Diagnostic]]:
    """Read a cluster from a file.

    Raises:
        SightlineError: It cannot be read.
    """
    return read_spec(spec_file_text(path), str(path))


def spec_file_text(path: Path) -> str:
    """Return the text of a cluster's file, for who has to show it beside its findings.

    Raises:
        SightlineError: It cannot be read, is no UTF-8, or is far too large to be one.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) <= LARGEST:
            return content.decode("utf-8")
        why = f"it is larger than {LARGEST // 1024} KiB"
    except OSError as error:
        why = error.strerror or str(error)
    except UnicodeDecodeError as error:
        why = str(error)
    raise SightlineError("a cluster's file cannot be read", where=str(path), why=why)


def _form(span: Span, message: str, help_text: str) -> Diagnostic:
    return Diagnostic(BAD_FORM, Severity.ERROR, message, span, help=help_text, url=page(BAD_FORM))
