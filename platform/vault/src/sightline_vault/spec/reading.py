"""A cluster's file into its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, Span, has_errors, page
from sightline_core.located import load_all
from sightline_vault.spec.form import BAD_FORM, Form
from sightline_vault.spec.model import VERSION, VaultClusterSpec
from sightline_vault.spec.validation import BAD_SPEC, problems

if TYPE_CHECKING:
    from pathlib import Path


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
        OSError: It cannot be read.
        UnicodeDecodeError: It is no UTF-8.
    """
    return read_spec(path.read_text(encoding="utf-8"), str(path))


def _form(span: Span, message: str, help_text: str) -> Diagnostic:
    return Diagnostic(BAD_FORM, Severity.ERROR, message, span, help=help_text, url=page(BAD_FORM))
