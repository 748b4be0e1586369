"""What the cluster asks of AWS is what it uses: requests are held to the policies by a simulation of IAM."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sightline_kube.aws.iam import role_policy, trust_policy
from sightline_kube.aws.needs import render
from sightline_kube.aws.reading import read_needs
from sightline_vault.aws import Arns, bucket_policy, key_policy, needs
from sightline_vault.aws.simulation import Request, Verdict, verdict
from sightline_vault.model import Naming, VaultClusterSpec, read_spec_file
from sightline_vault.render.parts import aws as part

HUB = Path(__file__).resolve().parents[3] / "platform/vault/clusters/hub.yaml"
ADMIN = "arn:aws:iam::1:role/admin"
COPIER = "arn:aws:iam::1:role/replication"
STRANGER = "arn:aws:iam::1:role/stranger"
VIA_S3 = {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}
ALLOWED, DENIED, SILENT = Verdict.ALLOWED, Verdict.DENIED, Verdict.SILENT


@cache
def hub() -> VaultClusterSpec:
    spec, findings = read_spec_file(HUB)
    assert spec is not None, findings
    return spec


def moving() -> VaultClusterSpec:
    """The hub while it is moved to another key."""
    return replace(hub(), seal=replace(hub().seal, retired_key="sightline-vault-hub-old"))


def role(name: str) -> str:
    return f"arn:aws:iam::1:role/{name}"


def arns(spec: VaultClusterSpec) -> Arns:
    asked = needs(spec)
    things = {f"key/{each.name}": f"arn:aws:kms:eu-central-1:1:key/{each.name}" for each in asked.keys}
    things |= {f"bucket/{each.name}": f"arn:aws:s3:::{each.name}" for each in asked.buckets}
    return Arns(things, {each.name: role(each.name) for each in asked.roles}, (ADMIN,), COPIER)


def asked(policy: dict[str, Any], who: str, action: str, **context: str) -> Verdict:
    return verdict(policy, Request(who, action, "*", context))


@pytest.mark.parametrize("spec", [hub(), moving()], ids=["hub", "moving"])
def test_needs_read_back_without_a_finding(spec: VaultClusterSpec) -> None:
    """The package that provisions gets an equal value, and nothing in it is too wide."""
    assert read_needs(render(needs(spec)), "needs.json") == (needs(spec), [])


def test_each_key_rotates_and_is_deleted_slowly() -> None:
    """Rotation is on, and the window is the model's."""
    found = [(each.rotation, each.deletion_window_days) for each in needs(moving()).keys]
    assert found == [(True, 30)] * 3


def test_the_bucket_locks_expires_and_has_a_copy() -> None:
    """Versions cannot be deleted while they are locked, and go when they are over."""
    (bucket,) = needs(hub()).buckets
    assert (bucket.lock_days, bucket.expire_days, bucket.replica_region) == (30, 35, "eu-west-1")
    assert bucket.key != hub().seal.key


@pytest.mark.parametrize("action", ["Encrypt", "Decrypt", "DescribeKey"])
@pytest.mark.parametrize("account", ["vault", "vault-drill", "vault-kms-probe"])
def test_the_seal_s_roles_may_do_what_a_server_does(account: str, action: str) -> None:
    """Servers, the drill's server and the probe use the key alike."""
    assert asked(key_policy(hub(), hub().seal.key, arns(hub())), role(account), f"kms:{action}") is ALLOWED


@pytest.mark.parametrize(
    ("who", "action", "context", "expected"),
    [
        (role("vault"), "kms:GenerateDataKey", {}, SILENT),
        (role("vault"), "kms:ReEncryptFrom", {}, SILENT),
        (role("vault"), "kms:ScheduleKeyDeletion", {}, SILENT),
        (role("vault"), "kms:CreateGrant", {}, DENIED),
        (role("vault-snapshot"), "kms:Decrypt", {}, ALLOWED),
        (role("vault-snapshot"), "kms:Encrypt", {}, SILENT),
        (ADMIN, "kms:Decrypt", {}, DENIED),
        (ADMIN, "kms:Encrypt", {}, DENIED),
        (ADMIN, "kms:CreateGrant", {}, DENIED),
        (ADMIN, "kms:DisableKeyRotation", {}, DENIED),
        (ADMIN, "kms:EnableKeyRotation", {}, ALLOWED),
        (ADMIN, "kms:PutKeyPolicy", {}, ALLOWED),
        (ADMIN, "kms:PutKeyPolicy", {"kms:BypassPolicyLockoutSafetyCheck": "true"}, DENIED),
        (ADMIN, "kms:ScheduleKeyDeletion", {"kms:ScheduleKeyDeletionPendingWindowInDays": "7"}, DENIED),
        (ADMIN, "kms:ScheduleKeyDeletion", {"kms:ScheduleKeyDeletionPendingWindowInDays": "30"}, ALLOWED),
        (STRANGER, "kms:Decrypt", {}, DENIED),
        (STRANGER, "kms:DescribeKey", {}, SILENT),
    ],
)
def test_the_seal_s_key_serves_nobody_else(who: str, action: str, context: dict[str, str], expected: Verdict) -> None:
    """Who administers cannot use, who uses cannot administer, and no one can delete early or lock out."""
    assert asked(key_policy(hub(), hub().seal.key, arns(hub())), who, action, **context) is expected


