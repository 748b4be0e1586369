"""Forms that only our own pages can send: a secret in a cookie, its signature in the form."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import Response, g, request

from sightline_service.body import is_id
from sightline_service.problems import Problem

COOKIE = "shop_form"
CART_COOKIE = "shop_cart"
FIELD = "form_token"


class Forms:
    """Signs and checks forms with `secret`."""

    def __init__(self, secret: str) -> None:
        self._secret = secret or secrets.token_urlsafe(24)

    def token(self) -> str:
        """Return the token for a form on the page in progress; the browser gets its cookie if it has none."""
        seed = request.cookies.get(COOKIE) or getattr(g, "form_seed", "") or secrets.token_urlsafe(16)
        g.form_seed = seed
        return self.sign(f"form:{seed}")

    def check(self) -> None:
        """Refuse a form that is not ours.

        Raises:
            Problem: 403.
        """
        seed = request.cookies.get(COOKIE, "")
        given = request.form.get(FIELD, "")
        if not seed or not hmac.compare_digest(self.sign(f"form:{seed}").encode(), given.encode()):
            raise Problem(403, "foreign-form", "This form has expired", "Go back, reload the page and try again.")

    def keep(self, response: Response) -> Response:
        """Set the cookie where a form was shown."""
        seed = getattr(g, "form_seed", "")
        if seed and request.cookies.get(COOKIE) != seed:
            response.set_cookie(COOKIE, seed, httponly=True, samesite="Lax", max_age=86400)
        return response

    def sign(self, text: str) -> str:
        """Return what only we can make of a text, in 64 hexadecimal digits; it tells nothing of the text."""
        return hmac.new(self._secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def kept_cart() -> str:
    """Return the id of the customer's cart; empty where there is none, or a cookie that is none of ours."""
    found = request.cookies.get(CART_COOKIE, "")
    return found if is_id(found) else ""


def keep_cart(response: Response, cart_id: str) -> Response:
    """Remember the customer's cart; an empty id forgets it."""
    if cart_id:
        response.set_cookie(CART_COOKIE, cart_id, httponly=True, samesite="Lax", max_age=7 * 86400)
    else:
        response.delete_cookie(CART_COOKIE)
    return response
