"""`${slo:key}`: an object names another that may not exist yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.suggest import did_you_mean
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Address = tuple[Kind, str]

_REFERENCE = re.compile(rf"\$\{{({'|'.join(Kind)}):([^}}]+)\}}")

UNKNOWN_REFERENCE = "DDC001"
DUPLICATE_KEY = "DDC002"


def references(value: Any) -> list[Address]:
    """Return every address that stands in any string of a body, in order, repeats included."""
    if isinstance(value, str):
        return [(Kind(kind), key) for kind, key in _REFERENCE.findall(value)]
    if isinstance(value, dict):
        return [each for inner in value.values() for each in references(inner)]
    if isinstance(value, list):
        return [each for inner in value for each in references(inner)]
    return []


def resolve(value: Any, ids: Mapping[Address, str]) -> Any:
    """Return the body with each address in `ids` replaced by its id; others stay as they are.

    A string that is nothing but a reference to a monitor becomes a number where the id is one, because the vendor's
    `monitor_ids` are numbers; the `alert_id` of a widget alone is a text.
    """
    if isinstance(value, str):
        whole = _REFERENCE.fullmatch(value)
        if whole and whole[1] == "monitor":
            found = ids.get((Kind.MONITOR, whole[2]))
            return int(found) if found and found.isdigit() else found or value

        def replace(match: re.Match[str]) -> str:
            return ids.get((Kind(match[1]), match[2]), match[0])

        return _REFERENCE.sub(replace, value)
    if isinstance(value, dict):
        made = {key: resolve(inner, ids) for key, inner in value.items()}
        return {**made, "alert_id": str(made["alert_id"])} if isinstance(made.get("alert_id"), int) else made
    if isinstance(value, list):
        return [resolve(inner, ids) for inner in value]
    return value


def check_references(
    documents: Iterable[Document], elsewhere: Callable[[Address], bool] = lambda _address: False
) -> list[Diagnostic]:
    """Find keys used twice, and references to what is neither here nor `elsewhere`."""
    known: dict[Address, Document] = {}
    findings = []
    everything = list(documents)
    for document in everything:
        if (document.kind, document.key) in known:
            findings.append(
                Diagnostic(
                    DUPLICATE_KEY,
                    Severity.ERROR,
                    f"two documents are called {document.name}",
                    document.span,
                    "again here",
                    help="give one of them another key",
                    url=page(DUPLICATE_KEY),
                )
            )
        known.setdefault((document.kind, document.key), document)
    for document in everything:
        for kind, key in dict.fromkeys(references(document.body)):
            if (kind, key) not in known and not elsewhere((kind, key)):
                near = did_you_mean(key, [each for other, each in known if other is kind])
                findings.append(
                    Diagnostic(
                        UNKNOWN_REFERENCE,
                        Severity.ERROR,
                        f"{document.name} names the {kind} `{key}`, which is not there",
                        document.span,
                        help=f"did you mean `{near}`?" if near else f"push the {kind} with it, or before it",
                        url=page(UNKNOWN_REFERENCE),
                    )
                )
    return findings
