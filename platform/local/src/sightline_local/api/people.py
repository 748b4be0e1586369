"""The one user of this backend, in each of the forms in which the vendor shows who did something."""

from __future__ import annotations

from typing import Any

HANDLE = "local@sightline"
USER_ID = "00000000-0000-4000-8000-000000000001"
NUMBER = 1
AUTHOR: dict[str, Any] = {"name": "local", "handle": HANDLE, "email": HANDLE}
CREATOR: dict[str, Any] = {**AUTHOR, "id": NUMBER}
REFERENCE: dict[str, Any] = {"data": {"type": "users", "id": USER_ID}}
DETAILED: dict[str, Any] = {
    "data": {"type": "users", "id": USER_ID, "attributes": {"uuid": USER_ID, **AUTHOR, "icon": ""}}
}


def included() -> list[dict[str, Any]]:
    """Return the `included` of a JSON:API answer that refers to the user."""
    attributes = {
        **AUTHOR,
        "created_at": "2020-01-01T00:00:00+00:00",
        "modified_at": "2020-01-01T00:00:00+00:00",
        "icon": "",
        "title": None,
        "verified": True,
        "service_account": False,
        "disabled": False,
        "allowed_login_methods": [],
        "status": "Active",
    }
    return [{"type": "users", "id": USER_ID, "attributes": attributes}]
