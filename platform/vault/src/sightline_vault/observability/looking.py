"""Looking at a server: its health, its metrics by a token, and the certificate that it shows."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import socket
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sightline_core.errors import SightlineError
from sightline_vault.observability.collect import Look

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_vault.client.secret import Secret

_ALWAYS = "/v1/sys/health?standbyok=true&sealedcode=200&uninitcode=200&perfstandbyok=true"
_METRICS = "/v1/sys/metrics?format=prometheus"
_DAY_S = 86400.0


def look(node: str, address: str, *, ca: Path | None, server_name: str, token: Secret | None, timeout: float) -> Look:
    """Look at one server; that it does not answer is seen, too.

    Raises:
        SightlineError: The CA's file cannot be read.
    """
    try:
        trusting = ssl.create_default_context(cafile=str(ca) if ca else None)
    except (OSError, ssl.SSLError) as error:
        raise SightlineError("the CA's file cannot be read", where=str(ca), why=str(error)) from error
    parts = urlsplit(address)
    host, port = str(parts.hostname), parts.port or 8200
    days: float | None = None
    try:
        with socket.create_connection((host, port), timeout) as plain:
            connection = http.client.HTTPConnection(host, port, timeout=timeout)
            if parts.scheme == "https":
                secured = trusting.wrap_socket(plain, server_hostname=server_name or host)
                days = _days_left(secured)
                connection.sock = secured
            else:
                connection.sock = plain
            health = _health(_asked(connection, _ALWAYS)[1])
            exposition, refused = None, ""
            if token is not None and not health.get("sealed"):
                status, body = _asked(
                    connection, _METRICS, {"X-Vault-Token": token.reveal(), "X-Vault-Request": "true"}
                )
                if status == 200:
                    exposition = body.decode(errors="replace")
                else:
                    refused = f"sys/metrics answers {status}"
            connection.close()
            return Look(node, health, exposition, days, refused=refused)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Look(node, None, None, days, str(error))


def _health(content: bytes) -> dict[str, Any]:
    """Return what a server says of itself; whatever answers in its place is silent as one."""
    try:
        told = json.loads(content)
    except RecursionError:
        told = None
    if not isinstance(told, dict):
        raise ValueError("sys/health: the answer is none of Vault's")  # noqa: TRY004 - as text that is no JSON is
    return told


def _asked(
    connection: http.client.HTTPConnection, path: str, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read()


def _days_left(secured: ssl.SSLSocket) -> float:
    shown: Any = secured.getpeercert()
    until = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    return (until - dt.datetime.now(dt.UTC).timestamp()) / _DAY_S
