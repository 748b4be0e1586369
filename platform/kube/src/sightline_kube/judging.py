"""Everything that is to be said of manifests: how they read, what the rules find, what of it is suppressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, ordered, page
from sightline_kube import podsecurity, suppressing
from sightline_kube.podsecurity.profiles import Profile
from sightline_kube.reading import read_bundle
from sightline_kube.rules import rules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from sightline_kube.manifests import Bundle, Manifest
    from sightline_kube.rules import Rule


@dataclass(frozen=True, slots=True)
class Judged:
    """The objects of some texts and what is wrong with them, in the order of their places."""

    bundle: Bundle
    findings: Sequence[Diagnostic]
    sources: Mapping[str, str]


def judge(
    texts: Mapping[str, str],
    today: dt.date,
    *,
    profile: Profile = Profile.RESTRICTED,
    further: Sequence[Rule] = (),
) -> Judged:
    """Read manifests and check them.

    Args:
        texts: the manifests by file name.
        today: the day by which suppressions end.
        profile: the Pod Security Standard that every pod template is held to.
        further: rules of other packages, whose findings are suppressed like ours.
    """
    bundle, findings = read_bundle(texts)
    found = [*_findings(bundle, [*rules(), *further]), *podsecurity.diagnostics(bundle, profile)]
    findings += [each for _, each in suppressing.apply(bundle, found, today)]
    return Judged(bundle, ordered(findings), texts)


def _findings(bundle: Bundle, every: Sequence[Rule]) -> Iterator[tuple[Manifest, Diagnostic]]:
    for rule in every:
        for each in rule.check(bundle):
            yield (
                each.manifest,
                Diagnostic(
                    rule.CODE,
                    rule.SEVERITY,
                    each.message,
                    each.span,
                    each.label,
                    each.help,
                    each.note,
                    page(rule.CODE),
                    each.related,
                ),
            )
