"""A plan as a file: what was reviewed is what is applied, or nothing is.

The file is JSON: `format`, `version`, `hash` and `plan`. The hash is over the plan's canonical JSON, so that a change
of the file is noticed; it is no signature. Each change holds the fingerprint of what was read (`sync.plan.Change`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_datadog.documents import Kind
from sightline_datadog.sync.diff import ABSENT, FieldChange, canonical
from sightline_datadog.sync.plan import Action, Change, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "sightline-datadog-plan"
VERSION = 1
UNUSABLE = "DDP004"


@dataclass(frozen=True, slots=True)
class Saved:
    """A plan with what it was made for: the address of the API, and when (ISO, UTC)."""

    plan: Plan
    target: str
    made_at: str


def to_text(saved: Saved) -> str:
    """Return the file's text, the same for the same plan."""
    content = {
        "target": saved.target,
        "made_at": saved.made_at,
        "project": saved.plan.project,
        "changes": [_from_change(each) for each in saved.plan.changes],
        "ids": {f"{kind}:{key}": identity for (kind, key), identity in sorted(saved.plan.ids)},
    }
    whole = {"format": FORMAT, "version": VERSION, "hash": _hash(content), "plan": content}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def from_text(text: str, name: str, target: str) -> Saved | Diagnostic:
    """Read a file back; a finding where it is none of ours, was changed, or is for another target than `target`."""
    try:
        whole = json.loads(text)
        content, version, claimed = whole["plan"], whole["version"], whole["hash"]
        if whole["format"] != FORMAT:
            raise ValueError  # noqa: TRY301 - it is as good as no plan
    except (ValueError, KeyError, TypeError, RecursionError):
        return _unusable(f"`{name}` is no saved plan", "make one with `sightline datadog plan --out FILE`")
    if version != VERSION:
        return _unusable(f"`{name}` is a plan of form {version}, not {VERSION}", "make it anew with this release")
    if _hash(content) != claimed:
        return _unusable(f"`{name}` was changed after it was made", "make it anew, and look at it again")
    if content["target"] != target:
        return _unusable(f"`{name}` is a plan for {content['target']}, not {target}", "set DD_HOST or DD_SITE to that")
    changes = tuple(_to_change(each) for each in content["changes"])
    ids = tuple((_address(name), identity) for name, identity in content["ids"].items())
    return Saved(Plan(content["project"], changes, ids=ids), target, content["made_at"])


def _hash(content: Any) -> str:
    return f"sha256:{hashlib.sha256(canonical(content).encode()).hexdigest()}"


def _unusable(message: str, way_out: str) -> Diagnostic:
    return Diagnostic(UNUSABLE, Severity.ERROR, message, help=way_out, url=page(UNUSABLE))


def _from_change(change: Change) -> dict[str, Any]:
    told: dict[str, Any] = {
        "action": change.action,
        "kind": change.kind,
        "key": change.key,
        "title": change.title,
        "id": change.id,
        "level": change.level,
    }
    if change.reason:
        told["reason"] = change.reason
    if change.unknown:
        told["unknown"] = list(change.unknown)
    if change.action is not Action.KEEP:
        told |= {"body": change.body, "read": change.read, "fields": [field_data(each) for each in change.fields]}
    return told


def field_data(field: FieldChange) -> dict[str, Any]:
    """Return a field's change as JSON-ready data."""
    told = {"path": field.path, "before": _plain(field.before), "after": _plain(field.after)}
    return told | ({"note": field.note} if field.note else {})


def _plain(value: Any) -> Any:
    return {"absent": True} if value is ABSENT else value


def _to_change(told: Mapping[str, Any]) -> Change:
    fields = tuple(
        FieldChange(each["path"], _value(each["before"]), _value(each["after"]), each.get("note", ""))
        for each in told.get("fields", ())
    )
    return Change(
        Action(told["action"]),
        Kind(told["kind"]),
        told["key"],
        told["title"],
        told["id"],
        told.get("body"),
        fields,
        told.get("reason", ""),
        told.get("read", ""),
        told["level"],
        tuple(told.get("unknown", ())),
    )


def _value(told: Any) -> Any:
    return ABSENT if told == {"absent": True} else told


def _address(name: str) -> tuple[Kind, str]:
    kind, _, key = name.partition(":")
    return Kind(kind), key
