"""Computed flows held to declared ones: what is missing, what is too much, and which rule is why.

Each side is held to the declaration by itself, too: a rule that opens more than was declared is harmless only as long
as the policy of the other side stays what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Related, Severity, Span, page
from sightline_kube.flows.ports import NONE, Ports
from sightline_kube.flows.reach import reaches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.flows.declared import Declared, DeclaredFlow
    from sightline_kube.flows.reach import Reach, Side
    from sightline_kube.flows.world import Endpoint, World

MISSING = "FLOW001"
SUPERFLUOUS = "FLOW002"
LATENT = "FLOW006"


def compare(world: World, declared: Declared, file: str) -> Iterator[Diagnostic]:
    """Yield each flow that is declared and not allowed, and each that is allowed and not declared.

    Args:
        world: who is there and which policies hold them.
        declared: what ought to be allowed.
        file: the declaration's, where a flow that nobody declared has no other place.
    """
    for reach in reaches(world):
        if not relevant(reach):
            continue
        wanted = _declared(declared, reach)
        ports = Ports.of(each for flow in wanted for each in flow.ports.ranges)
        missing, extra = ports - reach.ports, reach.ports - ports
        for flow in wanted:
            if lost := flow.ports & missing:
                yield _missing(reach, flow, lost)
        if extra:
            yield _superfluous(reach, extra, file)
        yield from _latent(reach, ports | extra)


def relevant(reach: Reach) -> bool:
    """Whether a pair is what the declaration is about: a namespace to prove at one end, no stranger at both."""
    source, target = reach.source, reach.target
    return (source.subject or target.subject) and not (source.stranger and target.stranger)


def _declared(declared: Declared, reach: Reach) -> list[DeclaredFlow]:
    return [each for each in declared.flows if each.source in reach.source.names and each.target in reach.target.names]


def _missing(reach: Reach, flow: DeclaredFlow, lost: Ports) -> Diagnostic:
    reasons, related = [], []
    for word, end, side in _sides(reach):
        if lost - side.ports:
            names = ", ".join(each.name for each in side.policies)
            reasons.append(f"no {word} rule of {names} ({end.title}) allows it")
            related += [Related(each.span, f"holds the {word} of {end.title}") for each in side.policies]
    return Diagnostic(
        MISSING,
        Severity.ERROR,
        f"{reach.source.title} cannot reach {lost} of {reach.target.title}",
        flow.span,
        "declared here",
        "add a rule for it, or delete the flow",
        "; ".join(reasons),
        page(MISSING),
        tuple(dict.fromkeys(related)),
    )


def _superfluous(reach: Reach, extra: Ports, file: str) -> Diagnostic:
    reasons: list[str] = []
    related: list[Related] = []
    for word, end, side in _sides(reach):
        if not side.policies:
            reasons.append(f"no policy holds the {word} of {end.title}")
        for grant in side.grants:
            if grant.ports & extra:
                reasons.append(f"an {word} rule of {grant.policy.name} allows it")
                related.append(Related(grant.rule.span, f"allows {grant.ports & extra}"))
    first = related[0].span if related else Span(file, 1, 1, 1, 1)
    return Diagnostic(
        SUPERFLUOUS,
        Severity.ERROR,
        f"{reach.source.title} can reach {extra} of {reach.target.title}, which is not declared",
        first,
        related[0].label if related else "no flow declares it",
        "narrow the rule, hold that direction by a policy, or declare the flow",
        "; ".join(dict.fromkeys(reasons)),
        page(SUPERFLUOUS),
        tuple(dict.fromkeys(related[1:])),
    )


def _latent(reach: Reach, known: Ports) -> Iterator[Diagnostic]:
    for word, end, side in _sides(reach):
        for grant in side.grants:
            if latent := grant.ports - known:
                other = "ingress" if word == "egress" else "egress"
                yield Diagnostic(
                    LATENT,
                    Severity.WARNING,
                    f"the {word} rules of {end.title} would let {reach.source.title} reach {latent} of "
                    f"{reach.target.title}, which is not declared",
                    grant.rule.span,
                    f"allows {latent}",
                    "narrow the rule",
                    f"only the {other} of the other end stops it",
                    page(LATENT),
                )


def _sides(reach: Reach) -> tuple[tuple[str, Endpoint, Side], tuple[str, Endpoint, Side]]:
    return ("egress", reach.source, reach.egress), ("ingress", reach.target, reach.ingress)


def table(world: World) -> list[dict[str, str]]:
    """Return the allowed flows that a declaration would have to name, by source and target."""
    rows: dict[tuple[str, str], Ports] = {}
    for reach in reaches(world):
        if reach.ports and relevant(reach):
            key = (reach.source.title, reach.target.title)
            rows[key] = rows.get(key, NONE) | reach.ports
    return [{"from": source, "to": target, "ports": str(ports)} for (source, target), ports in sorted(rows.items())]
