"""`validate`: every spec is checked, and of each it is said what is wrong."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sightline_slo.sloth import paths
from sightline_slo.sloth.model import SlothError
from sightline_slo.sloth.settings import Settings, filters
from sightline_slo.sloth.sources import Source, content_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.sloth.flags import Values


def validate(values: Values, environment: Mapping[str, str], odd: dict[str, str]) -> None:
    """Check every spec below a path.

    Raises:
        SlothError: one is wrong.
    """
    exclude, include = filters(values)
    found = paths.specs(values.texts["input"], exclude, include)
    settings = Settings.of(values, environment)
    first: dict[str, str] | None = None if values.flags.get("ignore-slo-duplicates") else {}
    failed = False
    for path in found:
        for fault in _faults(Source(path, content_of(path), odd), settings, first):
            failed = True
            if not values.flags.get("no-log"):
                sys.stderr.write(f"error: {path}: {fault}\n")
    if failed:
        raise SlothError("validation failed")


def _faults(source: Source, settings: Settings, first: dict[str, str] | None) -> Iterator[str]:
    """Give what is wrong with a file. `first` is where each SLO stands; None where it may stand twice."""
    for document in source.documents():
        try:
            spec = source.load(document, settings)
            settings.generator.check(spec)
        except SlothError as error:
            yield f"invalid SLO: {error}"
            continue
        for slo in spec.slos if first is not None else ():
            if first is not None and slo.id in first:
                yield f"SLO duplicated: {slo.id} already exists in a file: {first[slo.id]}"
            elif first is not None:
                first[slo.id] = source.path
