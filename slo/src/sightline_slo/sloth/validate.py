"""Sloth's own validation of an SLO, check by check in its order."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sightline_slo.promql import fault
from sightline_slo.sloth import gotemplate
from sightline_slo.sloth.model import SlothError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_slo.sloth.model import AlertMeta, Slo

# `\Z` and no `$`: Go's `$` does not stand before a last line break.
_NAME = re.compile(r"[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]")
_WINDOW = re.compile(r"\{\{ *\.window *\}\}")
_EXAMPLE = {"window": "1m"}
_WHOLE = 100


def validate(slo: Slo, query_fault: Callable[[str], str | None] = fault) -> None:
    """Refuse what Sloth refuses.

    Raises:
        SlothError: the first thing that is wrong.
    """
    for value, what in ((slo.id, "SLO ID"), (slo.name, "SLO name"), (slo.service, "SLO service")):
        if _NAME.fullmatch(value) is None:
            raise SlothError(f"invalid {what}: {_name_fault(value)}")
    if slo.period_ms == 0:
        raise SlothError("time window is required")
    if not 0 < slo.objective <= _WHOLE:
        raise SlothError("objective must >0 and <=100")
    _pairs(slo.labels, "SLO label", labels=True)
    _sli(slo, query_fault)
    for meta, what in ((slo.page, "page alert"), (slo.ticket, "ticket alert")):
        _alert(meta, what)
    if slo.override_plugins and not slo.plugins:
        raise SlothError("invalid plugins: override plugins is set but no plugins are defined")
    if not all(each.id for each in slo.plugins):
        raise SlothError("invalid plugins: plugin ID is required")


def _name_fault(value: str) -> str:
    if not value:
        return "required"
    return "name must start and end with an alphanumeric and can only contain alphanumeric, '.', '_', and '-'"


def _pairs(values: Mapping[str, str], what: str, *, labels: bool) -> None:
    for key, value in values.items():
        if not key or (labels and key == "__name__"):
            raise SlothError(f'invalid {what} key "{key}": the key is not valid')
        if not value:
            raise SlothError(f'invalid {what} value "{value}": the value is required')


def _sli(slo: Slo, query_fault: Callable[[str], str | None]) -> None:
    if slo.events is None and slo.raw is None:
        raise SlothError("invalid SLI: at least one SLI type is required")
    if slo.events is not None and slo.raw is not None:
        raise SlothError("invalid SLI: only one SLI type is allowed")
    if slo.events is not None and slo.events[0] == slo.events[1]:
        raise SlothError("invalid SLI: both error and total queries can't be the same")
    names = ("error", "total") if slo.events is not None else ("raw",)
    queries = slo.events if slo.events is not None else (slo.raw or "",)
    for name, query in zip(names, queries, strict=True):
        if not query:
            raise SlothError(f"invalid SLI: sli {name} query template: query template is required: required")
        if _WINDOW.search(query) is None:
            raise SlothError(
                f"invalid SLI: sli {name} query template: template must contain the {{{{ .window }}}} variable"
            )
    for name, query in zip(names, queries, strict=True):
        try:
            found = query_fault(_rendered(query))
        except gotemplate.TemplateError as error:
            found = str(error)
        if found is not None:
            raise SlothError(f"invalid SLI: sli {name} query expression: {found}")


@lru_cache(maxsize=256)
def _rendered(query: str) -> str:
    return gotemplate.fill(gotemplate.parse(query), _EXAMPLE, strict=False)


def _alert(meta: AlertMeta, what: str) -> None:
    if meta.disable:
        return
    if not meta.name:
        raise SlothError(f"invalid alert: {what}: alert name is required")
    _pairs(meta.labels, f"alert: {what}: alert label", labels=True)
    _pairs(meta.annotations, f"alert: {what}: alert annotation", labels=False)
