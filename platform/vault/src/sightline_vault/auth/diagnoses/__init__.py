"""What can be the reason of a refusal, one a file; they are found by being here.

Their codes are in the order in which Vault and the API server look: the first that is found is why, further ones would
be next.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sightline_vault.auth.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Found:
    """A reason, what to do about it, what it is known by, and which field of the role in the model it is about."""

    message: str
    help: str
    note: str = ""
    field: str = ""


class Diagnosis(Protocol):
    """One reason."""

    CODE: str

    def check(self, evidence: Evidence) -> Iterable[Found]:
        """Yield it where the evidence shows it."""


@cache
def diagnoses() -> Sequence[Diagnosis]:
    """Return every diagnosis, in the order of their codes."""
    modules = [import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    found = [cast("Diagnosis", module) for module in modules if hasattr(module, "CODE")]
    return tuple(sorted(found, key=lambda each: each.CODE))


def diagnose(evidence: Evidence) -> list[tuple[str, Found]]:
    """Return every reason with its code, the one that comes first first."""
    return [(each.CODE, found) for each in diagnoses() for found in each.check(evidence)]
