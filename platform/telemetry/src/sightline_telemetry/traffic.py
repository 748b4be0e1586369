"""Who is asking: a customer, a synthetic journey or a load test; authenticated, so that nobody can pretend.

A token is `<kind>.<expires>.<hmac hex>` in the header `x-sightline-traffic`: the expiry in Unix seconds, the
HMAC-SHA256 over `<kind>.<expires>`. What is absent, forged, malformed or expired is a customer: the customers'
SLOs may count one request too many, never one too few.
"""

import hashlib
import hmac
from typing import Literal, get_args

TrafficKind = Literal["customer", "synthetic", "load"]
KINDS: tuple[TrafficKind, ...] = get_args(TrafficKind)
HEADER = "x-sightline-traffic"
WSGI_KEY = "HTTP_X_SIGHTLINE_TRAFFIC"

_MAX_TOKEN = 128  # a longer header is nobody's token: it is refused before any hashing


def mint(kind: TrafficKind, key: str, expires: int) -> str:
    """A token for `kind` that is valid until the Unix second `expires`; an empty key is refused."""
    if not key:
        raise ValueError("a traffic token needs a key")
    return f"{kind}.{expires}.{_sign(key, f'{kind}.{expires}')}"


def verify(token: str | None, key: str, now: float) -> TrafficKind:
    """The kind that an authentic, unexpired token names; `customer` for everything else."""
    if not token or not key or len(token) > _MAX_TOKEN:
        return "customer"
    named, _, rest = token.partition(".")
    expires, _, signature = rest.partition(".")
    expected = _sign(key, f"{named}.{expires}")
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        return "customer"
    if not (expires.isascii() and expires.isdigit()) or now >= int(expires):
        return "customer"
    return next((kind for kind in KINDS if kind == named), "customer")


def _sign(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
