"""From what was found to documents: keys, read-only fields stripped, links by key."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import NATURAL, Document, Kind
from sightline_datadog.importing.known import known_only
from sightline_datadog.importing.links import linked
from sightline_datadog.normalise import normalise
from sightline_datadog.ownership import TEXT, read_mark, without_mark
from sightline_datadog.sync.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sightline_datadog.importing.found import Found
    from sightline_datadog.references import Address

_OURS = ("sightline_key:", "sightline_project:")
_KENNEL_MARK = re.compile(r"\n*-- Managed by [^\n]*, do not modify manually\s*$")
_LOCK = "\N{LOCK}"
_LONGEST = 80


def documents(found: Sequence[Found], tell: Callable[[str], None] = lambda _text: None) -> list[Document]:
    """Return a document for each object; one found twice (by its id) is one.

    What carries our mark keeps its key. Anything else is called as its source calls it, or by its title. `tell` hears,
    once a kind, which fields cannot be written and are left out.
    """
    unique: dict[tuple[str, str], Found] = {}
    for number, each in enumerate(found):
        unique.setdefault((each.kind, each.id or f"#{number}"), each)
    taken: set[Address] = set()
    named: list[tuple[Found, str]] = []
    # Those with a mark first: their keys are not theirs to lose to a namesake.
    for each in sorted(unique.values(), key=lambda one: read_mark(one.kind, one.body) is None):
        key = _free(each.kind, _key(each), taken)
        taken.add((each.kind, key))
        named.append((each, key))
    known = {name: (each.kind, key) for each, key in named for name in (each.id, *each.names) if name}
    made, dropped = [], dict[Kind, dict[str, None]]()
    for each, key in named:
        body, left = known_only(each.kind, body_of(each.kind, each.body))
        dropped.setdefault(each.kind, {}).update(dict.fromkeys(left))
        made.append(Document(each.kind, key, linked(each.kind, body, known)))
    for kind, left_out in dropped.items():
        if left_out:
            tell(f"left out of {kind}s, since nobody can write it: {', '.join(left_out)}")
    return sorted(made, key=lambda each: (each.kind, each.key))


def body_of(kind: Kind, body: Any) -> dict[str, Any]:
    """Return what an author would write of an object: nothing that the server adds, and no mark of anybody's."""
    kept = normalise(kind, body)
    if kept.get("sli_specification"):
        kept.pop("query", None)  # the server makes it of the specification
    field = TEXT.get(kind)
    if field and isinstance(kept.get(field), str):
        kept[field] = _KENNEL_MARK.sub("", without_mark(kept[field])).rstrip()
        if not kept[field]:
            del kept[field]
    for name in ("name", "title"):
        if str(kept.get(name)).endswith(_LOCK):
            kept[name] = kept[name].removesuffix(_LOCK).rstrip()
    if isinstance(kept.get("tags"), list):
        kept["tags"] = [each for each in kept["tags"] if not str(each).startswith(_OURS)]
        if not kept["tags"]:
            del kept["tags"]
    if kind is Kind.MONITOR and kept.get("options") == {}:
        del kept["options"]
    return kept


def slug(text: str) -> str:
    """Spell a title as a key: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST].strip("-")


def _key(each: Found) -> str:
    mark = read_mark(each.kind, each.body)
    if mark is not None:
        return mark.key
    if each.kind in NATURAL or not ENDPOINTS[each.kind].named:
        return each.key or slug(each.id) or each.kind
    return each.key or slug(without_mark(ENDPOINTS[each.kind].titled(each.body))) or slug(each.id) or each.kind


def _free(kind: Kind, key: str, taken: Iterable[Address]) -> str:
    used, number, name = set(taken), 2, key
    while (kind, name) in used:
        name, number = f"{key}-{number}", number + 1
    return name
