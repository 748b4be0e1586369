"""The policies of the cluster's keys and bucket: what the roles were granted, and denials that no later grant lifts.

A role's own policy and who may take it are `sightline_kube.aws.iam`'s. Conditions:
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_kube.aws import iam
from sightline_vault.aws.needs import needs
from sightline_vault.model.naming import Naming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_vault.model.cluster import VaultClusterSpec

Statement = dict[str, Any]

USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*")


@dataclass(frozen=True, slots=True)
class Arns:
    """What the environment calls things: each `key/NAME` and `bucket/NAME`, each role, who administers keys.

    `replication` is the role by which S3 copies objects to another region.
    """

    things: Mapping[str, str]
    roles: Mapping[str, str]
    administrators: tuple[str, ...]
    replication: str = ""

    @classmethod
    def unknown(cls, spec: VaultClusterSpec) -> Arns:
        """Return a placeholder for each (`${key/NAME}`, `${role/NAME}`), which who provisions fills in."""
        asked = needs(spec)
        things = [*(f"key/{each.name}" for each in asked.keys), *(f"bucket/{each.name}" for each in asked.buckets)]
        return cls(
            {each: f"${{{each}}}" for each in things},
            {each.name: f"${{role/{each.name}}}" for each in asked.roles},
            ("${administrators}",),
            "${role/replication}" if spec.snapshots.replica_region else "",
        )


def key_policy(spec: VaultClusterSpec, key: str, arns: Arns) -> dict[str, Any]:
    """Return the policy of one of the cluster's keys."""
    asked = needs(spec)
    document = iam.key_policy(asked, key, arns.roles, arns.administrators)
    users = [arns.roles[each.name] for each in asked.roles if any(grant.on == f"key/{key}" for grant in each.grants)]
    stored = key == Naming(spec).store_key
    via = {"kms:ViaService": f"s3.{spec.region}.amazonaws.com"}
    if stored and arns.replication:
        users.append(arns.replication)
        copying = {"Effect": "Allow", "Principal": {"AWS": arns.replication}, "Action": ["kms:Decrypt"]}
        document["Statement"].append(
            {"Sid": "Replication", **copying, "Resource": "*", "Condition": {"StringEquals": via}}
        )
    window = next(each.deletion_window_days for each in asked.keys if each.name == key)
    denied = [
        _deny("UseByOthers", USE, {"ArnNotEquals": {"aws:PrincipalArn": sorted(users)}}),
        # By a grant, somebody could use the key without a word in any policy.
        _deny("Grants", ("kms:CreateGrant",)),
        _deny(
            "EarlyDeletion",
            ("kms:ScheduleKeyDeletion",),
            {"NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": str(window)}},
        ),
        _deny("RotationOff", ("kms:DisableKeyRotation",)),
        _deny("Lockout", ("kms:PutKeyPolicy",), {"Bool": {"kms:BypassPolicyLockoutSafetyCheck": "true"}}),
    ]
    if stored:
        denied.append(_deny("UseWithoutS3", USE, {"StringNotEquals": via}))
    document["Statement"] += denied
    return document


def bucket_policy(spec: VaultClusterSpec, arns: Arns) -> dict[str, Any]:
    """Return the policy of the snapshots' bucket: TLS, this key, and nobody ends a lock or deletes a version."""
    name = spec.snapshots.bucket
    bucket = arns.things[f"bucket/{name}"]
    objects = f"{bucket}/*"
    key = arns.things[f"key/{Naming(spec).store_key}"]
    header = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    # Without the header the bucket's own default is taken, which is this key. `IfExists` would deny that, too.
    # The header is compared as it was sent, and our own job sends the alias.
    other = {"StringNotEquals": {header: [key, f"alias/{Naming(spec).store_key}"]}, "Null": {header: "false"}}
    statements = [
        _deny("Plaintext", ("s3:*",), {"Bool": {"aws:SecureTransport": "false"}}, [bucket, objects]),
        _deny("OtherKeys", ("s3:PutObject",), other, objects),
        _deny("Deletion", ("s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"), {}, objects),
        _deny("Unlocking", ("s3:PutBucketObjectLockConfiguration", "s3:DeleteBucket"), {}, bucket),
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _deny(
    sid: str, actions: tuple[str, ...], condition: Mapping[str, Any] | None = None, on: str | list[str] = "*"
) -> Statement:
    statement: Statement = {"Sid": f"Deny{sid}", "Effect": "Deny", "Principal": "*"}
    statement |= {"Action": list(actions), "Resource": on}
    return statement | ({"Condition": dict(condition)} if condition else {})
