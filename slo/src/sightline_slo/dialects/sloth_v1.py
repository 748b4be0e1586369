"""`version: prometheus/v1`: Sloth's own form, read strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.dialects._sloth_shape import SNAKE, slos
from sightline_slo.model import Spec
from sightline_slo.reader import Reader
from sightline_slo.sloth.gofmt import as_text

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Located
    from sightline_slo.dialects import Context

VERSIONS = ("prometheus/v1",)


class _Reader(Reader):
    """Numbers and truth values are texts in labels: so Sloth's own decoder has it, and its examples count on it."""

    def texts(self, key: str) -> dict[str, str]:
        """Read a mapping of texts, empty where it is not there."""
        value = self._fields.get(key)
        if not isinstance(value, dict) or any(isinstance(each, dict | list) for each in value.values()):
            return super().texts(key)
        self.has(key)
        if all(isinstance(each, str) for each in value.values()):
            return value
        return {
            str(name): "" if each is None else each if isinstance(each, str) else as_text(each)
            for name, each in value.items()
        }


def read(document: Located, context: Context, findings: list[Diagnostic]) -> Spec:
    """Read a document: the head once, then each SLO."""
    head = _Reader(document, (), findings)
    head.text("version")
    read = tuple(slos(head, SNAKE, context))
    head.done()
    return Spec(VERSIONS[0], read, head.texts("labels"), document.span.file)
