"""What differs between what is wanted and what is there, field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.sync.diff import HIDDEN, secret, without_secrets
from sightline_vault.client.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, such as `paths.secret/data/x`, and both values; one that a side does not have is `(absent)`."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.path}: {show(self.before)} → {show(self.after)}"


def show(value: Any, width: int = 100) -> str:
    """Print a value in one line, cut at `width`; a text as it is, since most are."""
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    text = text.replace("\n", "⏎")
    return text if len(text) <= width else text[: width - 1] + "…"


def differences(wanted: Mapping[str, Any], actual: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Return the fields of `wanted` that are otherwise, or not there; a mapping in a field is held to it whole.

    A secret is always one of them: Vault does not tell what it holds. What has a secret's name is not shown.
    """
    return tuple(map(_shown, _differences(wanted, actual)))


def _shown(change: FieldChange) -> FieldChange:
    hidden = secret(change.path.rpartition(".")[2])

    def hide(value: Any) -> Any:
        return HIDDEN if hidden and value != ABSENT else without_secrets(value)

    return FieldChange(change.path, hide(change.before), hide(change.after))


def _differences(wanted: Mapping[str, Any], actual: Mapping[str, Any]) -> Iterator[FieldChange]:
    for name, value in wanted.items():
        there = actual.get(name, ABSENT)
        if isinstance(value, Secret):
            yield FieldChange(name, HIDDEN, HIDDEN)
        elif isinstance(value, dict) and isinstance(there, dict):
            for key in sorted({*value, *there}):
                before, after = there.get(key, ABSENT), value.get(key, ABSENT)
                if before != after:
                    yield FieldChange(f"{name}.{key}", before, after)
        elif there != value:
            yield FieldChange(name, there, value)
