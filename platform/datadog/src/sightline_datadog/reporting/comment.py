"""The one comment on a pull request, or the one issue: the riskiest first, never longer than GitHub takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.reporting import details
from sightline_datadog.reporting.escaping import code, html_code
from sightline_datadog.reporting.fitting import GITHUB, Block, Group, Size, fitted
from sightline_datadog.sync.plan import Action
from sightline_datadog.sync.risk import Risk, risk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_core.diagnostics import Diagnostic
    from sightline_datadog.reporting.about import About
    from sightline_datadog.sync.plan import Change, Plan

MOST_ERRORS = 20
"""So many stand before the changes: a hundred broken files must not push out what would be deleted."""
_LEGEND = "`-` is what is there, `+` what the documents say."
_WORDS = 300


def comment(
    plan: Plan | None,
    about: About,
    findings: Sequence[Diagnostic] = (),
    more: Sequence[Group] = (),
    limit: Size = GITHUB,
) -> str:
    """Return Markdown of at most `limit`, which begins with the marker.

    Errors come first, then changes by their risk, then `more`, then what is no error.

    Args:
        plan: what would be done; None where nothing can be said of that.
        about: what it is called, and where the whole is.
        findings: what is wrong, that of the plan as well.
        more: groups of the caller's own, in Markdown.
        limit: how long it may be.
    """
    errors = [each for each in findings if each.is_error]
    others = [each for each in findings if not each.is_error]
    changes = [] if plan is None else [each for each in plan.changes if each.action is not Action.KEEP]
    groups = [
        _group("What stands in the way", [_finding(each) for each in errors[:MOST_ERRORS]]),
        *_by_risk(changes, about),
        *more,
        _group("Findings", [_finding(each) for each in [*errors[MOST_ERRORS:], *others]]),
    ]
    head = "\n\n".join([about.marker, f"## {about.title}", *_headlines(plan, about, len(errors), changes)]) + "\n"
    return fitted(head, [each for each in groups if each.blocks], lambda *left: _foot(about, *left), limit)


def _headlines(plan: Plan | None, about: About, errors: int, changes: Sequence[Change]) -> list[str]:
    said = f"**{errors} error{'s' * (errors != 1)}**"
    if plan is None and not errors:
        return [f"There are no documents, and no {about.speech.noun}."]
    if plan is None:
        return [f"{said}: there is no {about.speech.noun} until they are mended."]
    against = f" against {about.against}" if about.against else ""
    counts = [f"{len(plan.of(each))} {about.speech.counts.of[each]}" for each in about.speech.verbs if plan.of(each)]
    kept = f"{len(plan.of(Action.KEEP))} {about.speech.counts.of[Action.KEEP]}"
    lines = [f"**{', '.join(counts)}**{against}; {kept}." if changes else f"{about.speech.nothing}{against}; {kept}."]
    paging = sum(risk(each) is Risk.PAGING for each in changes)
    if paging:
        lines.append(f"{paging} of them {'is' if paging == 1 else 'are'} about paging and notifications.")
    if errors:
        lines.append(f"{said} in the way: it would not be done as it stands.")
    return [*lines, *([_LEGEND] if changes else [])]


def _by_risk(changes: Sequence[Change], about: About) -> list[Group]:
    found: dict[Risk, list[Change]] = {each: [] for each in about.speech.headings}
    for change in changes:
        found[risk(change)].append(change)
    return [
        _group(f"{heading} ({len(found[degree])})", [_change(each, about) for each in found[degree]])
        for degree, heading in about.speech.headings.items()
    ]


def _group(title: str, blocks: Sequence[Block]) -> Group:
    return Group(f"\n### {title}\n\n", tuple(blocks))


def _change(change: Change, about: About) -> Block:
    verb = about.speech.verbs[change.action]
    brief = f"- {verb} {change.kind} {code(change.key)}: {code(change.title)}{_reason(change)}\n"

    def full() -> str:
        shown = details.block(change)
        told = f"{verb} {change.kind} {html_code(change.key)}: {html_code(change.title)}{_reason(change, html=True)}"
        return f"<details><summary>{told}</summary>\n\n{shown}\n\n</details>\n\n" if shown else ""

    return Block(brief, full)


def _reason(change: Change, *, html: bool = False) -> str:
    if not change.reason:
        return ""
    # Ours are words; `was KEY` names something of others.
    plain = change.reason.replace(" ", "").isalpha() and not change.reason.startswith("was ")
    return f" ({change.reason if plain else (html_code if html else code)(change.reason)})"


def _finding(finding: Diagnostic) -> Block:
    place = f"{code(str(finding.span))}: " if finding.span else ""
    brief = f"- {finding.severity} {finding.code}: {place}{code(finding.message, _WORDS)}\n"
    told = [("help", finding.help), ("note", finding.note)]
    lines = "".join(f"  - {name}: {code(text, _WORDS)}\n" for name, text in told if text)
    return Block(brief, lambda: brief + lines if lines else "")


def _foot(about: About, left: int, shortened: int) -> str:
    if not left and not shortened:
        return ""
    what = [f"{left} more"] * bool(left) + [f"the details of {shortened}"] * bool(shortened)
    where = about.whole or f"the output of {code(about.command)}"
    return f"\n*Left out for want of room: {' and '.join(what)}. All of it is in {where}.*\n"
