"""The whole judgement: texts in, findings and score out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, ordered, page
from sightline_kube.judging import judge
from sightline_kube.reading import read_bundle
from sightline_kube.rules import Finding as KubeFinding
from sightline_vault.lint.documents import embedded, followed, sort
from sightline_vault.lint.estate import Estate, estate
from sightline_vault.lint.rules import rules
from sightline_vault.lint.scoring import Score, score
from sightline_vault.lint.servers import servers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from sightline_core.diagnostics import Severity
    from sightline_kube.manifests import Bundle
    from sightline_vault.lint.documents import Given
    from sightline_vault.lint.rules import Finding, Rule


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was judged, what is wrong with it in the order of places, and how many points hold."""

    estate: Estate
    findings: Sequence[Diagnostic]
    score: Score
    sources: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given that any rule looks at."""
        found = self.estate
        return not (found.servers or found.configurations or found.broken or found.asked or found.policies)


def lint(texts: Mapping[str, str], today: dt.date) -> Judgement:
    """Judge files by name: models, manifests, needs and policies, in any mixture.

    Args:
        texts: the files.
        today: the day by which suppressions end.
    """
    given = sort(texts)
    bundle, _ = read_bundle(given.manifests)
    embedded(given, bundle)
    followed(given, servers=bool(servers(bundle, given.sources)))
    known = _Estates(given)
    judged = judge(given.manifests, today, further=[_Held(rule, known) for rule in rules()])
    found = known.of(judged.bundle)
    findings = [*given.findings, *judged.findings]
    findings += [_diagnostic(rule, each) for rule in rules() for each in rule.check(found) if each.manifest is None]
    return Judgement(found, ordered(findings), score(found, findings), given.sources)


class _Estates:
    """The estate of a bundle, made once: all rules look at the same."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._made: tuple[Bundle, Estate] | None = None

    def of(self, bundle: Bundle) -> Estate:
        if self._made is None or self._made[0] is not bundle:
            given = self._given
            made = estate(
                bundle,
                given.sources,
                asked=tuple(given.asked),
                policies=tuple(given.policies),
                models=tuple(given.models),
                parts=tuple(given.parts),
            )
            self._made = bundle, made
        return self._made[1]


class _Held:
    """A rule as `sightline_kube` runs it, so that annotations suppress its findings: those about objects."""

    def __init__(self, rule: Rule, known: _Estates) -> None:
        self.CODE = rule.CODE
        self.SEVERITY: Severity = rule.SEVERITY
        self._rule = rule
        self._known = known

    def check(self, bundle: Bundle) -> Iterator[KubeFinding]:
        for each in self._rule.check(self._known.of(bundle)):
            if each.manifest is not None:
                yield KubeFinding(
                    each.manifest, each.message, each.span, each.label, each.help, each.note, each.related
                )


def _diagnostic(rule: Rule, each: Finding) -> Diagnostic:
    return Diagnostic(
        rule.CODE,
        rule.SEVERITY,
        each.message,
        each.span,
        each.label,
        each.help,
        each.note,
        page(rule.CODE),
        each.related,
    )
