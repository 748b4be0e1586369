"""Files in, documents and findings out: read, check, compile."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from sightline_core.diagnostics import has_errors, ordered
from sightline_slo import checks, dialects, judged, mapping, suppressing
from sightline_slo.dialects import Context
from sightline_slo.model import Backend
from sightline_slo.swift import load
from sightline_slo.windows import default

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Located
    from sightline_datadog.documents import Document
    from sightline_slo.model import Slo, Spec
    from sightline_slo.windows import Catalogue


_UNSUPPORTED = mapping.Fidelity.UNSUPPORTED


@dataclass(frozen=True, slots=True)
class Options:
    """How to compile.

    Args:
        variables: what stands for `${name}` in a spec; wins over a file's `vars`.
        catalogue: the windows by period, where a spec chooses none.
        default_period_s: the period of SLOs that name none.
        compat: read as Sloth does: what it drops silently is a warning instead of an error.
        backends: whom the specs are compiled for: each SLO that one of them cannot keep as it stands is a finding.
        form: the form of output that they are written in: what it has no words for is a finding.
        rewrites: whether saying it in other words that are worth the same is allowed.
        plugins: the directories of SLI plugins, whose Python is run.
        today: the day by which suppressions expire.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    catalogue: Catalogue = field(default_factory=default)
    default_period_s: int = 30 * 86400
    compat: bool = False
    backends: tuple[Backend, ...] = ()
    form: str | None = None
    rewrites: bool = True
    plugins: tuple[str, ...] = ()
    today: dt.date = field(default_factory=lambda: dt.datetime.now(dt.UTC).date())


@dataclass(frozen=True)
class Compiled:
    """What came of some specs; `mappings` holds how well each SLO is said to each backend that was asked for."""

    specs: tuple[Spec, ...]
    findings: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    mappings: tuple[mapping.Mapping, ...] = ()

    @property
    def slos(self) -> tuple[Slo, ...]:
        """Every SLO of every spec."""
        return tuple(slo for spec in self.specs for slo in spec.slos)

    @property
    def broken(self) -> bool:
        """Whether any finding is an error."""
        return has_errors(self.findings)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Datadog's, made when asked for; none where a finding is an error, so that none goes out half done."""
        keepable = [slo for slo in self.slos if mapping.verdict(slo, Backend.DATADOG).kind is not _UNSUPPORTED]
        if self.broken or not keepable:
            return ()
        # What Prometheus alone measures does not wait for Datadog's query parser.
        from sightline_slo.backends import datadog

        return tuple(datadog.documents(keepable))


def compile_specs(sources: Mapping[str, str], options: Options | None = None) -> Compiled:
    """Compile the texts of some files, given by name of file."""
    options = options or Options()
    findings: list[Diagnostic] = []
    specs = tuple(_read(sources, options, findings))
    slos = [slo for spec in specs for slo in spec.slos]
    found = [*checks.run(slos), *judged.findings(slos, options.backends, rewrites=options.rewrites)]
    if options.form is not None:
        found += judged.unsaid(slos, options.form, rewrites=options.rewrites)
    findings += suppressing.apply(slos, found, options.today, judged.anywhere)
    mappings = tuple(mapping.verdict(slo, backend) for slo in slos for backend in options.backends)
    return Compiled(specs, tuple(ordered(findings)), sources, mappings)


def _read(sources: Mapping[str, str], options: Options, findings: list[Diagnostic]) -> list[Spec]:
    """Read every document, in order. One that is no object of others is let go at once: it is larger than its SLOs."""
    context = Context(
        options.variables, options.catalogue, options.default_period_s, options.compat, plugins=options.plugins
    )
    read: list[Spec | None] = []
    objects: list[tuple[int, Located]] = []
    for file, text in sources.items():
        loaded, problems = load(text, file)
        findings += problems
        for document in loaded:
            if isinstance(document.value, dict) and "apiVersion" in document.value:
                objects.append((len(read), document))
                read.append(None)
            else:
                read.append(dialects.read(document, context, findings))
    context = replace(context, documents=tuple(document for _, document in objects))
    for index, document in objects:
        read[index] = dialects.read(document, context, findings)
    return [spec for spec in read if spec is not None]
