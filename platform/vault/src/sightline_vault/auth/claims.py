"""Read a service account's token without believing it: who it says it is, for whom, until when.

Both forms that Kubernetes has made: bound tokens, and those that were kept in Secrets.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from sightline_vault.auth.evidence import Token

_OLD = "kubernetes.io/serviceaccount/"


def read(jwt: str) -> Token:
    """Return what it says; `problem` where it is no such token. Nothing of the token's own text is in it."""
    if not jwt.strip():
        return Token(given=False)
    parts = jwt.strip().split(".")
    if len(parts) != 3:
        return Token(problem=f"a token has three parts with dots between, this has {len(parts)}")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return Token(problem="its middle part is no JSON in base64")
    if not isinstance(claims, dict):
        return Token(problem="its middle part is no JSON object")
    bound = claims.get("kubernetes.io")
    bound = bound if isinstance(bound, dict) else {}
    account = bound.get("serviceaccount")
    account = account if isinstance(account, dict) else {}
    name = account.get("name") or claims.get(f"{_OLD}service-account.name")
    if not name:
        return Token(problem="it names no service account: it is another sort of token")
    return Token(
        issuer=_text(claims.get("iss")),
        audiences=_texts(claims.get("aud")),
        namespace=_text(bound.get("namespace") or claims.get(f"{_OLD}namespace")),
        service_account=_text(name),
        uid=_text(account.get("uid") or claims.get(f"{_OLD}service-account.uid")),
        expires=_time(claims.get("exp")),
        not_before=_time(claims.get("nbf")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _time(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and abs(value) < 2**53 else 0
