"""Audit events of every kind by a seed, with a canary in every text and key that a person could have written.

Their shapes are those that a real server of 1.21.0 wrote, hashed and raw. A canary comes in disguises, too.
"""

from __future__ import annotations

import base64
import json
import random
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline_vault.model.naming import Naming
from sightline_vault.model.reading import read_spec_file
from sightline_vault.observability.audit.scrub import Scrubber
from sightline_vault.observability.audit.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.model.cluster import VaultClusterSpec

HUB = Path(__file__).resolve().parents[3] / "platform" / "vault" / "clusters" / "hub.yaml"
CANARY = "s3cr3t-c4n4ry"
"""What must not come out. No part of it is a word of the vocabulary."""

_MOUNTS = (
    ("secret/", "kv", "secret", ("data/payments/{}", "metadata/{}", "delete/{}", "undelete/{}/{}")),
    ("transit/", "transit", "secret", ("encrypt/orders", "decrypt/{}", "keys/{}", "sign/{}/sha2-256")),
    ("pki/", "pki", "secret", ("sign/services", "issue/{}", "root/generate/internal", "roles/{}")),
    (
        "sys/",
        "system",
        "secret",
        ("policies/acl/{}", "mounts/{}", "wrapping/wrap", "wrapping/unwrap", "seal", "audit/{}"),
    ),
    ("auth/kubernetes/prod/", "kubernetes", "auth", ("login", "role/{}", "config")),
    ("auth/userpass/", "userpass", "auth", ("login/{}", "users/{}/password")),
    ("auth/approle/", "approle", "auth", ("login", "role/{}/secret-id")),
    ("auth/token/", "token", "auth", ("create", "lookup-self", "renew-self", "revoke-accessor")),
    ("identity/", "identity", "secret", ("entity", "entity/id/{}", "group/name/{}")),
    ("cubbyhole/", "cubbyhole", "secret", ("{}", "{}/{}")),
)
_OPERATIONS = ("create", "read", "update", "delete", "list", "patch", "help", "renew", "revoke")
_ERRORS = (
    "",
    "1 error occurred:\n\t* permission denied\n\n",
    "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n",
    "permission denied",
    "1 error occurred:\n\t* invalid request\n\n",
    "invalid credentials",
    "1 error occurred:\n\t* unsupported path\n\n",
    "failed to decrypt {}: illegal base64 in {}",
    "1 error occurred:\n\t* role {} could not be found\n\n",
)
DENIED = frozenset(_ERRORS[each] for each in (1, 2, 3, 5))


def hub() -> VaultClusterSpec:
    """Return the golden cluster."""
    spec, findings = read_spec_file(HUB)
    assert spec is not None, findings
    return spec


def scrubber() -> Scrubber:
    """Return the golden cluster's."""
    spec = hub()
    return Scrubber(vocabulary(spec), Naming(spec).tags)


@dataclass(frozen=True)
class Event:
    """A line as the device writes it, and whether it is the answer to a request that was denied."""

    line: bytes
    denied: bool


def events(count: int, seed: int) -> Iterator[Event]:
    """Make so many events, hashed and raw ones, requests and responses."""
    chance = random.Random(seed)
    for _ in range(count):
        yield _event(chance)


def secrets() -> tuple[str, ...]:
    """Return what is looked for in what comes out: the canary and what each disguise makes of it."""
    encoded = base64.b64encode(CANARY.encode()).decode().rstrip("=")
    return (
        CANARY,
        encoded[:-1],
        CANARY.encode().hex(),
        CANARY[::-1],
        CANARY.upper(),
        urllib.parse.quote(CANARY, safe=""),
    )


def planted(chance: random.Random) -> str:
    """Return the canary in one of its disguises."""
    number = f"{chance.randrange(1 << 32):x}"
    return chance.choice(
        (
            CANARY,
            f"{CANARY}-{number}",
            f"hvs.{CANARY}{number}",
            f"hmac-sha256:{CANARY}",
            json.dumps({"password": CANARY}),
            base64.b64encode(CANARY.encode()).decode(),
            CANARY.encode().hex(),
            CANARY.upper(),
            f"kubernetes-prod-shop-payments {CANARY}",
            f"10.0.0.1%{CANARY}",
            f"2026-11-25T09:00:00Z{CANARY}",
            f"../{CANARY}\n{CANARY}",
            f'","path":"{CANARY}',
        )
    )


