"""Statement spans of OpenTelemetry: few names, and no file's path in any of them."""

from pathlib import Path

import pytest
from opentelemetry.instrumentation._semconv import _OpenTelemetrySemanticConventionStability
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import create_engine, text

from sightline_telemetry.providers.otel_sql import LONGEST, SummarisingTracer, summary


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT cart.id \nFROM cart \nWHERE cart.id = ?", "SELECT cart"),
        ("select * from a join b on a.x = b.x join a on 1 = 1", "select a b"),
        ("INSERT INTO shop_order (id) VALUES (?)", "INSERT shop_order"),
        ('UPDATE "cart_item" SET quantity=?', "UPDATE cart_item"),
        ("DELETE FROM public.outbox WHERE id = ?", "DELETE public.outbox"),
        ("CREATE TABLE IF NOT EXISTS cart (id TEXT)", "CREATE cart"),
        ("SELECT 'text from someone' -- from nobody\nFROM real /* join no */", "SELECT real"),
        ("PRAGMA journal_mode=WAL", "PRAGMA"),
        ("/* only a comment */", ""),
    ],
)
def test_a_summary_is_the_operation_and_its_tables(statement: str, told: str) -> None:
    """Values, columns, literals and comments are in no summary."""
    assert summary(statement) == told


def test_a_summary_has_an_end_at_a_name() -> None:
    """A join of a hundred tables is cut between two of them."""
    told = summary(" ".join(["SELECT 1 FROM start", *(f"JOIN table_{number}" for number in range(100))]))
    assert len(told) <= LONGEST
    assert all(word in {"SELECT", "start"} or word.removeprefix("table_").isdigit() for word in told.split())


def test_a_span_is_named_by_the_summary_and_tells_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the name nor any attribute holds the folder of a SQLite file."""
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    monkeypatch.setattr(_OpenTelemetrySemanticConventionStability, "_initialized", False)
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    engine = create_engine(f"sqlite:///{tmp_path}/orders.db")
    usage = NoOpMeterProvider().get_meter("test").create_up_down_counter("usage")
    SummarisingTracer(provider.get_tracer("test"), engine, usage)  # type: ignore[no-untyped-call]  # contrib leaves its base untyped
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE shop_order (id TEXT)"))
        connection.execute(text("SELECT id FROM shop_order"))
    engine.dispose()
    _, select = spans.get_finished_spans()
    assert select.name == "SELECT shop_order"
    told = dict(select.attributes or {})
    assert (told["db.query.summary"], told["db.operation.name"]) == ("SELECT shop_order", "SELECT")
    assert str(tmp_path) not in str(told)
