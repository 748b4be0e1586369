"""One file → documents: JSON by the standard library, anything else as YAML, several documents to a file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sightline_core.diagnostics import Diagnostic, Severity, Span, page
from sightline_core.located import MAX_DEPTH, load_all
from sightline_core.suggest import did_you_mean
from sightline_datadog.documents import Document, Kind
from sightline_datadog.ownership import KEY
from sightline_datadog.places import JsonPlaces, Within

if TYPE_CHECKING:
    from sightline_datadog.places import Places

BAD_NAME = "DDC004"
NOT_A_BODY = "DDC005"
ENDINGS = (".json", ".yaml", ".yml")
_KEY = re.compile(KEY)


class _NotPlainError(Exception):
    """The text is no JSON, or holds what only the slower reader can tell of."""


def read_text(text: str, file: str, name: str, *, guess: bool = False) -> tuple[list[Document], list[Diagnostic]]:
    """Read the documents of a text.

    Args:
        text: the content of a file.
        file: what spans call it.
        name: the file's own name, `<kind>.<key>.json` or `.yaml` where it says what it holds.
        guess: whether a body that nobody named is taken for what it looks like, as an export from the product.

    Returns:
        The documents, and what is wrong with the text.
    """
    documents: list[Document] = []
    bodies, findings = _bodies(text, file)
    for index, (body, places) in enumerate(bodies):
        place = Span(file, 1, 1, 1, 1) if index == 0 else places.span_of(())
        if not isinstance(body, dict):
            message, url = "expected a mapping: an object of Datadog's", page(NOT_A_BODY)
            findings.append(Diagnostic(NOT_A_BODY, Severity.ERROR, message, places.span_of(()), url=url))
            continue
        # Only the first document of a file can have the file's name.
        named = _named(body, name if index == 0 else "") or (_guessed(body, name, index) if guess else None)
        if named is None:
            findings.append(_nameless(body, name, place))
            continue
        documents.append(_document(*named, body, places, file))
    return documents, findings


def _bodies(text: str, file: str) -> tuple[list[tuple[Any, Places]], list[Diagnostic]]:
    try:
        body = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
        _refuse_depth(body)
        if "\\ud" in text or "\\uD" in text:
            # Half of a surrogate pair can be sent to nobody: a ValueError, and the slower reader tells where.
            json.dumps(body, ensure_ascii=False).encode()
        return [(body, JsonPlaces(text, file))], []
    except (ValueError, RecursionError, _NotPlainError):
        located, findings = load_all(text, file)
        return [(each.value, each) for each in located], list(findings)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _NotPlainError
    return made


def _refuse_depth(body: Any) -> None:
    """Leave what nests too far to the slower reader, which tells where."""
    level: list[Any] = [body] if isinstance(body, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _NotPlainError
        inside: list[Any] = []
        for each in level:
            values = each.values() if isinstance(each, dict) else each
            inside += [value for value in values if isinstance(value, dict | list)]
        level = inside


def _no_number(_text: str) -> None:
    raise _NotPlainError


def _named(body: dict[str, Any], name: str) -> tuple[Kind, str] | None:
    """Find kind and key in the body's own header, else in the file's name."""
    kind, key = body.get("kind"), body.get("key")
    if not (isinstance(kind, str) and isinstance(key, str)):
        stem = next((name.removesuffix(end) for end in ENDINGS if name.endswith(end)), name)
        kind, _, quoted = stem.partition(".")
        key = unquote(quoted)
    return (Kind(kind), key) if kind in set(Kind) and _KEY.fullmatch(key) else None


_LOOKS = (
    (Kind.DASHBOARD, {"widgets", "layout_type"}),
    (Kind.MONITOR, {"query", "type", "options"}),
    (Kind.SLO, {"thresholds", "type", "name"}),
    (Kind.SYNTHETICS, {"config", "locations"}),
)


def _guessed(body: dict[str, Any], name: str, index: int) -> tuple[Kind, str] | None:
    inner = _inside(body)[0]
    kind = next((kind for kind, fields in _LOOKS if fields <= inner.keys()), None)
    stem = name.rpartition(".")[0].replace(" ", "_") or name
    return (kind, f"{stem}-{index}" if index else stem) if kind else None


def _inside(body: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Take a body out of the envelope in which the API and the product's exports hold it."""
    data = body.get("data")
    if isinstance(data, dict) and isinstance(data.get("attributes"), dict):
        return data["attributes"], ("data", "attributes")
    definition = body.get("definition")
    # A dashboard's body has no such field, and a monitor's neither: integrations keep theirs so.
    if isinstance(definition, dict) and "query" in definition:
        return definition, ("definition",)
    return body, ()


def _document(kind: Kind, key: str, body: dict[str, Any], places: Places, file: str) -> Document:
    own, prefix = _inside(body)
    inside: Places = Within(places, prefix) if prefix else places
    kept = {name: value for name, value in own.items() if name not in {"kind", "key"}} if not prefix else own
    return Document(kind, key, kept, Span(file, 1, 1, 1, 1), inside)


def _nameless(body: dict[str, Any], name: str, place: Span) -> Diagnostic:
    given = body.get("kind") if isinstance(body.get("kind"), str) else name.partition(".")[0]
    near = did_you_mean(str(given), Kind)
    message = (
        f"nothing says what kind of object this is, and its key: the name `{name}` does not"
        if name
        else ("nothing says what kind of object this is, and its key")
    )
    kinds = ", ".join(Kind)
    help_text = f"name the file <kind>.<key>.json or .yaml, or begin with `kind:` and `key:`; kinds are {kinds}"
    if near and near != given:
        help_text = f"did you mean `{near}`? {help_text}"
    return Diagnostic(BAD_NAME, Severity.ERROR, message, place, help=help_text, url=page(BAD_NAME))