def _event(chance: random.Random) -> Event:
    def plant() -> str:
        return planted(chance)

    def uuid() -> str:
        text = f"{chance.getrandbits(128):032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    raw = chance.random() < 0.3

    def hashed() -> str:
        return plant() if raw else f"hmac-sha256:{chance.getrandbits(256):064x}"

    def data() -> dict[str, Any]:
        return {
            plant(): hashed(),
            "nested": {plant(): [hashed(), {plant(): hashed()}]},
            "number": chance.random(),
            "plain": plant(),
        }

    def auth() -> dict[str, Any]:
        return {
            "accessor": hashed(),
            "client_token": hashed(),
            "display_name": chance.choice(("root", "kubernetes-prod-shop-payments", f"userpass-{plant()}")),
            "entity_id": chance.choice((uuid(), plant())),
            "external_namespace_policies": {plant(): [plant()]},
            "metadata": {"role": plant(), "service_account_name": plant(), "username": plant(), plant(): plant()},
            "policies": ["default", "payments", plant()],
            "token_policies": ["default", plant()],
            "policy_results": {"allowed": True, "granting_policies": [{"name": plant(), "type": plant()}]},
            "token_issue_time": chance.choice(("2026-11-25T09:53:19Z", plant())),
            "token_ttl": 900,
            "token_type": chance.choice(("service", "batch", plant())),
            plant(): plant(),
        }

    mount, kind, place, paths = chance.choice(_MOUNTS)
    error = chance.choice(_ERRORS)
    filled = error.replace("{}", plant())
    request: dict[str, Any] = {
        "id": uuid(),
        "client_id": chance.choice((uuid(), plant())),
        "client_token": hashed(),
        "client_token_accessor": hashed(),
        "operation": chance.choice(_OPERATIONS),
        "path": mount + chance.choice(paths).replace("{}", plant()),
        "request_uri": f"/v1/{mount}?x={plant()}",
        "mount_accessor": f"{kind}_{plant()}",
        "mount_class": place,
        "mount_point": mount,
        "mount_type": chance.choice((kind, kind, plant())),
        "mount_running_version": plant(),
        "namespace": {"id": "root", "path": plant()},
        "remote_address": chance.choice(("10.1.2.3", "fd00::1", plant())),
        "remote_port": chance.choice((40000, plant())),
        "data": data(),
        "headers": {"traceparent": [plant()], "user-agent": [plant()], plant(): [plant()]},
        "wrap_ttl": chance.choice((0, 60, plant())),
        "client_certificate_serial_number": plant(),
        "replication_cluster": plant(),
        plant(): {plant(): plant()},
    }
    kinds = ("request", "response")
    event: dict[str, Any] = {"time": "2026-11-25T09:53:22.280079087Z", "type": chance.choice(kinds), "request": request}
    if chance.random() < 0.9:
        event["auth"] = auth()
    if filled:
        event["error"] = filled
    if event["type"] == "response":
        event["response"] = {
            "auth": auth(),
            "data": data(),
            "headers": {plant(): [plant()]},
            "mount_point": mount,
            "mount_type": kind,
            "redirect": plant(),
            "secret": {"lease_id": f"pki/issue/{plant()}/{plant()}"},
            "warnings": [plant()],
            "wrap_info": {
                "accessor": hashed(),
                "token": hashed(),
                "ttl": 60,
                "creation_path": f"secret/data/{plant()}",
                "creation_time": chance.choice(("2026-11-25T09:53:19Z", plant())),
                "wrapped_accessor": hashed(),
            },
        }
    event[plant()] = plant()
    line = json.dumps(event, sort_keys=chance.random() < 0.5, separators=(",", ":")).encode()
    if chance.random() < 0.02:
        cut = chance.randrange(1, len(line))
        return Event(line[:cut], denied=False)
    return Event(line, event["type"] == "response" and error in DENIED)
