"""Objects of OpenSLO that name one another, in one file or in many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.suggest import did_you_mean
from sightline_slo import codes
from sightline_slo.dialects._openslo_form import API, form
from sightline_slo.form.place import Place
from sightline_slo.model import Query

if TYPE_CHECKING:
    from sightline_core.diagnostics import Span
    from sightline_core.located import Located, Path
    from sightline_slo.dialects import Context


@dataclass(frozen=True, slots=True)
class At:
    """A mapping of a document whose form is right."""

    document: Located
    path: Path
    value: Any
    context: Context
    findings: list[Diagnostic]

    def inner(self, *steps: str | int) -> At:
        """Return what is inside."""
        value = self.value
        for step in steps:
            value = value[step]
        return At(self.document, (*self.path, *steps), value, self.context, self.findings)

    def items(self, key: str) -> list[At]:
        """Return the entries of a list, none where it is not there."""
        return [self.inner(key, index) for index in range(len(self.value.get(key) or ()))]

    def span(self, *steps: str | int) -> Span:
        """Return where something inside stands."""
        return self.document.span_of((*self.path, *steps))

    def report(self, message: str, *steps: str | int, help_text: str = "", code: str = codes.BAD_FORM) -> None:
        """Add a finding."""
        place = self.span(*steps)
        self.findings.append(Diagnostic(code, Severity.ERROR, message, place, help=help_text, url=page(code)))

    def query(self) -> Query:
        """Return the query of a metric."""
        path = (*self.path, "metricSource", "spec", "query")
        return Query(self.value["metricSource"]["spec"]["query"], self.document.placing(path))

    def named(self, key: str, kind: str) -> At | None:
        """Return the object that a key names; a finding, and None, where there is none."""
        name = self.value[key]
        known: dict[str, Located] = {}
        for each in self.context.documents:
            value = each.value
            if isinstance(value, dict) and (value.get("apiVersion"), value.get("kind")) == (API, kind):
                meta = value.get("metadata")
                known.setdefault(str(meta.get("name")) if isinstance(meta, dict) else "", each)
        found = known.get(name)
        if found is None:
            near = did_you_mean(name, list(known))
            help_text = f"did you mean `{near}`?" if near else f"give the file that holds the {kind}, too"
            self.report(f"there is no {kind} `{name}`", key, help_text=help_text, code=codes.UNKNOWN_OBJECT)
            return None
        # What is wrong with the object is said where it is read as a document of its own.
        faulty: list[Path] = []
        form(kind).check(Place(found, (), found.value, [], faulty))
        return None if faulty else At(found, (), found.value, self.context, self.findings)

    def either(self, key: str, kind: str) -> At | None:
        """Return the object that stands here, or that a key names."""
        return self.named(key, kind) if key in self.value else self
