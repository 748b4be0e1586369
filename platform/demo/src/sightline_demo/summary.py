"""The end of the story as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_demo.outcome import Outcome


def as_json(outcomes: Sequence[Outcome], facts: dict[str, Any]) -> dict[str, Any]:
    """Return the run as plain values."""
    return {
        "held": all(item.held for item in outcomes),
        "not_held": [item.title for item in outcomes if not item.held],
        "steps": [item.as_json() for item in outcomes],
        "bought": facts.get("bought"),
    }


def as_text(outcomes: Sequence[Outcome], facts: dict[str, Any]) -> str:
    """Return the run as the lines a person reads last."""
    lines = [
        f"{'held    ' if item.held else 'NOT HELD'}  {item.number}. {item.title} ({item.seconds:.0f} s)"
        + ("" if item.held else f"\n            {item.why_not}")
        for item in outcomes
    ]
    every = {name: value for item in outcomes for name, value in item.facts.items()}
    lines += ["", *_times(every), *_bought(facts.get("bought")), *_memory(every.get("memory")), *_links(every)]
    return "\n".join(lines)


def _times(every: dict[str, Any]) -> list[str]:
    words = [
        ("healthy after", "healthy_after_s"),
        ("paged after", "paged_after_s"),
        ("recovered after", "recovered_after_s"),
    ]
    found = [f"{word} {every[key]:.1f} s" for word, key in words if isinstance(every.get(key), int | float)]
    return [", ".join(found), ""] if found else []


def _bought(bought: dict[str, Any] | None) -> list[str]:
    if not bought:
        return []
    revenue = ", ".join(f"{amount / 100:.2f} {currency}" for currency, amount in sorted(bought["revenue"].items()))
    declined, failed = sum(bought["declined"].values()), sum(bought["system_failures"].values())
    counts = f"{bought['visits']} visits, {bought['orders']} orders ({revenue or 'no revenue'})"
    return [f"{counts}, {declined} cards declined, {failed} payments failed", ""]


def _memory(memory: dict[str, Any] | None) -> list[str]:
    if not memory or not memory["rows"]:
        return []
    rows = [f"  {row['name']:<12}{row['processes']:>4}{row['pss_mb']:>10.1f}" for row in memory["rows"]]
    total = f"  {'total':<12}{sum(row['processes'] for row in memory['rows']):>4}{memory['total_mb']:>10.1f}"
    return [
        f"memory: {memory['how']}",
        f"  {'':<12}{'n':>4}{'PSS MB':>10}",
        *rows,
        f"{total}  of {memory['limit_mb']:.0f}",
        "",
    ]


def _links(every: dict[str, Any]) -> list[str]:
    links = {"console": every.get("console"), "shop": every.get("shop"), **(every.get("links") or {})}
    return [f"{word:<9}{link}" for word, link in links.items() if link]
