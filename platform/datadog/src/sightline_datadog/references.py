"""`${slo:key}`: an object names another that may not exist yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.suggest import did_you_mean
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sightline_core.diagnostics import Span

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


NUMBERED = frozenset({"monitor_ids", "monitor_id"})
"""Fields whose ids are numbers. Other fields hold a monitor's id as text: a widget's `alert_id`, a gate rule's `id`."""


def resolve(value: Any, ids: Mapping[Address, str], field: str = "") -> Any:
    """Return the body with each address in `ids` replaced by its id; others stay as they are.

    A string that is nothing but a reference becomes a number where its `field` holds numbers.
    """
    if isinstance(value, str):
        if (whole := _REFERENCE.fullmatch(value)) and field in NUMBERED:
            found = ids.get((Kind(whole[1]), whole[2]))
            return int(found) if found and found.isdigit() else found or value
        return _REFERENCE.sub(lambda match: ids.get((Kind(match[1]), match[2]), match[0]), value)
    if isinstance(value, dict):
        return {key: resolve(inner, ids, str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner, ids, field) for inner in value]
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
                        _place(document, f"${{{kind}:{key}}}"),
                        help=f"did you mean `{near}`?" if near else f"push the {kind} with it, or before it",
                        url=page(UNKNOWN_REFERENCE),
                    )
                )
    return findings


def _place(document: Document, reference: str) -> Span | None:
    """Return where a reference stands in its document, to the character."""
    for path, text in texts(document.body):
        if (start := text.find(reference)) >= 0:
            return document.place(path, (start, start + len(reference)))
    return document.span
