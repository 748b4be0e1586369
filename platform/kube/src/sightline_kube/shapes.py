"""Values of a manifest as what they ought to be.

What is otherwise counts as absent here, and is KUBE004's to report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Path = tuple[str | int, ...]


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> Sequence[Any]:
    """Return a list, or an empty one in place of anything else."""
    return value if isinstance(value, list) else []


def words(value: Any) -> Mapping[str, str]:
    """Return the pairs of a mapping whose values are text, such as labels."""
    return {key: each for key, each in mapping(value).items() if isinstance(each, str)}


def dig(value: Any, path: Path) -> Any:
    """Return what stands at a path of keys and indexes, or None where the way there breaks off."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and 0 <= step < len(value) else None
        else:
            value = mapping(value).get(step)
        if value is None:
            return None
    return value
