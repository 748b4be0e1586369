"""Files in, documents and findings out: read, check, compile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_core.diagnostics import has_errors, ordered
from sightline_core.located import load_all
from sightline_slo import checks, dialects
from sightline_slo.backends import datadog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Diagnostic
    from sightline_datadog.documents import Document
    from sightline_slo.model import Slo


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of some specs. `documents` is empty where a finding is an error: nothing half done is pushed."""

    slos: tuple[Slo, ...]
    documents: tuple[Document, ...]
    findings: tuple[Diagnostic, ...]
    sources: Mapping[str, str]

    @property
    def broken(self) -> bool:
        """Whether any finding is an error."""
        return has_errors(self.findings)


def compile_specs(sources: Mapping[str, str], variables: Mapping[str, str] | None = None) -> Compiled:
    """Compile the texts of some files.

    Args:
        sources: text by name of file.
        variables: what stands for `${name}` in queries; wins over a file's `vars`.
    """
    findings: list[Diagnostic] = []
    slos: list[Slo] = []
    for file, text in sources.items():
        loaded, problems = load_all(text, file)
        findings += problems
        for document in loaded:
            slos += dialects.read(document, variables or {}, findings)
    findings += checks.run(slos)
    made = () if has_errors(findings) else tuple(datadog.documents(slos))
    return Compiled(tuple(slos), made, tuple(ordered(findings)), sources)
