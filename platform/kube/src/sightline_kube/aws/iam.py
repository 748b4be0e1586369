"""Policies of IAM and KMS out of needs: what was asked for, and not one action more.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html,
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html,
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_kube.aws.needs import AwsNeeds, Role

_VERSION = "2012-10-17"
ADMINISTRATION = (
    *(
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:UpdateAlias",
        "kms:Describe*",
        "kms:Enable*",
        "kms:List*",
        "kms:Put*",
        "kms:Revoke*",
    ),
    *("kms:Disable*", "kms:Get*", "kms:TagResource", "kms:UntagResource"),
    *("kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion", "kms:RotateKeyOnDemand"),
)
"""What AWS's default policy gives to administrators of a key, but for kms:CreateGrant, by which they could use it."""


def role_policy(role: Role, arns: Mapping[str, str]) -> dict[str, Any]:
    """Return the permissions of a role.

    Args:
        role: the role.
        arns: the ARN of each `key/NAME` and `bucket/NAME` that its grants are on.

    Raises:
        KeyError: an ARN is missing.
    """
    statements = []
    for number, grant in enumerate(role.grants, 1):
        kind, name, *prefix = grant.on.split("/", 2)
        arn = arns[f"{kind}/{name}"]
        resource = f"{arn}/{prefix[0]}" if prefix else arn
        statements.append(
            {"Sid": f"Grant{number}", "Effect": "Allow", "Action": sorted(grant.actions), "Resource": resource}
        )
    return {"Version": _VERSION, "Statement": statements}


def trust_policy(role: Role, account: str, cluster_arn: str) -> dict[str, Any]:
    """Return who may take a role: EKS Pod Identity, for one service account of one cluster, and nobody else."""
    return {
        "Version": _VERSION,
        "Statement": [
            {
                "Sid": "PodIdentity",
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": {
                    "StringEquals": {
                        "aws:SourceAccount": account,
                        "aws:RequestTag/kubernetes-namespace": role.namespace,
                        "aws:RequestTag/kubernetes-service-account": role.service_account,
                    },
                    "ArnEquals": {"aws:SourceArn": cluster_arn},
                },
            }
        ],
    }


def key_policy(
    needs: AwsNeeds, key: str, role_arns: Mapping[str, str], administrators: tuple[str, ...]
) -> dict[str, Any]:
    """Return a key's own policy: administrators who cannot use it, and the roles with what they were granted on it.

    Without the default statement for the whole account, IAM policies alone give nobody access to the key.

    Raises:
        KeyError: a role's ARN is missing.
    """
    statements: list[dict[str, Any]] = [
        {
            "Sid": "Administration",
            "Effect": "Allow",
            "Principal": {"AWS": sorted(administrators)},
            "Action": sorted(ADMINISTRATION),
            "Resource": "*",
        }
    ]
    for role in needs.roles:
        actions = sorted({action for each in role.grants if each.on == f"key/{key}" for action in each.actions})
        if actions:
            sid = "Use" + "".join(part.capitalize() for part in role.name.split("-"))
            statements.append(
                {
                    "Sid": sid,
                    "Effect": "Allow",
                    "Principal": {"AWS": role_arns[role.name]},
                    "Action": actions,
                    "Resource": "*",
                }
            )
    return {"Version": _VERSION, "Statement": statements}
