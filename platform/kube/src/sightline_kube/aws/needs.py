"""Keys, buckets, roles and endpoints that a component asks of its environment.

The component's package makes an `AwsNeeds`; the package that provisions clusters reads its JSON. They share no import.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sightline_core.envelope import dumps

VERSION = "sightline/aws-needs/v1"


@dataclass(frozen=True, slots=True)
class Key:
    """A symmetric KMS key. `deletion_window_days` is 7 to 30, AWS's own limits."""

    name: str
    why: str
    rotation: bool = True
    deletion_window_days: int = 30
    multi_region: bool = False


@dataclass(frozen=True, slots=True)
class Bucket:
    """An S3 bucket that is private, versioned and encrypted by `key`, a key of the same needs.

    `lock_days` keeps every version from deletion that long (object lock, compliance mode); 0 is no lock.
    `expire_days` deletes old versions after that long; 0 is never. `replica_region` gets a copy of each object.
    """

    name: str
    why: str
    key: str
    lock_days: int = 0
    expire_days: int = 0
    replica_region: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """Actions on one thing: `key/NAME`, `bucket/NAME` (the bucket itself) or `bucket/NAME/PREFIX*` (its objects)."""

    on: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role that the pods of one service account get by EKS Pod Identity."""

    name: str
    why: str
    namespace: str
    service_account: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint of a service such as `kms`, so that its addresses are known to NetworkPolicies."""

    service: str
    why: str


@dataclass(frozen=True, slots=True)
class AwsNeeds:
    """Everything that one component asks for."""

    component: str
    keys: tuple[Key, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    roles: tuple[Role, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()


def render(needs: AwsNeeds) -> str:
    """Return the needs as JSON, which `reading.read_needs` turns into an equal value."""
    return dumps({"version": VERSION, **asdict(needs)})
