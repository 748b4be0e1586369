"""`--backend datadog`: the vendor's bodies, one a file, as `sightline datadog push` takes them.

Corrections lie in a folder beside them: they are posted once, and no push of files holds them to what is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.envelope import dumps, envelope
from sightline_datadog.directory import file_name, to_json
from sightline_slo.backends.datadog import documents
from sightline_slo.backends.datadog_corrections import corrections
from sightline_slo.model import Backend
from sightline_slo.outputs import to_json as json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_slo.model import Slo, Spec
    from sightline_slo.outputs import Loss

MEASURED_BY = Backend.DATADOG


def files(specs: Sequence[Spec]) -> Iterator[tuple[str, str]]:
    """Give each document as a file."""
    slos = [slo for spec in specs for slo in spec.slos]
    for each in documents(slos):
        yield file_name(each), to_json(each)
    for slo in slos:
        for key, attributes in corrections(slo).items() if Backend.DATADOG in slo.sli else ():
            body = {"data": {"type": "correction", "attributes": {**attributes, "slo_id": f"${{slo:{slo.key}}}"}}}
            yield f"corrections/{key}.json", json(body)


def unsaid(_slo: Slo) -> tuple[Loss, ...]:
    """Nothing beyond the verdict."""
    return ()


def whole(specs: Sequence[Spec]) -> str:
    """Return the envelope of all documents."""
    found = documents([slo for spec in specs for slo in spec.slos])
    return dumps(envelope([{"kind": each.kind, "key": each.key, "body": each.body} for each in found]))
