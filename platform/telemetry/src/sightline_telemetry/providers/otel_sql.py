"""Statement spans named as the conventions want: by a summary of few values, not by the database's place.

The instrumentation names them `<operation> <database>`. With SQLite the database is a file's path: every run and every
machine had span names of its own, which nothing could be grouped by.
"""

import re
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from opentelemetry.instrumentation.sqlalchemy.engine import EngineTracer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.trace import Span

LONGEST = 255  # the conventions' own bound of a summary
_LITERAL = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_TARGET = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE|TABLE(?:\s+IF(?:\s+NOT)?\s+EXISTS)?)\s+([\w."]+)', re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+")


@lru_cache(maxsize=512)
def summary(statement: str) -> str:
    """The operation and the tables of a statement, each once, in order: `SELECT cart_item cart`.

    Spelt as the application does: the conventions advise against changing its case.
    """
    bare = _LITERAL.sub("", statement)
    operation = _WORD.search(bare)
    if operation is None:
        return ""
    targets = dict.fromkeys(found[1].replace('"', "") for found in _TARGET.finditer(bare))
    words = [operation[0], *targets]
    while len(" ".join(words)) > LONGEST:
        words.pop()  # a name cut in two would be a table that is not there
    return " ".join(words)


class SummarisingTracer(EngineTracer):
    """The official instrumentation, with the span's name and `db.query.summary` alike."""

    def _operation_name(self, db_name: str | None, statement: object) -> str:
        del db_name
        return (summary(statement) if isinstance(statement, str) else "") or str(self.vendor)

    def _set_db_client_span_attributes(
        self, span: "Span", statement: object, db_name: str | None, attrs: "Mapping[str, Any]"
    ) -> None:
        super()._set_db_client_span_attributes(span, statement, db_name, attrs)
        told = self._operation_name(db_name, statement)
        span.set_attribute("db.query.summary", told)
        span.set_attribute("db.operation.name", told.partition(" ")[0])
        if self.vendor == "sqlite" and db_name:
            span.set_attribute("db.namespace", PurePath(db_name).stem)
