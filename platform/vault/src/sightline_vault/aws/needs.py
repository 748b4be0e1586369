"""The cluster's keys, bucket, roles and endpoints, which the package that provisions clusters reads as JSON.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html (permissions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.aws.needs import AwsNeeds, Bucket, Endpoint, Grant, Key, Role
from sightline_vault.model.naming import Naming

if TYPE_CHECKING:
    from sightline_vault.model.cluster import VaultClusterSpec

SEAL = ("kms:Encrypt", "kms:Decrypt", "kms:DescribeKey")
"""What a sealed server does with its key: https://developer.hashicorp.com/vault/docs/configuration/seal/awskms"""
UNSEAL = ("kms:Decrypt", "kms:DescribeKey")
"""What is done with a key that is moved away from: nothing is sealed by it any more."""
STORE = ("kms:GenerateDataKey", "kms:Decrypt")
"""What S3 asks for in the name of who writes an object in parts, and reads it."""
FETCH = ("kms:Decrypt",)


def needs(spec: VaultClusterSpec) -> AwsNeeds:
    """Return what the cluster asks for; the retired key and the grants on it are there while it is moved away from."""
    seal, naming = spec.seal, Naming(spec)
    retired = f"key/{seal.retired_key}" if seal.retired_key else ""
    keys = [
        Key(seal.key, f"seals {spec.name}, and nothing else", deletion_window_days=seal.deletion_window_days),
        Key(naming.store_key, "encrypts the snapshots in S3", deletion_window_days=seal.deletion_window_days),
    ]
    if retired:
        keys.append(
            Key(
                seal.retired_key,
                "sealed before: snapshots of that time open by it",
                deletion_window_days=seal.deletion_window_days,
            )
        )
    saved = spec.snapshots
    bucket = Bucket(
        saved.bucket,
        "Raft snapshots",
        naming.store_key,
        lock_days=saved.lock_days,
        expire_days=saved.keep_days,
        replica_region=saved.replica_region,
    )
    return AwsNeeds(
        spec.name,
        tuple(keys),
        (bucket,),
        _roles(spec, retired),
        (Endpoint("kms", "the seal, the probe and the drill"), Endpoint("s3", "snapshots")),
    )


def _roles(spec: VaultClusterSpec, retired: str) -> tuple[Role, ...]:
    naming, saved = Naming(spec), spec.snapshots
    sealing, storing = f"key/{spec.seal.key}", f"key/{naming.store_key}"
    listing = Grant(f"bucket/{saved.bucket}", ("s3:ListBucket",))
    objects = f"bucket/{saved.bucket}/{saved.prefix}*"
    old = (Grant(retired, UNSEAL),) if retired else ()
    opened = (Grant(retired, FETCH),) if retired else ()
    locks = ("s3:PutObjectRetention", "s3:GetObjectRetention")
    # A plain delete hides what is too old, never the newest; versions go by the lifecycle alone.
    writes = ("s3:PutObject", "s3:GetObject", *locks, "s3:DeleteObject", "s3:AbortMultipartUpload")
    accounts = {
        naming.service_account: ("the servers seal and unseal", (Grant(sealing, SEAL), *old)),
        naming.snapshot_account: (
            "the snapshot job stores, reads back and opens the sealed sums",
            (Grant(objects, writes), listing, Grant(storing, STORE), Grant(sealing, FETCH), *opened),
        ),
        naming.drill_account: (
            "the drill fetches a snapshot, and its throw-away server unseals",
            (Grant(objects, ("s3:GetObject",)), listing, Grant(storing, FETCH), Grant(sealing, SEAL), *old),
        ),
        naming.probe_account: ("the probe encrypts, decrypts and looks at the key's state", (Grant(sealing, SEAL),)),
    }
    return tuple(Role(name, why, spec.namespace, name, grants) for name, (why, grants) in accounts.items())
