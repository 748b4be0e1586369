"""YAML and JSON texts into Kubernetes objects: documents, lists, and what `helm template` prints."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.located import load_all
from sightline_kube.manifests import Bundle, Manifest
from sightline_kube.shapes import Path, dig

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_core.located import Located

NO_OBJECT = "KUBE001"
NO_IDENTITY = "KUBE002"

_SOURCE = re.compile(r"^# Source: (\S.*?)[ \t\r]*$", re.MULTILINE)


def read_bundle(texts: Mapping[str, str]) -> tuple[Bundle, list[Diagnostic]]:
    """Read every object of some texts, by file name.

    Lists (`kind: List`, `PodList` and the like) are flattened. What cannot be read is a finding, and the rest is
    read; a text without a document gives nothing.
    """
    manifests: list[Manifest] = []
    findings: list[Diagnostic] = []
    for file, text in texts.items():
        documents, found = load_all(text, file)
        findings += found
        sources = _Sources(text)
        for document in documents:
            source = sources.of(document)
            for each in _objects(document, (), source, "", ""):
                if isinstance(each, Manifest):
                    manifests.append(each)
                else:
                    findings.append(each)
    return Bundle(tuple(manifests)), findings


class _Sources:
    """The templates that Helm names before each document."""

    def __init__(self, text: str) -> None:
        self._at: list[tuple[int, str]] = []
        line, seen = 1, 0
        for found in _SOURCE.finditer(text):
            line += text.count("\n", seen, found.start())
            seen = found.start()
            self._at.append((line, found[1]))

    def of(self, document: Located) -> str:
        """Return the last template that is named before a document begins: Helm names it before each one."""
        index = bisect_right(self._at, (document.span.line, ""))
        return self._at[index - 1][1] if index else ""


def _objects(
    document: Located, root: Path, source: str, api_version: str, kind: str
) -> Iterator[Manifest | Diagnostic]:
    """Yield an object or those of a list; `api_version` and `kind` are those of items that do not say."""
    value = dig(document.value, root)
    span = document.span_of(root)
    if not isinstance(value, dict):
        yield Diagnostic(
            NO_OBJECT,
            Severity.ERROR,
            f"this is no Kubernetes object but {_called(value)}",
            span,
            "an object is a mapping with apiVersion, kind and metadata",
            help="delete it, or separate the documents by `---`",
            url=page(NO_OBJECT),
        )
        return
    known = {"apiVersion": api_version, "kind": kind}
    known |= {each: value[each] for each in known if isinstance(value.get(each), str) and value[each]}
    listed = known["kind"].removesuffix("List")
    if known["kind"].endswith("List") and isinstance(value.get("items"), list):
        # The API server leaves kind and apiVersion out of the items of a typed list.
        inner = known["apiVersion"] if listed else ""
        for index in range(len(value["items"])):
            yield from _objects(document, (*root, "items", index), source, inner, listed)
        return
    name = dig(value, ("metadata", "name")) or dig(value, ("metadata", "generateName"))
    missing = [each for each in ("apiVersion", "kind") if not known[each]]
    if not isinstance(name, str) or not name:
        missing.append("metadata.name")
    if missing:
        yield _unidentified(document, root, missing)
    else:
        yield Manifest(document, root, known["apiVersion"], known["kind"], str(name), source)


def _unidentified(document: Located, root: Path, missing: list[str]) -> Diagnostic:
    kind = dig(document.value, (*root, "kind"))
    what = f"this {kind}" if isinstance(kind, str) and kind else "this object"
    place = next(
        (
            document.span_of((*root, *each.split(".")))
            for each in missing
            if dig(document.value, (*root, *each.split("."))) is not None
        ),
        document.span_of((*root, "kind")) if isinstance(kind, str) else document.span_of(root),
    )
    return Diagnostic(
        NO_IDENTITY,
        Severity.ERROR,
        f"{what} has no {' and no '.join(missing)}",
        place,
        "text is wanted",
        help=f"write {' and '.join(f'`{each}`' for each in missing)}",
        url=page(NO_IDENTITY),
    )


def _called(value: object) -> str:
    return {list: "a list", str: "text", bool: "a boolean", int: "a number", float: "a number"}.get(type(value), "null")
