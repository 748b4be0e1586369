"""The Pod Security Standards, version 1.36, of every pod template, before any cluster sees it.

https://kubernetes.io/docs/concepts/security/pod-security-standards/ says what the profiles are; what they mean in each
corner (Windows pods, user namespaces, which control overrides which) follows the admission controller of that version,
`k8s.io/pod-security-admission` 0.36, so that a pod passes here exactly where an API server would take it.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_kube.pods import templates
from sightline_kube.podsecurity import controls as package
from sightline_kube.podsecurity.profiles import Profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_kube.manifests import Bundle, Manifest
    from sightline_kube.pods import PodTemplate
    from sightline_kube.podsecurity.profiles import Control, Violation

VERSION = "v1.36"


@cache
def controls() -> Sequence[Control]:
    """Return every control, in the order of their codes."""
    names = [f"{package.__name__}.{each.name}" for each in pkgutil.iter_modules(package.__path__)]
    return tuple(sorted((cast("Control", import_module(each)) for each in names), key=lambda each: each.CODE))


def applied(profile: Profile) -> Sequence[Control]:
    """Return the controls of a profile: `restricted` has those of `baseline` too, but for those it overrides."""
    if profile is Profile.PRIVILEGED:
        return ()
    chosen = [each for each in controls() if profile is Profile.RESTRICTED or each.PROFILE is Profile.BASELINE]
    overridden = {each.OVERRIDES for each in chosen}
    return tuple(each for each in chosen if each.ID not in overridden)


def violations(pod: PodTemplate, profile: Profile) -> Iterator[tuple[Control, Violation]]:
    """Yield what of a pod a profile forbids; nothing where an API server that enforces it takes the pod."""
    for control in applied(profile):
        for violation in control.check(pod):
            yield control, violation


def diagnostics(bundle: Bundle, profile: Profile) -> Iterator[tuple[Manifest, Diagnostic]]:
    """Yield every violation of every pod template as a finding, with its object."""
    for pod in templates(bundle):
        for control, each in violations(pod, profile):
            note = f"forbidden by the {control.PROFILE} profile of the Pod Security Standards {VERSION}"
            yield (
                pod.owner,
                Diagnostic(
                    control.CODE,
                    Severity.ERROR,
                    f"{each.message} ({pod.owner})",
                    each.span,
                    each.label,
                    each.help,
                    note,
                    page(control.CODE),
                ),
            )
