"""SARIF 2.1.0, which code scanning and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Severity
from sightline_core.envelope import dumps
from sightline_core.formats.report import words

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic, Span
    from sightline_core.formats.report import Report

NAME = "sarif"
QUIET = True

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report) -> str:
    """Return one run of one tool; a result a finding."""
    # Every form is loaded with the one that is asked for.
    from importlib.metadata import version

    rules: dict[str, int] = {}
    for each in report.findings:
        rules.setdefault(each.code, len(rules))
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "sightline",
                "semanticVersion": version("sightline-core"),
                "rules": [_rule(code, report) for code in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, rules[each.code], report) for each in report.findings],
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str, report: Report) -> dict[str, Any]:
    first = next(each for each in report.findings if each.code == code)
    # `helpUri` must be absolute, and the pages lie in whatever repository this is: the text names them instead.
    return {
        "id": code,
        "help": {"text": f"see {first.url}" if first.url else code},
        "defaultConfiguration": {"level": _LEVELS[first.severity]},
    }


def _result(finding: Diagnostic, rule: int, report: Report) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": _message(words(finding)),
    }
    if finding.span is not None:
        result["locations"] = [{"physicalLocation": _location(finding.span, report)}]
        result["partialFingerprints"] = {"sightlineLine/v1": _fingerprint(finding, finding.span, report)}
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _location(each.span, report), "message": _message(each.label)}
            for number, each in enumerate(finding.related, 1)
        ]
    return result


def _message(text: str) -> dict[str, str]:
    """Double the braces, which hold placeholders otherwise (3.11.5): queries are full of them."""
    return {"text": text.replace("{", "{{").replace("}", "}}")}


def _location(span: Span, report: Report) -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"artifactLocation": {"uri": report.uri(span.file)}, "region": region}


def _fingerprint(finding: Diagnostic, span: Span, report: Report) -> str:
    """Tell one finding from another by its line's text, so that lines inserted above do not make it a new one."""
    lines = report.sources.get(span.file, "").split("\n")
    line = lines[span.line - 1].strip() if span.line <= len(lines) else ""
    same = [
        each
        for each in report.findings
        if each.code == finding.code
        and each.span is not None
        and each.span.file == span.file
        and span.line <= len(lines)
        and each.span.line <= len(lines)
        and lines[each.span.line - 1].strip() == line
    ]
    number = same.index(finding) if finding in same else 0
    text = f"{finding.code}\0{report.from_root(span.file)}\0{line}\0{number}"
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:32]
