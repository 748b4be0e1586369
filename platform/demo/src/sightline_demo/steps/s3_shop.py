"""Step 3: customers shop, and nothing pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_demo import shopping
from sightline_demo.outcome import Check, Outcome
from sightline_demo.watch import alerting

if TYPE_CHECKING:
    from sightline_demo.scene import Scene

TITLE = "customers shop: browse, cart, checkout; some leave, some cards are declined"
TIMEOUT_S = 120.0
EVALUATIONS = 2


def run(scene: Scene) -> Outcome:
    """Start the load; once cards were declined and the evaluator has looked since, ask what pages."""
    shopping.start(scene)
    scene.say(f"seed {scene.options.seed}, {scene.options.rate:g} visits per second")
    scene.interrupt.until(lambda: _enough(scene), timeout=scene.options.warm_up_s + TIMEOUT_S, every=2.0)
    looked = _evaluations(scene)
    scene.interrupt.until(lambda: _evaluations(scene) >= looked + EVALUATIONS, timeout=TIMEOUT_S, every=1.0)

    bought = shopping.totals(scene)
    declined = sum(bought["declined"].values())
    failed = sum(bought["system_failures"].values())
    paging = alerting(scene)
    scene.say(
        f"{bought['visits']} visits, {bought['orders']} orders, {declined} cards declined (a customer's decline is a"
        f" good event), {failed} system failures; {len(paging)} monitors alert"
    )
    return Outcome(
        3,
        TITLE,
        (
            Check("customers buy", bought["orders"] > 0, f"{bought['orders']} orders"),
            Check("some cards are declined", declined > 0, f"{declined} declined"),
            Check("some carts are left or emptied", bought["left"] + bought["emptied"] > 0),
            Check("nothing pages before the fault", not paging, ", ".join(item["name"] for item in paging)),
            Check(
                "the evaluator looks while they shop",
                _evaluations(scene) >= looked + EVALUATIONS,
                f"{_evaluations(scene)} runs",
            ),
        ),
        facts={"bought_before_fault": bought},
    )


def _enough(scene: Scene) -> bool:
    scene.supervisor.require_alive()
    if scene.clock() - scene.load_started < scene.options.warm_up_s:
        return False
    bought = shopping.totals(scene)
    return bool(bought["orders"] and bought["declined"] and bought["left"] + bought["emptied"])


def _evaluations(scene: Scene) -> int:
    counters: dict[str, Any] = scene.ask("/counters")
    return int(counters["evaluator"]["runs"])
