"""The whole proof: manifests and a declaration in, findings out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_core.diagnostics import has_errors
from sightline_kube.flows.compare import compare, table
from sightline_kube.flows.declared import read_declared
from sightline_kube.flows.mutate import diagnostics, mutants, unnoticed
from sightline_kube.flows.world import read_world
from sightline_kube.reading import read_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_core.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Proof:
    """What was computed.

    Args:
        findings: what does not read, what is missing, what is too much, what no flow needs.
        flows: each allowed flow as `from`, `to` and `ports`; none where something does not read.
        policies: how many policies there are.
        mutants: how many changes were tried, and `unnoticed` how many of them changed no answer.
    """

    findings: Sequence[Diagnostic]
    flows: Sequence[Mapping[str, str]]
    policies: int
    mutants: int = 0
    unnoticed: int = 0


def prove(texts: Mapping[str, str], declaration: str, file: str, *, mutate: bool = False) -> Proof:
    """Hold the flows that some manifests allow to a declaration that was read from `file`."""
    bundle, findings = read_bundle(texts)
    declared, said = read_declared(declaration, file, bundle)
    world, wrong = read_world(bundle, declared)
    findings += [*said, *wrong]
    if has_errors(findings):
        # What was left out would show as missing or superfluous flows, which nobody could make sense of.
        return Proof(findings, (), len(world.policies))
    findings += compare(world, declared, file)
    changed = [each for policy in world.policies for each in mutants(policy)] if mutate else []
    survivors = [*unnoticed(world, declared, file)] if mutate else []
    findings += diagnostics(survivors)
    return Proof(findings, table(world), len(world.policies), len(changed), len(survivors))
