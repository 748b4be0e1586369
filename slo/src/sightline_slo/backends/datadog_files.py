"""`--backend datadog`: the vendor's bodies, one a file, as `sightline datadog push` takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.envelope import dumps, envelope
from sightline_datadog.directory import file_name, to_json
from sightline_slo.backends.datadog import documents
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_slo.model import Slo, Spec
    from sightline_slo.outputs import Loss

MEASURED_BY = Backend.DATADOG


def files(specs: Sequence[Spec]) -> Iterator[tuple[str, str]]:
    """Give each document as a file."""
    for each in documents([slo for spec in specs for slo in spec.slos]):
        yield file_name(each), to_json(each)


def unsaid(_slo: Slo) -> tuple[Loss, ...]:
    """Nothing beyond the verdict."""
    return ()


def whole(specs: Sequence[Spec]) -> str:
    """Return the envelope of all documents."""
    found = documents([slo for spec in specs for slo in spec.slos])
    return dumps(envelope([{"kind": each.kind, "key": each.key, "body": each.body} for each in found]))
