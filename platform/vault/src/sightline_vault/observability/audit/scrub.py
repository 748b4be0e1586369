"""One audit event to one log record in which no secret can be.

A record is built anew from the fields named here, each held to a form or to the vocabulary; nothing is copied because
it looks harmless. So it holds for a device with `log_raw`, for error texts, paths, headers, metadata and the keys of
data, which Vault never hashes. Whatever a record does not tell is counted, not shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_vault.observability.audit import forms
from sightline_vault.observability.audit.vocabulary import HIDDEN, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sightline_vault.observability.audit.vocabulary import Vocabulary

SOURCE = "vault-audit"
_CLASSES = ("secret", "auth", "system")
_TOKENS = ("service", "batch", "default", "default-service", "default-batch")
_RIGHTS = ("acl", "rgp", "egp", "root", "")
OUTCOMES = ("ok", "denied", "error")
_LEVELS = {"ok": "info", "denied": "warning", "error": "error"}
_REFUSALS = frozenset({"denied", "invalid_token", "no_token", "bad_login"})


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Scrubs the events of one cluster; `tags` (`key:value`) are fields of every record."""

    vocabulary: Vocabulary
    tags: tuple[str, ...]

    def line(self, line: bytes) -> dict[str, Any]:
        """Return the record of a line of an audit device, whatever stands in it."""
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            event = None
        return self.event(event if isinstance(event, dict) else {})

    def event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the record of an event; one that is none becomes a record that says so."""
        kind = forms.one_of("request", "response")(event.get("type"))
        request, said = _mapping(event.get("request")), forms.time(event.get("time"))
        base = {**dict(each.partition(":")[::2] for each in self.tags), "source": SOURCE, "ddsource": SOURCE}
        if kind is None or not request:
            return {**base, "level": "error", "message": "this is no audit event", "outcome": "unknown"}
        told = self._request(request)
        errors = sorted({_error(each) for each in _errors(event.get("error"))})
        auth, response = _mapping(event.get("auth")), _mapping(event.get("response"))
        outcome = _outcome(errors, auth)
        record: dict[str, Any] = {
            **({"timestamp": said} if said else {}),
            **base,
            "level": _LEVELS[outcome],
            "message": f"{outcome} {told.get('operation', HIDDEN)} {told['path']}",
            "type": kind,
            "outcome": outcome,
            "request": told,
            **({"errors": errors} if errors else {}),
            **({"auth": self._auth(auth)} if auth else {}),
            **({"response": self._response(response)} if response else {}),
        }
        if any(_bare(event)):
            record["raw"] = True
        return record | _trace(request)

    def _request(self, request: Mapping[str, Any]) -> dict[str, Any]:
        told = _formed(request, _REQUEST)
        operation = request.get("operation")
        if isinstance(operation, str) and operation in self.vocabulary.operations:
            told["operation"] = operation
        told["path"] = self.vocabulary.path(request.get("path"))
        told |= self._mount(request)
        if isinstance(request.get("data"), Mapping):
            told["data_fields"] = len(request["data"])
        return told

    def _mount(self, told: Mapping[str, Any]) -> dict[str, Any]:
        mount: dict[str, Any] = _formed(told, {"mount_class": forms.one_of(*_CLASSES)})
        kind = told.get("mount_type")
        if isinstance(kind, str) and kind in self.vocabulary.types:
            mount["mount_type"] = kind
        if isinstance(told.get("mount_point"), str):
            mount["mount_point"] = self.vocabulary.path(told["mount_point"])
        return mount

    def _auth(self, auth: Mapping[str, Any]) -> dict[str, Any]:
        told = _formed(auth, _AUTH)
        if "display_name" in auth:
            told["display_name"] = self.vocabulary.name(auth["display_name"])
        for name in ("policies", "token_policies", "identity_policies"):
            if isinstance(auth.get(name), list):
                told[name] = sorted({self.vocabulary.name(each) for each in auth[name]})
        metadata = _mapping(auth.get("metadata"))
        told |= {
            name: self.vocabulary.name(metadata[name])
            for name in ("role", "service_account_name", "service_account_namespace")
            if name in metadata
        }
        results = _mapping(auth.get("policy_results"))
        if isinstance(results.get("allowed"), bool):
            told["allowed"] = results["allowed"]
        return told

    def _response(self, response: Mapping[str, Any]) -> dict[str, Any]:
        told = self._mount(response)
        if isinstance(response.get("auth"), Mapping):
            told["auth"] = self._auth(response["auth"])
        if isinstance(response.get("data"), Mapping):
            told["data_fields"] = len(response["data"])
        wrapped = _mapping(response.get("wrap_info"))
        if wrapped:
            told["wrap"] = _formed(wrapped, _WRAP) | {
                "creation_path": self.vocabulary.path(wrapped.get("creation_path"))
            }
        if isinstance(response.get("warnings"), list):
            told["warnings"] = len(response["warnings"])
        return told


_Forms = Mapping[str, "Callable[[object], object]"]

_REQUEST: _Forms = {
    "id": forms.uuid,
    "client_id": forms.uuid,
    "client_token": forms.hashed,
    "client_token_accessor": forms.hashed,
    "remote_address": forms.address,
    "remote_port": forms.port,
    "wrap_ttl": forms.seconds,
    "policy_override": forms.flag,
}
_AUTH: _Forms = {
    "accessor": forms.hashed,
    "client_token": forms.hashed,
    "entity_id": forms.uuid,
    "entity_created": forms.flag,
    "token_type": forms.one_of(*_TOKENS),
    "token_ttl": forms.seconds,
    "token_issue_time": forms.time,
    "no_default_policy": forms.flag,
}
_WRAP: _Forms = {
    "ttl": forms.seconds,
    "token": forms.hashed,
    "accessor": forms.hashed,
    "wrapped_accessor": forms.hashed,
    "creation_time": forms.time,
}


def _formed(told: Mapping[str, Any], wanted: _Forms) -> dict[str, Any]:
    found = {name: form(told.get(name)) for name, form in wanted.items()}
    return {name: value for name, value in found.items() if value is not None}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _errors(text: object) -> Iterator[str]:
    """Yield the errors of a text, which lists several as Go's multierror does."""
    if isinstance(text, str) and text:
        head, *rest = text.split("\n\t* ")
        yield from (each.strip() for each in rest or [head])


def _error(text: str) -> str:
    """Return what an error is called: its text may hold anything."""
    return str(words()["errors"].get(text, "other"))


def _outcome(errors: list[str], auth: Mapping[str, Any]) -> str:
    if not errors:
        return "ok"
    refused = _mapping(auth.get("policy_results")).get("allowed") is False
    return "denied" if refused or _REFUSALS & {*errors} else "error"


def _bare(event: Mapping[str, Any]) -> Iterator[bool]:
    """Tell of each place of a token whether it stands there as it is, which only a device with `log_raw` writes."""
    response = _mapping(event.get("response"))
    places = (event.get("auth"), event.get("request"), response.get("auth"), response.get("wrap_info"))
    for place in map(_mapping, places):
        for name in ("client_token", "token"):
            yield bool(place.get(name)) and forms.hashed(place[name]) is None


def _trace(request: Mapping[str, Any]) -> dict[str, str]:
    """Return the ids of the trace that the request is part of, where its header is audited in clear."""
    given = _mapping(request.get("headers")).get("traceparent")
    found = forms.traced(given[0]) if isinstance(given, list) and given else None
    return {"trace_id": found[0], "span_id": found[1]} if found else {}
