"""Speaking to Vault: several nodes, TLS that is always checked, answers as plain values, no token in any text.

`VaultClient` is what the rest of the package is given, each part by a Protocol of what it needs.
"""

from sightline_vault.client.client import VaultClient
from sightline_vault.client.connection import Connection
from sightline_vault.client.errors import NoAnswerError, VaultError
from sightline_vault.client.secret import Secret
from sightline_vault.client.wire import Answer

__all__ = ["Answer", "Connection", "NoAnswerError", "Secret", "VaultClient", "VaultError"]
