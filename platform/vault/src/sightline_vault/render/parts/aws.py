"""What AWS is asked for, and the policies of keys, bucket and roles with a placeholder for each ARN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.envelope import dumps
from sightline_kube.aws.iam import role_policy, trust_policy
from sightline_kube.aws.needs import render as as_json
from sightline_vault.aws import Arns, bucket_policy, key_policy, needs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_vault.model.cluster import VaultClusterSpec


def render(spec: VaultClusterSpec) -> Mapping[str, str]:
    """Return the needs, which are all that who provisions has to read, and the policies that follow from them."""
    asked, arns = needs(spec), Arns.unknown(spec)
    files = {"aws/needs.json": as_json(asked)}
    for key in asked.keys:
        files[f"aws/keys/{key.name}.json"] = dumps(key_policy(spec, key.name, arns))
    for bucket in asked.buckets:
        files[f"aws/buckets/{bucket.name}.json"] = dumps(bucket_policy(spec, arns))
    for role in asked.roles:
        files[f"aws/roles/{role.name}.json"] = dumps(role_policy(role, arns.things))
        files[f"aws/roles/{role.name}.trust.json"] = dumps(trust_policy(role, "${account}", "${cluster}"))
    return files
