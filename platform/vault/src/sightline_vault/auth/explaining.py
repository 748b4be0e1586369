"""From evidence to words: findings with their places in the model, and one line that sums them up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.exit_codes import ExitCode
from sightline_core.located import load_all
from sightline_vault.auth.diagnoses import diagnose
from sightline_vault.auth.evidence import Evidence
from sightline_vault.model.form import Form

if TYPE_CHECKING:
    from sightline_core.diagnostics import Span
    from sightline_core.located import Located
    from sightline_vault.auth.diagnoses import Found
    from sightline_vault.model.cluster import VaultClusterSpec


def read_evidence(text: str, file: str) -> tuple[Evidence | None, list[Diagnostic]]:
    """Read evidence that `why --json` printed, or a person wrote down."""
    documents, findings = load_all(text, file)
    if not documents:
        return None, findings
    form = Form(documents[0])
    found = form.read(Evidence)
    if found is not None:
        # A mapping of the form can be looked at, but not copied, which printing it does.
        found = replace(found, issuers=dict(found.issuers))
    return found, [*findings, *form.findings]


def findings(
    evidence: Evidence, spec: VaultClusterSpec | None = None, document: Located | None = None
) -> list[Diagnostic]:
    """Return every reason; the first is why, and an error, further ones would be next, and are warnings."""
    return [
        Diagnostic(
            code,
            Severity.WARNING if number else Severity.ERROR,
            found.message,
            _span(evidence, found, spec, document),
            help=found.help,
            note=found.note,
            url=page(code),
        )
        for number, (code, found) in enumerate(diagnose(evidence))
    ]


def _span(evidence: Evidence, found: Found, spec: VaultClusterSpec | None, document: Located | None) -> Span | None:
    if spec is None or document is None or not found.field:
        return None
    for index, role in enumerate(spec.roles):
        if (role.cluster, role.name) == (evidence.cluster, evidence.role.name):
            return document.span_of(("roles", index, found.field))
    return None


def verdict(evidence: Evidence, reasons: list[Diagnostic]) -> tuple[str, ExitCode]:
    """Return one line and the exit code: 0 for let in, 1 for a reason, 3 for a refusal that nothing explains."""
    login, access = evidence.login, evidence.access
    words = " ".join("; ".join(login.errors).split()) or "nothing"
    if reasons:
        said = f" (Vault answered {login.status}: {words})" if login.tried and login.status >= 400 else ""
        return f"refused{said}: {reasons[0].message}", ExitCode.NO
    if login.tried and login.status >= 400:
        return (
            f"refused (Vault answered {login.status}: {words}), and nothing that is known explains it",
            ExitCode.NOTHING,
        )
    if access.path:
        return f"the token may {access.want} {access.path}", ExitCode.OK
    if login.tried:
        return f"let in as {evidence.role.name} at {evidence.mount.path}", ExitCode.OK
    return "nothing speaks against it, as far as could be looked", ExitCode.OK
