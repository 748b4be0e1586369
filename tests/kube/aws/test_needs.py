"""Needs survive their JSON, ask for no more than they declare, and become policies of exactly that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sightline_kube.aws.iam import key_policy, role_policy, trust_policy
from sightline_kube.aws.needs import AwsNeeds, Bucket, Endpoint, Grant, Key, Role, render
from sightline_kube.aws.reading import read_needs
from sightline_kube.aws.validation import problems

SEAL = Grant("key/seal", ("kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"))
STORE = Grant("bucket/snapshots/vault/*", ("s3:PutObject", "s3:GetObject"))
NEEDS = AwsNeeds(
    "vault",
    keys=(Key("seal", "unseals"), Key("store", "encrypts snapshots", deletion_window_days=7)),
    buckets=(Bucket("snapshots", "snapshots", "store", lock_days=30, expire_days=90, replica_region="eu-west-1"),),
    roles=(
        Role("server", "unseals", "vault", "vault", (SEAL,)),
        Role(
            "snapshot",
            "stores",
            "vault",
            "snapshot",
            (STORE, Grant("bucket/snapshots", ("s3:ListBucket",)), replace(SEAL, on="key/store")),
        ),
    ),
    endpoints=(Endpoint("kms", "seal"), Endpoint("s3", "snapshots")),
)


def test_they_read_back() -> None:
    """The JSON of needs is read as equal needs, without a finding, and is the same each time."""
    assert read_needs(render(NEEDS), "needs.json") == (NEEDS, [])
    assert render(NEEDS) == render(NEEDS)


@pytest.mark.parametrize(
    ("needs", "message"),
    [
        (replace(NEEDS, endpoints=NEEDS.endpoints[:1]), "is reached through no endpoint"),
        (replace(NEEDS, keys=(*NEEDS.keys, NEEDS.keys[0])), "seal stands twice"),
        (replace(NEEDS, keys=(*NEEDS.keys, Key("Bad_Name", "x"))), "is no name"),
        (replace(NEEDS, keys=(*NEEDS.keys, Key("k", "x", deletion_window_days=31))), "no window of 31 days"),
        (replace(NEEDS, buckets=(Bucket("snapshots", "x", "gone"),)), "there is no key gone"),
        (replace(NEEDS, buckets=(replace(NEEDS.buckets[0], expire_days=30),)), "are locked for 30"),
        (replace(NEEDS, roles=(replace(NEEDS.roles[0], grants=()),)), "may do nothing"),
        (replace(NEEDS, roles=(NEEDS.roles[0], replace(NEEDS.roles[0], name="again"))), "has another role already"),
    ],
)
def test_what_nobody_should_be_given_is_told(needs: AwsNeeds, message: str) -> None:
    """Each fault is one finding, placed in the JSON."""
    read, findings = read_needs(render(needs), "needs.json")
    assert read == needs
    assert [each.code for each in findings] == ["NEED002"] * len(findings)
    assert any(message in each.message for each in findings)
    assert all(each.span and each.span.line > 1 for each in findings)


@pytest.mark.parametrize(
    ("grant", "message"),
    [
        (Grant("key/gone", ("kms:Decrypt",)), "nothing that these needs ask for"),
        (Grant("role/server", ("kms:Decrypt",)), "nothing that these needs ask for"),
        (Grant("*", ("kms:Decrypt",)), "nothing that these needs ask for"),
        (Grant("key/seal", ()), "allows nothing"),
        (Grant("key/seal", ("*",)), "takes in more"),
        (Grant("key/seal", ("kms:*",)), "takes in more"),
        (Grant("key/seal", ("kms:Get*",)), "takes in more"),
        (Grant("key/seal", ("Decrypt",)), "is no action"),
        (Grant("key/seal", ("s3:GetObject",)), "is no action on a key"),
        (Grant("bucket/snapshots", ("kms:Decrypt",)), "is no action on a bucket"),
    ],
)
def test_a_grant_is_of_named_actions_on_a_declared_thing(grant: Grant, message: str) -> None:
    """Stars, other services' actions and things of somebody else are refused."""
    needs = replace(NEEDS, roles=(replace(NEEDS.roles[0], grants=(grant,)),))
    (problem,) = problems(needs)
    assert message in problem.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "needs are one document"),
        ("[]", "this is no mapping"),
        ("version: v2\ncomponent: a\n", "version"),
        ("version: sightline/aws-needs/v1\n", "no component"),
        ("version: sightline/aws-needs/v1\ncomponent: a\nkeys: {}\n", "`keys` is no list"),
        ("version: sightline/aws-needs/v1\ncomponent: a\nkeys: [{name: a}]\n", "no `why`"),
        (
            "version: sightline/aws-needs/v1\ncomponent: a\nkeys: [{name: a, why: b, rotation: 'yes'}]\n",
            "not true or false",
        ),
        (
            "version: sightline/aws-needs/v1\ncomponent: a\nkeys: [{name: a, why: b, rotatoin: true}]\n",
            "no field `rotatoin`",
        ),
        ("version: sightline/aws-needs/v1\ncomponent: a\nkeys: [x]\n", "this is no mapping"),
    ],
)
def test_a_form_that_cannot_be_read_is_told(text: str, message: str) -> None:
    """No value is made of it."""
    needs, findings = read_needs(text, "needs.yaml")
    assert needs is None
    assert {each.code for each in findings} == {"NEED001"}
    assert any(message in each.message for each in findings)


def test_a_role_s_policy_is_what_it_was_granted() -> None:
    """One statement a grant, its actions and its one resource, and no star but that of the objects' prefix."""
    arns = {"bucket/snapshots": "arn:aws:s3:::snap", "key/store": "arn:aws:kms:eu-central-1:1:key/2"}
    document = role_policy(NEEDS.roles[1], arns)
    assert [(each["Effect"], each["Resource"], each["Action"]) for each in document["Statement"]] == [
        ("Allow", "arn:aws:s3:::snap/vault/*", ["s3:GetObject", "s3:PutObject"]),
        ("Allow", "arn:aws:s3:::snap", ["s3:ListBucket"]),
        ("Allow", "arn:aws:kms:eu-central-1:1:key/2", ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"]),
    ]
    with pytest.raises(KeyError, match="key/seal"):
        role_policy(NEEDS.roles[0], arns)


def test_a_role_is_taken_by_its_own_pods_alone() -> None:
    """Pod Identity only, for one service account of one namespace of one cluster of one account."""
    (statement,) = trust_policy(NEEDS.roles[0], "123456789012", "arn:aws:eks:eu-central-1:123456789012:cluster/hub")[
        "Statement"
    ]
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Condition"]["StringEquals"]["aws:RequestTag/kubernetes-service-account"] == "vault"
    assert statement["Condition"]["ArnEquals"]["aws:SourceArn"].endswith("cluster/hub")


def test_administrators_of_a_key_cannot_use_it() -> None:
    """The key's users have what they were granted on that key; administration holds no use and no way to one."""
    document = key_policy(NEEDS, "seal", {"server": "arn:server", "snapshot": "arn:snapshot"}, ("arn:admin",))
    admin, use = document["Statement"]
    assert (use["Principal"], use["Action"]) == (
        {"AWS": "arn:server"},
        ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"],
    )
    forbidden = {"kms:Encrypt", "kms:Decrypt", "kms:CreateGrant", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:*"}
    assert not forbidden & set(admin["Action"])
    assert not [each for each in admin["Action"] if each.startswith(("kms:Create*", "kms:En*", "kms:De*"))]
