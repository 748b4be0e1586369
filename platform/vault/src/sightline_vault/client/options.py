"""The options by which a command finds a cluster and its token, and the client that they make."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sightline_vault.client.client import VaultClient
    from sightline_vault.client.secret import Secret

_FILE = click.Path(dir_okay=False, path_type=Path)


def client_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add where Vault is and who asks. What they give is taken by `open_client`."""
    for option in (
        click.option("--login-token", type=_FILE, help="The service account's token; by default the pod's for Vault."),
        click.option("--login-mount", metavar="MOUNT", help="Where to log in, such as kubernetes/hub."),
        click.option("--login", metavar="ROLE", help="Log in by this role and a service account's token."),
        click.option("--token-file", type=_FILE, help="Take the token from this file rather than VAULT_TOKEN."),
        click.option("--server-name", metavar="NAME", help="Whom the certificates are made out to."),
        click.option("--ca-file", type=_FILE, help="The authority of the certificates (VAULT_CACERT)."),
        click.option("--address", multiple=True, metavar="URL", help="A node (VAULT_ADDR). Repeatable."),
    ):
        command = option(command)
    return command


def open_client(
    flags: Mapping[str, Any],
    *,
    default: Sequence[str] = (),
    token: bool = True,
    environ: Mapping[str, str] | None = None,
) -> VaultClient:
    """Return the client that the options describe, logged in where they say so.

    Args:
        flags: what `client_options` gave the command.
        default: the addresses to ask where neither option nor variable names one.
        token: whether one is needed.
        environ: the environment.

    Raises:
        SightlineError: An address, the CA or the token is missing, or the login was refused.
    """
    # hvac takes 0.2 s to import, which `--help` has no use for.
    from sightline_vault.client.client import VaultClient
    from sightline_vault.client.connection import connection
    from sightline_vault.client.kubernetes import TOKEN_FILE, login

    env = os.environ if environ is None else environ
    where = connection(
        env, flags["address"], ca_file=flags["ca_file"], server_name=flags["server_name"] or "", default=default
    )
    client = VaultClient(where)
    if flags["login"]:
        if not flags["login_mount"]:
            raise SightlineError("it is not said where to log in", help="give --login-mount, such as kubernetes/hub")
        jwt = secret_file(flags["login_token"] or Path(TOKEN_FILE))
        return client.with_token(login(client, flags["login_mount"], flags["login"], jwt).token)
    found = secret_file(flags["token_file"]) if flags["token_file"] is not None else secret_variable(env)
    if found is None and token:
        raise SightlineError(
            "there is no token to ask Vault with",
            help="set VAULT_TOKEN, or give --token-file, or --login ROLE in a pod",
        )
    return client.with_token(found)


def secret_file(path: Path) -> Secret:
    """Read a token out of a file.

    Raises:
        SightlineError: It cannot be read, or holds more than one word.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SightlineError("the token cannot be read", where=str(path), why=str(error)) from error
    return _secret(text, "the file holds no token", str(path))


def secret_variable(environ: Mapping[str, str]) -> Secret | None:
    """Return the token of VAULT_TOKEN, None where it is not set.

    Raises:
        SightlineError: It holds more than one word.
    """
    text = environ.get("VAULT_TOKEN", "")
    return _secret(text.strip(), "the variable holds no token", "VAULT_TOKEN") if text else None


def _secret(text: str, message: str, where: str) -> Secret:
    from sightline_vault.client.secret import Secret

    # A line break in it would be a second header, and the libraries' own refusals show what they refuse.
    if not text.isascii() or not text.isprintable() or len(text.split()) != 1:
        raise SightlineError(message, where=where, help="it is one word, and nothing else")
    return Secret(text)
