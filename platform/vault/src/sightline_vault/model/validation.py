"""What no cluster may say, although its form is right: names that lead nowhere, no quorum, open networks."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_vault.model.durations import seconds
from sightline_vault.model.naming import AUDIT_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.located import Path
    from sightline_vault.model.cluster import VaultClusterSpec

BAD_SPEC = "VLT002"

_LABEL = re.compile(r"[a-z]([a-z0-9-]{0,40}[a-z0-9])?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_WIDEST_PREFIX = 8


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where in the file, and how to mend it."""

    path: Path
    message: str
    help: str


def problems(spec: VaultClusterSpec) -> Iterator[Problem]:
    """Yield everything that is wrong with a cluster."""
    yield from _shape(spec)
    yield from _software(spec)
    yield from _unique(spec)
    yield from _references(spec)
    yield from _networks(spec)
    yield from _audit(spec)
    yield from _durations(spec)
    yield from _safety(spec)
    yield from _snapshots(spec)
    yield from _rights(spec)


def _shape(spec: VaultClusterSpec) -> Iterator[Problem]:
    for name in ("name", "namespace"):
        if not _LABEL.fullmatch(getattr(spec, name)):
            yield Problem((name,), f"`{getattr(spec, name)}` is no DNS label", "use small letters, digits and hyphens")
    if spec.nodes not in {3, 5, 7}:
        yield Problem(("nodes",), f"{spec.nodes} servers make no good quorum", "use 3, 5 or 7")
    if not 3 <= len(set(spec.zones)) <= spec.nodes:
        text = f"{len(set(spec.zones))} zones for {spec.nodes} servers: the loss of one may cost the quorum"
        yield Problem(("zones",), text, "name at least three zones, and no more than servers")
    locals_ = [each.name for each in spec.clusters if each.local]
    if len(locals_) != 1:
        yield Problem(("clusters",), "exactly one cluster is the one Vault runs on", "write `local: true` at that one")
    for index, cluster in enumerate(spec.clusters):
        if not cluster.local and not (cluster.pod_cidrs and cluster.ca):
            text = f"`{cluster.name}` is elsewhere: its pods' networks and its API server's CA are not known"
            yield Problem(("clusters", index), text, "write `pod_cidrs` and `ca`")


def _software(spec: VaultClusterSpec) -> Iterator[Problem]:
    if not _VERSION.fullmatch(spec.software.version):
        yield Problem(("software", "version"), f"`{spec.software.version}` is no version", "write one, such as 1.21.0")
    for name, digest in (("software", spec.software.digest), ("helper", spec.helper.digest)):
        if not _DIGEST.fullmatch(digest):
            yield Problem((name, "digest"), f"`{digest}` is no digest", "write sha256: and 64 hexadecimal digits")


def _unique(spec: VaultClusterSpec) -> Iterator[Problem]:
    for kind in ("clusters", "audit", "operators", "clients", "policies", "quotas"):
        yield from _twice(kind, [each.name for each in getattr(spec, kind)])
    yield from _twice("mounts", [each.path for each in spec.mounts])
    yield from _twice("roles", [f"{each.name} of {each.cluster}" for each in spec.roles])
    yield from _twice("transit", [f"{each.name} of {each.mount}" for each in spec.transit])
    yield from _twice("pki_roles", [f"{each.name} of {each.mount}" for each in spec.pki_roles])


