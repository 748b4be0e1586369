"""Step 5: payments fail, the page fires, the alert leads to its cause, and it recovers."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError
from sightline_demo import chain, faults
from sightline_demo.outcome import Check, Outcome
from sightline_demo.watch import Burn, alerting, burns

if TYPE_CHECKING:
    from sightline_demo.scene import Scene

TITLE = "payments fail; the page fires; it leads to its cause; it recovers"
PAGE_WITHIN_S = 180.0
OUTAGE_S = 75.0
"""How long payments fail at least: nobody mends a shop within seconds of the page."""
RECOVER_WITHIN_S = 600.0
CHAIN_WITHIN_S = 30.0


def run(scene: Scene) -> Outcome:
    """Break payments, wait for the page, follow it down, mend payments, wait for the recovery."""
    scene.say("windows: 1 h and 5 min at 14.4 times the budget's pace, Datadog's own; nothing is shortened.")
    scene.say(
        "A hard outage needs only minutes: both windows pass 14.4 as soon as enough of the hour's events are bad."
    )
    faults.set_payments(scene, failing=True)
    began = scene.clock()
    scene.say("payments fail from now on")
    try:
        paged = _wait_for_page(scene, began)
        paged_after = scene.clock() - began
        found = _follow(scene, paged) if paged else None
        if paged:
            _let_burn(scene, paged, began)
    except BaseException:
        # Payments may be what broke: that they cannot be mended must not be told in the place of why.
        with contextlib.suppress(SightlineError):
            faults.set_payments(scene, failing=False)
        raise
    faults.set_payments(scene, failing=False)
    if paged is None:
        return Outcome(5, TITLE, (Check("the page fires within 3 min", held=False, found=_hottest(scene)),))
    scene.say(f"payments are mended; the page holds until the {paged.short_window} window has forgotten the fault")
    mended = scene.clock()
    recovered = _wait_for_recovery(scene, paged, mended)
    recovered_after = scene.clock() - mended
    _say_what_still_alerts(scene)
    checks = [
        Check("the page fires within 3 min", paged_after <= PAGE_WITHIN_S, f"after {paged_after:.0f} s"),
        Check(
            "the alert leads to a failing trace",
            found is not None,
            found.trace_id if found else "no failing trace is stored",
        ),
    ]
    if found is not None:
        checks.append(
            Check(
                "every service of that trace has log lines in it",
                not found.silent,
                f"none of {', '.join(found.silent)}" if found.silent else f"{len(found.lines)} lines",
            )
        )
    checks.append(
        Check(
            "the page recovers",
            recovered,
            f"after {recovered_after:.0f} s" if recovered else f"still alerting: {paged.monitor}",
        )
    )
    return Outcome(
        5,
        TITLE,
        tuple(checks),
        facts={
            "paged_after_s": round(paged_after, 1),
            "recovered_after_s": round(recovered_after, 1) if recovered else None,
            "chain": found.as_json() if found else None,
            "links": _links(scene, found),
        },
    )


def _wait_for_page(scene: Scene, began: float) -> Burn | None:
    """Show the burn of the fast alerts climb until one of them pages; name the slower ones as they join in."""
    hit: list[Burn] = []
    told: set[str] = set()

    def look() -> bool:
        scene.supervisor.require_alive()
        now = burns(scene)
        fast = [item for item in now if item.pages_first]
        if fast:
            scene.say(f"+{scene.clock() - began:>4.0f} s  {fast[0].line()}")
        for item in now:
            if item.state == "ALERT" and not item.pages_first and item.monitor_id not in told:
                told.add(item.monitor_id)
                scene.say(f"         alerts too, with its slower windows: {item.monitor}")
        hit.extend(item for item in fast if item.state == "ALERT")
        return bool(hit)

    # A little past the promise, so that a page that comes late is reported as late and not as missing.
    scene.interrupt.until(look, timeout=PAGE_WITHIN_S + 60, every=5.0)
    if not hit:
        return None
    scene.say(f"PAGE after {scene.clock() - began:.0f} s: {hit[0].monitor}")
    return hit[0]


def _let_burn(scene: Scene, paged: Burn, began: float) -> None:
    """Show how it goes on burning until the outage is as long as one that somebody had to mend."""
    while scene.clock() - began < OUTAGE_S:
        scene.interrupt.pause(10.0)
        scene.supervisor.require_alive()
        _say_burn(scene, paged, began)


def _say_burn(scene: Scene, paged: Burn, since: float) -> None:
    for burn in burns(scene):
        if burn.monitor_id == paged.monitor_id:
            scene.say(f"+{scene.clock() - since:>4.0f} s  {burn.line()}")


def _follow(scene: Scene, paged: Burn) -> chain.Chain | None:
    """Print the chain from the alert down; traces may arrive a moment after the counts that alerted."""
    found: list[chain.Chain] = []

    def look() -> bool:
        followed = chain.follow(scene, paged.monitor_id)
        if followed is not None:
            found.append(followed)
        return followed is not None and not followed.silent

    scene.interrupt.until(look, timeout=CHAIN_WITHIN_S, every=1.0)
    if not found:
        return None
    for line in found[-1].drawing():
        scene.say(line)
    return found[-1]


def _wait_for_recovery(scene: Scene, paged: Burn, mended: float) -> bool:
    """Show the burn fall until the page that fired has recovered."""
    last = scene.clock() - 60.0

    def look() -> bool:
        nonlocal last
        scene.supervisor.require_alive()
        still = any(str(item["id"]) == paged.monitor_id for item in alerting(scene))
        if scene.clock() - last >= 20 or not still:
            last = scene.clock()
            _say_burn(scene, paged, mended)
        return not still

    return scene.interrupt.until(look, timeout=RECOVER_WITHIN_S, every=3.0)


def _say_what_still_alerts(scene: Scene) -> None:
    """The slower alerts look back 30 min and 2 h: they hold that much longer, and that is right."""
    left = alerting(scene)
    if left:
        scene.say(f"{len(left)} slower alerts still hold, until their own short windows (30 min, 2 h) have passed:")
    for item in left:
        scene.say(f"  {item['name']}")


def _hottest(scene: Scene) -> str:
    now = [item for item in burns(scene) if item.pages_first]
    return f"hottest: {now[0].line()}" if now else "the backend knows no burn-rate monitor"


def _links(scene: Scene, found: chain.Chain | None) -> dict[str, str]:
    if found is None:
        return {}
    return {
        "monitor": scene.link(f"/monitors/{found.monitor_id}"),
        "SLO": scene.link(f"/slos/{found.slo_id}"),
        "trace": scene.link(f"/traces/{found.trace_id}"),
    }
