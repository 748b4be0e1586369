"""What the cluster asks of AWS, and who may do what there: keys, bucket, roles, each with no more than it uses."""

from sightline_vault.aws.needs import needs
from sightline_vault.aws.policies import Arns, bucket_policy, key_policy

__all__ = ["Arns", "bucket_policy", "key_policy", "needs"]
