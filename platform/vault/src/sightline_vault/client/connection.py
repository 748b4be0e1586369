"""Where a cluster answers and whom to trust: from options and from the variables that Vault's own client reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sightline_core.errors import SightlineError
from sightline_core.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Connection:
    """The nodes' API addresses (`https://HOST:PORT`), the CA's file, and the name that the certificates carry.

    Without `ca_file` the machine's own authorities are trusted; without `server_name`, an address's host is checked.
    """

    addresses: tuple[str, ...]
    ca_file: Path | None = None
    server_name: str = ""
    timeout_s: float = TIMEOUT_S


def connection(
    environ: Mapping[str, str],
    addresses: Sequence[str] = (),
    *,
    ca_file: Path | None = None,
    server_name: str = "",
    default: Sequence[str] = (),
) -> Connection:
    """Return what is said by options, else by `VAULT_ADDR` (several by commas), else `default`.

    Raises:
        SightlineError: There is no address, one is without TLS and not on this machine, or TLS is not to be checked.
    """
    if environ.get("VAULT_SKIP_VERIFY", "").lower() not in {"", "0", "f", "false"}:
        raise SightlineError(
            "refused to send a token to a server whose certificate is not checked",
            where="VAULT_SKIP_VERIFY",
            help="unset it, and name the authority by --ca-file or VAULT_CACERT",
        )
    found = [*addresses] or [each.strip() for each in environ.get("VAULT_ADDR", "").split(",") if each.strip()]
    found = found or [*default]
    if not found:
        raise SightlineError("no address of Vault is known", help="give --address, or set VAULT_ADDR")
    for each in found:
        _checked(each)
    ca = ca_file or (Path(environ["VAULT_CACERT"]) if environ.get("VAULT_CACERT") else None)
    if ca is not None and not ca.is_file():
        raise SightlineError("the CA's file is not there", where=str(ca), help="name a PEM file by --ca-file")
    name = server_name or environ.get("VAULT_TLS_SERVER_NAME", "")
    return Connection(tuple(each.rstrip("/") for each in found), ca, name)


def _checked(address: str) -> None:
    try:
        parts = urlsplit(address)
        whole = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
    except ValueError:
        whole = False
    if not whole:
        raise SightlineError(f"`{address}` is no address", help="write one such as https://vault.vault.svc:8200")
    if parts.scheme == "http" and not is_loopback(address):
        raise SightlineError(
            "refused to send a token without TLS",
            where=address,
            why="only an address of this machine may be plain",
            help="write https://",
        )