@pytest.mark.parametrize(
    ("who", "action", "context", "expected"),
    [
        (role("vault-snapshot"), "kms:GenerateDataKey", VIA_S3, ALLOWED),
        (role("vault-snapshot"), "kms:Decrypt", VIA_S3, ALLOWED),
        (role("vault-snapshot"), "kms:Decrypt", {}, DENIED),
        (role("vault-drill"), "kms:Decrypt", VIA_S3, ALLOWED),
        (role("vault-drill"), "kms:GenerateDataKey", VIA_S3, SILENT),
        (role("vault"), "kms:Decrypt", VIA_S3, DENIED),
        (COPIER, "kms:Decrypt", VIA_S3, ALLOWED),
        (COPIER, "kms:GenerateDataKey", VIA_S3, SILENT),
        (ADMIN, "kms:Decrypt", VIA_S3, DENIED),
    ],
)
def test_the_snapshots_key_works_through_s3_alone(
    who: str, action: str, context: dict[str, str], expected: Verdict
) -> None:
    """The servers never use it, and nobody decrypts by it directly."""
    assert asked(key_policy(hub(), Naming(hub()).store_key, arns(hub())), who, action, **context) is expected


def test_a_retired_key_opens_and_seals_nothing() -> None:
    """While the seal is moved, the old key decrypts; when the move is over, nobody has a grant on it."""
    policy = key_policy(moving(), "sightline-vault-hub-old", arns(moving()))
    assert asked(policy, role("vault"), "kms:Decrypt") is ALLOWED
    assert asked(policy, role("vault"), "kms:Encrypt") is SILENT
    assert asked(policy, role("vault-kms-probe"), "kms:Decrypt") is DENIED
    assert "old" not in render(needs(hub()))


@pytest.mark.parametrize(
    ("account", "action", "thing", "expected"),
    [
        ("vault-snapshot", "s3:PutObject", "raft/2026.snap", ALLOWED),
        ("vault-snapshot", "s3:GetObject", "raft/2026.snap", ALLOWED),
        ("vault-snapshot", "s3:PutObject", "else/2026.snap", SILENT),
        ("vault-snapshot", "s3:DeleteObject", "raft/2026.snap", ALLOWED),
        ("vault-snapshot", "s3:DeleteObject", "else/2026.snap", SILENT),
        ("vault-snapshot", "s3:DeleteObjectVersion", "raft/2026.snap", SILENT),
        ("vault-snapshot", "s3:BypassGovernanceRetention", "raft/2026.snap", SILENT),
        ("vault-drill", "s3:GetObject", "raft/2026.snap", ALLOWED),
        ("vault-drill", "s3:PutObject", "raft/2026.snap", SILENT),
        ("vault", "s3:GetObject", "raft/2026.snap", SILENT),
        ("vault-kms-probe", "s3:GetObject", "raft/2026.snap", SILENT),
    ],
)
def test_each_role_reaches_its_own_objects(account: str, action: str, thing: str, expected: Verdict) -> None:
    """The job writes and reads under its prefix, the drill reads, nobody deletes, the servers see no snapshot."""
    known = arns(hub())
    found = next(each for each in needs(hub()).roles if each.name == account)
    resource = f"{known.things[f'bucket/{hub().snapshots.bucket}']}/{thing}"
    assert verdict(role_policy(found, known.things), Request(role(account), action, resource)) is expected


@pytest.mark.parametrize(
    ("action", "context", "expected"),
    [
        ("s3:GetObject", {"aws:SecureTransport": "false"}, DENIED),
        ("s3:GetObject", {"aws:SecureTransport": "true"}, SILENT),
        ("s3:PutObject", {"s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:other"}, DENIED),
        (
            "s3:PutObject",
            {"s3:x-amz-server-side-encryption-aws-kms-key-id": f"alias/{Naming(hub()).store_key}"},
            SILENT,
        ),
        ("s3:PutObject", {}, SILENT),
        ("s3:DeleteObjectVersion", {}, DENIED),
        ("s3:BypassGovernanceRetention", {}, DENIED),
    ],
)
def test_the_bucket_denies_whatever_a_role_has(action: str, context: dict[str, str], expected: Verdict) -> None:
    """No plaintext, no other key, no deletion: for nobody."""
    name = hub().snapshots.bucket
    request = Request(ADMIN, action, f"arn:aws:s3:::{name}/raft/x", context)
    assert verdict(bucket_policy(hub(), arns(hub())), request) is expected


@pytest.mark.slow
def test_the_policies_are_such_as_iam_takes() -> None:
    """Moto holds the documents to IAM's grammar, which it took from AWS's own answers."""
    boto3, moto = pytest.importorskip("boto3"), pytest.importorskip("moto")
    known = arns(moving())
    with moto.mock_aws():
        client = boto3.client("iam", "eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
        for each in needs(moving()).roles:
            document = json.dumps(role_policy(each, known.things))
            client.create_policy(PolicyName=each.name, PolicyDocument=document)
            trust = json.dumps(trust_policy(each, "111111111111", "arn:aws:eks:eu-central-1:1:cluster/hub"))
            client.create_role(RoleName=each.name, AssumeRolePolicyDocument=trust)
        kms = boto3.client("kms", "eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
        for key in needs(moving()).keys:
            text = json.dumps(key_policy(moving(), key.name, known))
            made = kms.create_key(Policy=text)["KeyMetadata"]["KeyId"]
            assert json.loads(kms.get_key_policy(KeyId=made, PolicyName="default")["Policy"]) == json.loads(text)


def test_the_part_holds_the_needs_and_each_policy() -> None:
    """What is rendered without an account names a placeholder for each thing, and reads back."""
    files = part.render(hub())
    assert read_needs(files["aws/needs.json"], "needs.json") == (needs(hub()), [])
    policy = json.loads(files[f"aws/keys/{hub().seal.key}.json"])
    assert asked(policy, "${role/vault}", "kms:Decrypt") is ALLOWED
    assert asked(policy, "${administrators}", "kms:Decrypt") is DENIED
    assert len(files) == 1 + 2 + 1 + 2 * 4