def _twice(kind: str, names: list[str]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if Counter(names[: index + 1])[name] > 1:
            yield Problem((kind, index), f"{name} stands twice under {kind}", "delete one, or name it otherwise")


def _references(spec: VaultClusterSpec) -> Iterator[Problem]:
    clusters = [each.name for each in spec.clusters]
    policies = [each.name for each in spec.policies]
    mounts = {each.path: each.type for each in spec.mounts}
    for index, role in enumerate(spec.roles):
        if role.cluster not in clusters:
            yield Problem(
                ("roles", index, "cluster"), f"there is no cluster {role.cluster}", "name it under `clusters`"
            )
        for place, policy in enumerate(role.policies):
            if policy not in policies:
                where = ("roles", index, "policies", place)
                yield Problem(where, f"there is no policy {policy}", "write it under `policies`")
    engines = {
        "transit": ("transit", [each.mount for each in spec.transit]),
        "pki_roles": ("pki", [each.mount for each in spec.pki_roles]),
    }
    for field, (kind, used) in engines.items():
        for index, mount in enumerate(used):
            if mounts.get(mount) != kind:
                yield Problem((field, index, "mount"), f"{mount} is no mount of {kind}", "write it under `mounts`")


def _networks(spec: VaultClusterSpec) -> Iterator[Problem]:
    lists: list[tuple[Path, tuple[str, ...]]] = [
        (("network", "kms_cidrs"), spec.network.kms_cidrs),
        (("network", "s3_cidrs"), spec.network.s3_cidrs),
    ]
    for index, cluster in enumerate(spec.clusters):
        lists += [(("clusters", index, "api_cidrs"), cluster.api_cidrs)]
        lists += [(("clusters", index, "pod_cidrs"), cluster.pod_cidrs)] if not cluster.local else []
    for path, cidrs in lists:
        if not cidrs:
            yield Problem(path, "no address is named: nothing could be reached", "name at least one network")
        for place, cidr in enumerate(cidrs):
            yield from _cidr((*path, place), cidr)
    yield from _cidr(("network", "pod_identity"), spec.network.pod_identity)


def _cidr(path: Path, cidr: str) -> Iterator[Problem]:
    try:
        network = ipaddress.ip_network(cidr)
    except ValueError as error:
        yield Problem(path, f"{error}", "write a network such as 10.0.1.16/28")
        return
    if network.prefixlen < _WIDEST_PREFIX:
        yield Problem(path, f"{cidr} is half of the world", "name the networks that are meant")


def _audit(spec: VaultClusterSpec) -> Iterator[Problem]:
    if len(spec.audit) < 2:
        yield Problem(("audit",), "with one audit device, Vault stops when it cannot be written", "name two devices")
    if len(spec.audit) > 1 and len({each.kind for each in spec.audit}) == 1 and spec.audit[0].kind == "file":
        yield Problem(("audit",), "all audit devices stand on one volume, and fail together", "let one be `stdout`")
    for index, device in enumerate(spec.audit):
        if device.kind == "file" and not device.path.startswith(f"{AUDIT_FOLDER}/"):
            text = f"the audit file {device.path or '(none)'} is not on the audit volume"
            yield Problem(("audit", index), text, f"write `path: {AUDIT_FOLDER}/NAME.log`")
        if device.kind == "socket" and not device.address:
            yield Problem(("audit", index), "this socket has no address", "write `address: HOST:PORT`")


def _durations(spec: VaultClusterSpec) -> Iterator[Problem]:
    fields: list[tuple[Path, str]] = [
        (("certificates", "duration"), spec.certificates.duration),
        (("certificates", "renew_before"), spec.certificates.renew_before),
        *((("autopilot", name), getattr(spec.autopilot, name)) for name in _AUTOPILOT_TIMES),
    ]
    for index, role in enumerate(spec.roles):
        fields += [(("roles", index, "ttl"), role.ttl), (("roles", index, "max_ttl"), role.max_ttl)]
    for index, mount in enumerate(spec.mounts):
        for name in ("default_lease_ttl", "max_lease_ttl"):
            fields += [(("mounts", index, name), getattr(mount, name))] if getattr(mount, name) else []
    bad = [(path, text) for path, text in fields if seconds(text) is None]
    for path, text in bad:
        yield Problem(path, f"`{text}` is no duration", "write one such as 30s, 15m or 720h")
    if bad:
        return
    renew, whole = seconds(spec.certificates.renew_before) or 0, seconds(spec.certificates.duration) or 0
    if renew * 3 < whole or renew >= whole:
        text = "the certificate is renewed too late to be repaired in time, or at once"
        yield Problem(("certificates", "renew_before"), text, "renew when a third of the duration is left")
    for index, role in enumerate(spec.roles):
        if (seconds(role.ttl) or 0) > (seconds(role.max_ttl) or 0):
            yield Problem(("roles", index, "ttl"), f"{role.ttl} is longer than max_ttl {role.max_ttl}", "shorten it")


_AUTOPILOT_TIMES = ("dead_server_last_contact_threshold", "last_contact_threshold", "server_stabilization_time")


def _safety(spec: VaultClusterSpec) -> Iterator[Problem]:
    if not 7 <= spec.seal.deletion_window_days <= 30:
        where = ("seal", "deletion_window_days")
        yield Problem(where, f"AWS knows no window of {spec.seal.deletion_window_days} days", "use 7 to 30")
    if spec.seal.retired_key == spec.seal.key:
        yield Problem(("seal", "retired_key"), "the key is moved away from itself", "name the old one, or none")
    if not 2 <= spec.recovery_threshold <= len(spec.operators):
        text = f"{spec.recovery_threshold} of {len(spec.operators)} operators' keys make no quorum"
        yield Problem(("recovery_threshold",), text, "use two at least, and no more than there are operators")
    if not 3 <= spec.autopilot.min_quorum <= spec.nodes:
        text = f"a minimum quorum of {spec.autopilot.min_quorum} does not fit {spec.nodes} servers"
        yield Problem(("autopilot", "min_quorum"), text, f"use 3 to {spec.nodes}")


def _snapshots(spec: VaultClusterSpec) -> Iterator[Problem]:
    saved = spec.snapshots
    mounts = [f"{each.path}/data/" for each in spec.mounts if each.type == "kv" and each.options.get("version") == "2"]
    if saved.canary and not any(saved.canary.startswith(each) for each in mounts):
        text = f"the canary `{saved.canary}` is in no mount of KV version 2"
        yield Problem(("snapshots", "canary"), text, "write MOUNT/data/NAME")
    if not 0 < saved.lock_days < saved.keep_days:
        text = f"snapshots are locked for {saved.lock_days} days and kept for {saved.keep_days}"
        yield Problem(("snapshots", "keep_days"), text, "keep them longer than they are locked")
    for name in ("schedule", "drill_schedule"):
        if len(getattr(saved, name).split()) != 5:
            yield Problem(("snapshots", name), f"`{getattr(saved, name)}` is no cron schedule", "write its five fields")


def _rights(spec: VaultClusterSpec) -> Iterator[Problem]:
    for index, role in enumerate(spec.roles):
        for name in ("service_accounts", "namespaces"):
            if not getattr(role, name) or any("*" in each for each in getattr(role, name)):
                text = f"the role {role.name} lets any of `{name}` in"
                yield Problem(("roles", index, name), text, "name those that are meant")
    for index, policy in enumerate(spec.policies):
        if policy.name in {"root", "default"}:
            yield Problem(("policies", index, "name"), f"{policy.name} is Vault's own", "name it otherwise")
        for path, capabilities in policy.paths.items():
            unknown = [each for each in capabilities if each not in _CAPABILITIES]
            if unknown:
                text = f"there is no capability {unknown[0]}"
                known = ", ".join(sorted(_CAPABILITIES))
                yield Problem(("policies", index, "paths", path), text, f"use {known}")


_CAPABILITIES = {"create", "read", "update", "patch", "delete", "list", "sudo", "deny", "subscribe", "recover"}
"""https://developer.hashicorp.com/vault/docs/concepts/policies#capabilities"""
