"""What a finished load run says about itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightline_synthetics.load.ledger import Totals
    from sightline_synthetics.load.settings import LoadSettings
    from sightline_synthetics.load.thresholds import Outcome


def as_json(settings: LoadSettings, outcome: Outcome, totals: Totals, reasons: list[str]) -> dict[str, Any]:
    """Return the report as plain values."""
    return {
        "seed": settings.seed,
        "traffic": settings.traffic,
        "ledger": settings.ledger,
        "requests": {**asdict(outcome), "fail_ratio": outcome.fail_ratio},
        "bought": totals.as_json(),
        "held": not reasons,
        "reasons": reasons,
    }


def as_text(settings: LoadSettings, outcome: Outcome, totals: Totals, reasons: list[str]) -> str:
    """Return the report as a few lines."""
    revenue = ", ".join(f"{amount / 100:.2f} {currency}" for currency, amount in sorted(totals.revenue.items()))
    percent = f"{outcome.fail_ratio:.2%} failed"
    times = f"p50 {outcome.p50_ms:.0f} ms, p95 {outcome.p95_ms:.0f} ms, p99 {outcome.p99_ms:.0f} ms"
    declined, failed = sum(totals.declined.values()), sum(totals.system_failures.values())
    endings = f"{declined} declined, {failed} failed, {totals.unknown} unknown"
    lines = [
        f"requests   {outcome.requests}, {percent}, {times}",
        f"visits     {totals.visits}: {totals.carts} carts, {totals.emptied} emptied, {totals.left} left behind",
        f"checkouts  {totals.checkouts}: {totals.orders} orders ({revenue or 'nothing'}), {endings}",
        f"ledger     {settings.ledger}",
        *(f"threshold  {reason}" for reason in reasons),
    ]
    return "\n".join(lines)
