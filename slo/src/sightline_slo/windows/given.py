"""Catalogues in files, Sloth's `AlertWindows`, in the place of the tables of their periods."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Related, Severity, page
from sightline_slo import codes
from sightline_slo.files import read
from sightline_slo.swift import load
from sightline_slo.windows import Catalogue, default

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sightline_core.located import Located


def given(paths: Iterable[str]) -> tuple[Catalogue, list[Diagnostic], Mapping[str, str]]:
    """Read files, and every YAML file below directories.

    Returns:
        The default catalogue with their tables in it, what is wrong with them, and their texts.

    Raises:
        SightlineError: a path cannot be read.
    """
    from sightline_slo.dialects import alert_windows

    found: Catalogue = {}
    places: dict[int, Located] = {}
    findings: list[Diagnostic] = []
    sources = read(paths)
    for file, text in sources.items():
        documents, problems = load(text, file)
        findings += problems
        for document in documents:
            if not _is_one(document, alert_windows.VERSIONS):
                findings.append(
                    _fault(document, "this is no catalogue of windows", "begin it with `kind: AlertWindows`")
                )
                continue
            made = alert_windows.table(document, findings)
            if made is None:
                continue
            if made.period_s in found:
                related = (Related(places[made.period_s].span.narrowed(0, 1), "first here"),)
                fault = _fault(document, "there are two tables for one period", "leave one of them")
                findings.append(replace(fault, related=related))
                continue
            found[made.period_s], places[made.period_s] = made, document
    return {**default(), **found}, findings, sources


def _is_one(document: Located, versions: tuple[str, ...]) -> bool:
    value = document.value
    return isinstance(value, dict) and f"{value.get('apiVersion')}/{value.get('kind')}" in versions


def _fault(document: Located, message: str, fix: str) -> Diagnostic:
    place = document.span.narrowed(0, 1)
    return Diagnostic(codes.BAD_FORM, Severity.ERROR, message, place, help=fix, url=page(codes.BAD_FORM))
