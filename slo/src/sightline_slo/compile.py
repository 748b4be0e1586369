"""Files in, documents and findings out: read, check, compile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_core.diagnostics import has_errors, ordered
from sightline_core.located import load_all
from sightline_slo import checks, dialects
from sightline_slo.backends import datadog
from sightline_slo.dialects import Context
from sightline_slo.windows import default

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Located
    from sightline_datadog.documents import Document
    from sightline_slo.model import Slo, Spec
    from sightline_slo.windows import Catalogue


@dataclass(frozen=True, slots=True)
class Options:
    """How to compile.

    Args:
        variables: what stands for `${name}` in a spec; wins over a file's `vars`.
        catalogue: the windows by period, where a spec chooses none.
        default_period_s: the period of SLOs that name none.
        compat: read as Sloth does: what it drops silently is a warning instead of an error.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    catalogue: Catalogue = field(default_factory=default)
    default_period_s: int = 30 * 86400
    compat: bool = False


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of some specs. `documents` is empty where a finding is an error: nothing half done is pushed."""

    specs: tuple[Spec, ...]
    documents: tuple[Document, ...]
    findings: tuple[Diagnostic, ...]
    sources: Mapping[str, str]

    @property
    def slos(self) -> tuple[Slo, ...]:
        """Every SLO of every spec."""
        return tuple(slo for spec in self.specs for slo in spec.slos)

    @property
    def broken(self) -> bool:
        """Whether any finding is an error."""
        return has_errors(self.findings)


def compile_specs(sources: Mapping[str, str], options: Options | None = None) -> Compiled:
    """Compile the texts of some files, given by name of file."""
    options = options or Options()
    findings: list[Diagnostic] = []
    documents: list[Located] = []
    for file, text in sources.items():
        loaded, problems = load_all(text, file)
        findings += problems
        documents += loaded
    context = Context(options.variables, options.catalogue, options.default_period_s, options.compat, tuple(documents))
    read = [dialects.read(document, context, findings) for document in documents]
    specs = tuple(spec for spec in read if spec is not None)
    slos = [slo for spec in specs for slo in spec.slos]
    findings += checks.run(slos)
    made = () if has_errors(findings) else tuple(datadog.documents(slos))
    return Compiled(specs, made, tuple(ordered(findings)), sources)
