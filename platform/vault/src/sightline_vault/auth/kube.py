"""Ask an API server for its word on a token, as Vault does."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sightline_vault.auth.evidence import Review

if TYPE_CHECKING:
    from sightline_vault.client.secret import Secret

_PATH = "/apis/authentication.k8s.io/v1/tokenreviews"
TIMEOUT_S = 5


def review(host: str, ca: str, jwt: Secret, audience: str, by: Secret) -> Review:
    """Post a TokenReview.

    Args:
        host: the API server's URL.
        ca: the certificate of its authority; the machine's own where it is empty.
        jwt: the token in question.
        audience: for whom it is to be; anybody where it is empty.
        by: whose token asks: the reviewer's, as Vault has it.
    """
    spec = {"token": jwt.reveal(), **({"audiences": [audience]} if audience else {})}
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec}
    parts = urlsplit(host)
    try:
        context = ssl.create_default_context(cadata=ca or None)
        connection = http.client.HTTPSConnection(str(parts.hostname), parts.port, timeout=TIMEOUT_S, context=context)
        try:
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {by.reveal()}"}
            connection.request("POST", parts.path.rstrip("/") + _PATH, json.dumps(body), headers)
            response = connection.getresponse()
            status, told = response.status, json.loads(response.read())
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Review(asked=True, where=host, error=str(error) or type(error).__name__)
    if not 200 <= status < 300:
        return Review(asked=True, where=host, status=status, error=str(told.get("message", "")))
    found = told.get("status") or {}
    return Review(
        asked=True,
        where=host,
        status=status,
        authenticated=bool(found.get("authenticated")),
        error=str(found.get("error", "")),
        uid=str((found.get("user") or {}).get("uid", "")),
    )
