"""Every `$variable` that a query uses is declared, and every declared one is used."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CODE = "DASH003"
_USED = re.compile(r"\$([a-z_]+)")


def check(body: Mapping[str, Any]) -> Iterator[str]:
    """Compare both sets."""
    declared = {each["name"] for each in body.get("template_variables") or []}
    used = set(_USED.findall(json.dumps(body.get("widgets") or [])))
    for name in sorted(used - declared):
        yield f"a query uses ${name}, which is not declared"
    for name in sorted(declared - used):
        yield f"the variable ${name} is declared and never used"
