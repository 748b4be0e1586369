"""Who may speak to whom: the policies that say so, and the declaration that they are held to.

Both come from the model and neither from the other, so that `sightline kube flows` compares two things.
"""

from sightline_vault.network.flows import declaration
from sightline_vault.network.policies import network_policies

__all__ = ["declaration", "network_policies"]
