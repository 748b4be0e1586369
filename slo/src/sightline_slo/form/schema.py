"""The JSON Schema of the native form, made of the very description that the decoder checks by.

It says what is of the right form; what is of the right meaning (an alert that can fire, a query that parses) only the
compiler knows.
"""

from __future__ import annotations

from typing import Any

from sightline_slo.dialects._native_form import SPEC


def native() -> dict[str, Any]:
    """Return the schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "SLOs of a service, sightline/v1",
        **SPEC.schema(),
    }
