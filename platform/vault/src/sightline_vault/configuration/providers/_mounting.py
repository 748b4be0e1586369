"""What mounts of secrets and of logins have in common: tuning, and how Vault lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.things import Step, changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CLEAR: dict[str, Any] = {
    "audit_non_hmac_request_keys": [],
    "audit_non_hmac_response_keys": [],
    "listing_visibility": "",
}
"""What nobody may switch on unseen: values in clear in the audit log, and a mount that strangers are told of."""

_TIMES = ("default_lease_ttl", "max_lease_ttl")


def listed(told: Mapping[str, Any] | None, own: set[str]) -> dict[str, dict[str, Any]]:
    """Turn `sys/mounts` or `sys/auth` into bodies; times of 0 are the server's own."""
    found = {}
    for path, each in (told or {}).items():
        if each["type"] in own:
            continue
        config = each.get("config") or {}
        visible = config.get("listing_visibility") or ""
        found[path.rstrip("/")] = {
            "type": each["type"],
            "description": each.get("description") or "",
            "options": dict(each.get("options") or {}),
            **{name: int(config.get(name) or 0) for name in _TIMES},
            "audit_non_hmac_request_keys": sorted(config.get("audit_non_hmac_request_keys") or []),
            "audit_non_hmac_response_keys": sorted(config.get("audit_non_hmac_response_keys") or []),
            "listing_visibility": "" if visible == "hidden" else visible,
        }
    return found


def mounting(path: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Yield the request that mounts or tunes; `path` is that of the API."""
    if before is None:
        made = {name: body[name] for name in ("type", "description", "options") if name in body}
        made["config"] = {name: f"{body[name]}s" for name in _TIMES if body.get(name)}
        yield Step("POST", path, made, done="path is already in use")
        return
    tuned = changed(body, before, "description", "options", *CLEAR)
    # An empty time leaves it as it is; the server's own has a word.
    tuned |= {name: f"{value}s" if value else "system" for name, value in changed(body, before, *_TIMES).items()}
    if tuned.get("listing_visibility") == "":
        tuned["listing_visibility"] = "hidden"
    yield Step("POST", f"{path}/tune", tuned)
