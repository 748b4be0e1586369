"""Needs that nobody should be given: too wide, of what was not asked for, or out of reach."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.aws.needs import AwsNeeds, Grant
    from sightline_kube.shapes import Path

SERVICES = {"key": "kms", "bucket": "s3"}
"""The service whose actions each kind of thing takes."""

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ACTION = re.compile(r"(?P<service>[a-z0-9-]+):(?P<action>[A-Z][A-Za-z0-9]*)")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and the way to it in the JSON."""

    path: Path
    message: str
    help: str


def problems(needs: AwsNeeds) -> Iterator[Problem]:
    """Yield what is wrong with needs whose form is right."""
    kinds = {
        "keys": [each.name for each in needs.keys],
        "buckets": [each.name for each in needs.buckets],
        "roles": [each.name for each in needs.roles],
        "endpoints": [each.service for each in needs.endpoints],
    }
    for kind, names in kinds.items():
        for index, name in enumerate(names):
            if Counter(names[: index + 1])[name] > 1:
                yield Problem((kind, index), f"{name} stands twice under {kind}", "delete one")
            if kind != "endpoints" and not _NAME.fullmatch(name):
                yield Problem((kind, index, "name"), f"`{name}` is no name", "use small letters, digits and hyphens")
    for index, key in enumerate(needs.keys):
        if not 7 <= key.deletion_window_days <= 30:
            where = ("keys", index, "deletion_window_days")
            yield Problem(where, f"AWS knows no window of {key.deletion_window_days} days", "use 7 to 30 days")
    for index, bucket in enumerate(needs.buckets):
        if bucket.key not in kinds["keys"]:
            yield Problem(("buckets", index, "key"), f"there is no key {bucket.key}", "ask for it under `keys`")
        if 0 < bucket.expire_days <= bucket.lock_days:
            text = f"versions expire after {bucket.expire_days} days, but are locked for {bucket.lock_days}"
            yield Problem(("buckets", index, "expire_days"), text, "let them expire after the lock")
    yield from _roles(needs, kinds)


def _roles(needs: AwsNeeds, kinds: dict[str, list[str]]) -> Iterator[Problem]:
    accounts = [(each.namespace, each.service_account) for each in needs.roles]
    for index, role in enumerate(needs.roles):
        if accounts.index(accounts[index]) != index:
            where = ("roles", index, "service_account")
            yield Problem(where, f"{role.service_account} has another role already", "Pod Identity gives one each")
        if not role.grants:
            yield Problem(("roles", index), f"the role {role.name} may do nothing", "grant it something, or delete it")
        for place, grant in enumerate(role.grants):
            yield from _grant(grant, ("roles", index, "grants", place), kinds)


def _grant(grant: Grant, path: Path, kinds: dict[str, list[str]]) -> Iterator[Problem]:
    kind, _, rest = grant.on.partition("/")
    name = rest.partition("/")[0]
    if kind not in SERVICES or name not in kinds[f"{kind}s"]:
        yield Problem((*path, "on"), f"{grant.on} is nothing that these needs ask for", "name key/… or bucket/…")
        return
    service = SERVICES[kind]
    if service not in kinds["endpoints"]:
        text = f"{grant.on} is reached through no endpoint: its addresses would not be known"
        yield Problem((*path, "on"), text, f"ask for the endpoint {service}")
    if not grant.actions:
        yield Problem((*path, "actions"), f"the grant on {grant.on} allows nothing", "name the actions")
    for index, action in enumerate(grant.actions):
        found = _ACTION.fullmatch(action)
        if found is None:
            said = "takes in more than is needed" if "*" in action else "is no action"
            yield Problem((*path, "actions", index), f"`{action}` {said}", f"name one, such as {service}:…")
        elif found["service"] != service:
            yield Problem(
                (*path, "actions", index), f"`{action}` is no action on a {kind}", f"use actions of {service}"
            )
