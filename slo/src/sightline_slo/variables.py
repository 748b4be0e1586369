"""`${env}` in a query: one spec for staging and production."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.suggest import did_you_mean
from sightline_slo import codes
from sightline_slo.model import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_slo.reader import Reader

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def query(reader: Reader, key: str, variables: Mapping[str, str]) -> Query | None:
    """Read a query and put the variables' values in; a name that nobody set is a finding."""
    text = reader.text(key)
    if text is None:
        return None
    place, whole = reader.document.placing((*reader.path, key)), reader.span(key)
    for found in _VARIABLE.finditer(text):
        if found[1] not in variables:
            near = did_you_mean(found[1], list(variables))
            help_text = f"did you mean `{near}`?" if near else f"set it under `vars:`, or with --var {found[1]}=…"
            reader.report(codes.UNKNOWN_VARIABLE, f"nothing sets `{found[1]}`", place(*found.span()), "", help_text)
    filled = _VARIABLE.sub(lambda found: variables.get(found[1], "unset"), text)
    # Once something was put in, offsets are no columns any more: findings then mark the whole query.
    return Query(filled, place if filled == text else lambda _start, _end: whole)
