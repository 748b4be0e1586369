"""Logging in by a pod's service-account token, as every job of ours does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_vault.client.client import expected
from sightline_vault.client.secret import Secret
from sightline_vault.model.naming import TOKEN_FOLDER

if TYPE_CHECKING:
    from sightline_vault.client.client import VaultClient

TOKEN_FILE = f"{TOKEN_FOLDER}/token"
"""Where the chart's projected volume has it."""


@dataclass(frozen=True, slots=True)
class Login:
    """A token and the seconds it lives."""

    token: Secret
    lives_s: int
    policies: tuple[str, ...]


def login(client: VaultClient, mount: str, role: str, jwt: Secret) -> Login:
    """Log in at `auth/MOUNT`.

    Raises:
        VaultError: Vault refused; `sightline vault why` tells why.
        NoAnswerError: No node answers.
    """
    path = f"auth/{mount}/login"
    answer = client.with_token(None).ask("POST", path, {"role": role, "jwt": jwt.reveal()})
    auth = expected(answer, "POST", path).body["auth"]
    return Login(Secret(auth["client_token"]), int(auth["lease_duration"]), tuple(auth["token_policies"]))
