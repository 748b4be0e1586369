"""The JSON (or YAML) of needs into the value, with every finding at its place."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, TypeVar

from sightline_core.diagnostics import Diagnostic, Severity, Span, has_errors, page
from sightline_core.located import load_all
from sightline_core.suggest import did_you_mean
from sightline_kube.aws.needs import VERSION, AwsNeeds, Bucket, Endpoint, Grant, Key, Role
from sightline_kube.aws.validation import problems
from sightline_kube.shapes import Path, dig, items, mapping

if TYPE_CHECKING:
    from sightline_core.located import Located

BAD_FORM = "NEED001"
BAD_NEED = "NEED002"

_T = TypeVar("_T", Key, Bucket, Role, Endpoint, Grant)
_TYPES = {"str": (str, "text"), "bool": (bool, "true or false"), "int": (int, "a number"), "tuple": (list, "a list")}


def read_needs(text: str, file: str) -> tuple[AwsNeeds | None, list[Diagnostic]]:
    """Read needs; None where the form is wrong. What they ask too much of is a finding beside the value."""
    documents, findings = load_all(text, file)
    if len(documents) != 1:
        span = documents[1].span if documents else Span(file, 1, 1, 1, 1)
        if not has_errors(findings):
            findings.append(_finding(BAD_FORM, span, "needs are one document", f"begin with `version: {VERSION}`"))
        return None, findings
    reader = _Reader(documents[0])
    needs = reader.needs()
    findings += reader.findings
    if has_errors(findings):
        return None, findings
    findings += [
        _finding(BAD_NEED, documents[0].span_of(each.path), each.message, each.help) for each in problems(needs)
    ]
    return needs, findings


class _Reader:
    def __init__(self, document: Located) -> None:
        self.document = document
        self.findings: list[Diagnostic] = []

    def needs(self) -> AwsNeeds:
        value = self.document.value
        known = ("version", *(each.name for each in fields(AwsNeeds)))
        self._known((), known)
        if isinstance(value, dict) and value.get("version") != VERSION:
            self._say(("version",), "the version of this form is not known", f"write `version: {VERSION}`")
        component = dig(value, ("component",))
        if not isinstance(component, str) or not component:
            self._say(("component",), "these needs name no component", "write `component: NAME`")
        return AwsNeeds(
            str(component),
            self._every(Key, ("keys",)),
            self._every(Bucket, ("buckets",)),
            self._every(Role, ("roles",)),
            self._every(Endpoint, ("endpoints",)),
        )

    def _every(self, kind: type[_T], path: Path) -> tuple[_T, ...]:
        found = dig(self.document.value, path)
        if found is not None and not isinstance(found, list):
            self._say(path, f"`{path[-1]}` is no list", "write a list")
        each = (self._one(kind, (*path, index)) for index in range(len(items(found))))
        return tuple(one for one in each if one is not None)

    def _one(self, kind: type[_T], path: Path) -> _T | None:
        before = len(self.findings)
        self._known(path, tuple(each.name for each in fields(kind)))
        values: dict[str, Any] = {}
        for each in fields(kind):
            found = dig(self.document.value, (*path, each.name))
            wanted, called = _TYPES[str(each.type).partition("[")[0]]
            if found is None:
                if each.default is MISSING:
                    self._say(path, f"this {kind.__name__.lower()} has no `{each.name}`", f"write `{each.name}`")
            elif type(found) is not wanted:
                self._say((*path, each.name), f"`{each.name}` is not {called}", f"write {called}")
            elif each.name == "grants":
                values[each.name] = self._every(Grant, (*path, each.name))
            else:
                values[each.name] = tuple(map(str, found)) if isinstance(found, list) else found
        return kind(**values) if len(self.findings) == before else None

    def _known(self, path: Path, known: tuple[str, ...]) -> None:
        value = dig(self.document.value, path) if path else self.document.value
        if not isinstance(value, dict):
            self._say(path, "this is no mapping", f"it may have {', '.join(known)}")
        for key in mapping(value):
            if key not in known:
                near = did_you_mean(key, known)
                hint = f"did you mean `{near}`?" if near else f"it may have {', '.join(known)}"
                span = self.document.key_span((*path, key))
                self.findings.append(_finding(BAD_FORM, span, f"there is no field `{key}` here", hint))

    def _say(self, path: Path, message: str, help_text: str) -> None:
        self.findings.append(_finding(BAD_FORM, self.document.span_of(path), message, help_text))


def _finding(code: str, span: Span, message: str, help_text: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, span, help=help_text, url=page(code))
