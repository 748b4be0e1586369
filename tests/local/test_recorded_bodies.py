"""Every recorded body, pushed to the local backend: apply, and there is nothing left to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Document, Kind
from sightline_datadog.settings import Target
from sightline_datadog.sync.apply import apply
from sightline_datadog.sync.plan import Action, plan
from sightline_datadog.sync.remote import read_remote
from sightline_datadog.transport import ClientTransport
from tests.datadog.recordings import creates

from .kit import running

if TYPE_CHECKING:
    from pathlib import Path

KINDS = tuple(kind for kind in Kind if kind is not Kind.METRIC)


def documents() -> list[Document]:
    """Return the bodies as documents, in which the recorded ids of one another are references.

    What names an object that was recorded nowhere, or in another family, is left out: no backend holds it.
    """
    found = [(kind, f"{each.recording}-{number}", each) for kind in KINDS for number, each in enumerate(creates(kind))]
    names = {str(each.came["id"]): f"${{{kind}:{key}}}" for kind, key, each in found}
    made = [Document(kind, key, _referring(each.sent, names)) for kind, key, each in found]
    return [each for each in made if not _named_elsewhere(each)]


def _referring(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _referring(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_referring(each, names) for each in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return names.get(str(value), value) if value > 99_999 else value
    if isinstance(value, str):
        return re.sub(r"\b(?:[0-9a-f]{32}|\d{6,}|[0-9a-f-]{36})\b", lambda each: names.get(each[0], each[0]), value)
    return value


def _named_elsewhere(document: Document) -> bool:
    body = document.body
    if document.kind is Kind.SLO:
        return any(not str(each).startswith("${") for each in body.get("monitor_ids") or [])
    if document.kind is Kind.MONITOR and body["type"] == "composite":
        return bool(re.search(r"\d{5,}", re.sub(r"\$\{[^}]*\}", "", body["query"])))
    return document.kind is Kind.SLO_CORRECTION and not str(body.get("slo_id") or "${").startswith("${")


def test_every_recorded_body_is_applied_once_and_never_differs(tmp_path: Path) -> None:
    """All of them are created, and the plan after it, read anew over HTTP, is empty; no field is unknown."""
    wanted = documents()
    assert len(wanted) >= 100
    with running(tmp_path) as backend:
        transport = ClientTransport(Target(backend.addresses["api"], "local", "local"), sleep=lambda _seconds: None)
        first = plan(wanted, read_remote(transport, wanted, KINDS), project="recorded", kinds=KINDS)
        assert first.problems == ()
        refused = {str(each.change.key): each.error for each in apply(first, transport) if each.error}
        assert refused == {}
        again = plan(wanted, read_remote(transport, wanted, KINDS), project="recorded", kinds=KINDS)
    differing = {
        each.key: [str(field) for field in each.fields] for each in again.changes if each.action is not Action.KEEP
    }
    assert differing == {}
    assert {each.key: each.unknown for each in again.changes if each.unknown} == {}
