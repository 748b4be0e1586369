"""Which of the model's policies reach a path, by Vault's rules: `*` at the end is any rest, `+` is one segment.

<https://developer.hashicorp.com/vault/docs/concepts/policies#policy-syntax>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sightline_vault.model.cluster import Policy


def matches(pattern: str, path: str) -> bool:
    """Whether a policy's path covers a request's."""
    whole = not pattern.endswith("*")
    wanted, got = pattern.removesuffix("*").split("/"), path.split("/")
    if len(got) < len(wanted) or (whole and len(got) != len(wanted)):
        return False
    *firsts, last = wanted
    if not all(each in {"+", segment} for each, segment in zip(firsts, got, strict=False)):
        return False
    segment = got[len(firsts)]
    return last in {"+", segment} if whole else segment.startswith(last) or last == "+"


def granting(policies: Iterable[Policy], path: str, want: str) -> tuple[str, ...]:
    """Return the names of the policies that would allow it."""
    return tuple(
        policy.name
        for policy in policies
        if any(matches(each, path) and want in allowed for each, allowed in policy.paths.items())
    )
