"""What a token must be allowed so that `drift` or `apply` works with it: no root token is needed, or left.

It is made from what the providers ask: their reads of a cluster in which everything is there, and their requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.auth.paths import matches
from sightline_vault.configuration.providers import providers

if TYPE_CHECKING:
    from sightline_vault.configuration.things import Wish

ANY = "+"
_GUARDED = ("sys/audit", "sys/auth/")
"""Below these Vault asks for `sudo` as well: <https://developer.hashicorp.com/vault/docs/concepts/policies#root-protected-api-endpoints>"""
_WRITES = {"POST": {"create", "update"}, "PUT": {"create", "update"}, "DELETE": {"delete"}}


class _Everything:
    """Reads in which each mount of the model is there, and each list has one key, which stands for any."""

    def __init__(self, wish: Wish) -> None:
        kinds = providers()
        self._there = {
            "sys/mounts": {f"{each.key}/": each.body for each in kinds["mount"].wanted(wish)},
            "sys/auth": {f"{each.key}/": each.body for each in kinds["auth"].wanted(wish)},
        }
        self.asked: dict[str, set[str]] = {}

    def data(self, path: str) -> dict[str, Any] | None:
        self.asked.setdefault(path, set()).add("read")
        return dict(self._there.get(path, {})) or None

    def keys(self, path: str) -> tuple[str, ...]:
        self.asked.setdefault(path, set()).add("list")
        return (ANY,)


def rights(wish: Wish, *, write: bool) -> dict[str, list[str]]:
    """Return capabilities by path: to read what a plan compares, and, where `write`, to make it so; not to prune.

    Whoever writes policies and roles can give themselves any right: keep such a token as you keep root.
    """
    reading = _Everything(wish)
    for provider in providers().values():
        provider.actual(reading, wish)
        if not write:
            continue
        for each in provider.wanted(wish):
            steps = [*provider.write(each.key, each.body, None), *provider.write(each.key, each.body, {})]
            for step in steps:
                reading.asked.setdefault(step.path, set()).update(_WRITES[step.method])
    found = reading.asked
    for path, capabilities in found.items():
        if path.startswith(_GUARDED):
            capabilities.add("sudo")
    # Of several paths that fit, Vault takes the most exact one alone.
    whole = {path: set().union(*(found[each] for each in found if matches(each, path))) for path in found}
    return {path: sorted(capabilities) for path, capabilities in sorted(whole.items())}
