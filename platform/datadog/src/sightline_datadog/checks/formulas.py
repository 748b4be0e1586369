"""A formula must parse, and name queries that stand beside it.

In widgets formulas stand in a request beside its `queries`, in SLOs in the specification beside them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Severity
from sightline_core.suggest import did_you_mean
from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.query import parse_formula, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_core.located import Path
    from sightline_datadog.inspection import Among
    from sightline_datadog.query import Problem

CODE = "DDC035"
_SINGLE = ("good_events_formula", "bad_events_formula", "total_events_formula")


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at every mapping that holds both queries and formulas."""
    if document.kind in {Kind.DASHBOARD, Kind.POWERPACK, Kind.SLO}:
        # A real dashboard holds half a formula: Datadog takes it there, and of an SLO it does not.
        severity = Severity.ERROR if document.kind is Kind.SLO else Severity.WARNING
        yield from (replace(each, severity=severity) for each in _looked(document.body, ()))


def _looked(value: Any, path: Path) -> Iterator[Fault]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _looked(each, (*path, index))
    elif isinstance(value, dict):
        queries = value.get("queries")
        if isinstance(queries, list) and all(isinstance(each, dict) and each.get("name") for each in queries):
            yield from _formulas(value, {str(each["name"]) for each in queries}, path)
        for key, each in value.items():
            yield from _looked(each, (*path, key))


def _formulas(holder: Mapping[str, Any], names: set[str], path: Path) -> Iterator[Fault]:
    found = [((*path, "formulas", index), each) for index, each in enumerate(holder.get("formulas") or [])]
    found += [((*path, key), holder[key]) for key in _SINGLE if holder.get(key)]
    for where, each in found:
        if isinstance(each, dict) and isinstance(text := each.get("formula"), str):
            yield from _one(text, names, (*where, "formula"))


def _one(text: str, names: set[str], path: Path) -> Iterator[Fault]:
    expression, problems = _read(text)
    for problem in problems:
        message = f"this formula is wrong at character {problem.start + 1}: {problem.message}"
        yield Fault(message, problem.help or problem.label, path, (problem.start, problem.end))
    for variable in _variables(expression):
        if variable.name not in names:
            near = did_you_mean(variable.name, names)
            message = f"no query beside this formula is called `{variable.name}`"
            yield Fault(
                message,
                f"did you mean `{near}`?" if near else f"there are {', '.join(sorted(names))}",
                path,
                variable.at,
            )


@lru_cache(8192)
def _read(text: str) -> tuple[tree.Expression | None, tuple[Problem, ...]]:
    return parse_formula(text)


def _variables(expression: object) -> Iterator[tree.Variable]:
    if isinstance(expression, tree.Variable):
        yield expression
    elif isinstance(expression, tree.Arithmetic):
        yield from _variables(expression.left)
        yield from _variables(expression.right)
    elif isinstance(expression, tree.Function):
        for each in expression.arguments:
            yield from _variables(each)
    elif isinstance(expression, tree.Listing):
        for each in expression.parts:
            yield from _variables(each)
