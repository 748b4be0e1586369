"""Every query parses, and every formula names queries of its own request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_dashboards.checks import widgets
from sightline_datadog.query import parse_metric_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CODE = "DASH002"
_NAME = re.compile(r"[A-Za-z_]\w*(?!\w*\()")


def check(body: Mapping[str, Any]) -> Iterator[str]:
    """Look at every request of every widget."""
    for widget in widgets(body):
        definition = widget["definition"]
        for request in definition.get("requests") or []:
            names = set()
            for query in request.get("queries") or []:
                names.add(query["name"])
                _, problems = parse_metric_query(query["query"])
                for problem in problems:
                    yield f"`{definition.get('title')}`: query {query['name']}: {problem.message}"
            for formula in request.get("formulas") or []:
                for unknown in sorted(set(_NAME.findall(formula["formula"])) - names):
                    yield f"`{definition.get('title')}`: the formula names `{unknown}`, which is no query of it"
