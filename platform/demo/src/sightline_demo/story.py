"""Tells the story: one step after the other, until one does not hold."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from sightline_demo import shopping
from sightline_demo.steps import s1_start, s2_push, s3_shop, s4_journey, s5_fault, s6_sum_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_demo.outcome import Outcome
    from sightline_demo.scene import Scene

HEARTBEAT_S = 30.0


def tell(scene: Scene) -> list[Outcome]:
    """Run every step in turn; what comes after one that did not hold is left out, the summary never.

    Raises:
        SightlineError: a process of ours died, or does not answer.
        InterruptedStoryError: we were asked to stop.
    """
    steps: list[tuple[int, str, Callable[[Scene], Outcome]]] = [
        (1, s1_start.TITLE, s1_start.run),
        (2, s2_push.TITLE, s2_push.run),
        (3, s3_shop.TITLE, s3_shop.run),
        (4, s4_journey.TITLE, s4_journey.run),
    ]
    if scene.options.fault:
        steps.append((5, s5_fault.TITLE, s5_fault.run))
    outcomes: list[Outcome] = []
    for number, title, run in steps:
        scene.console.step(f"{number}. {title}")
        outcomes.append(_timed(scene, run))
        _report(scene, outcomes[-1])
        if not outcomes[-1].held:
            break
    else:
        _shop_on(scene)
    scene.console.step(f"6. {s6_sum_up.TITLE}")
    rows = s6_sum_up.weigh(scene, os.getpid())
    if scene.load is not None:
        scene.facts["bought"] = shopping.totals(scene)
    outcomes.append(_timed(scene, lambda it: s6_sum_up.run(it, tuple(outcomes), rows)))
    return outcomes


def stay(scene: Scene) -> None:
    """Keep everything up until interrupted.

    Raises:
        InterruptedStoryError: always, in the end.
        SightlineError: a process of ours died.
    """
    scene.console.step(f"still shopping; the console is at {scene.ports.url('api')}/  (Ctrl-C ends everything)")
    while True:
        scene.interrupt.pause(1.0)
        scene.supervisor.require_alive()


def _timed(scene: Scene, run: Callable[[Scene], Outcome]) -> Outcome:
    started = scene.clock()
    outcome = run(scene)
    return replace(outcome, seconds=scene.clock() - started)


def _report(scene: Scene, outcome: Outcome) -> None:
    for check in outcome.checks:
        sign = scene.console.paint("held", "green") if check.held else scene.console.paint("NOT HELD", "red")
        scene.say(f"{sign}: {check.claim}" + (f" ({check.found})" if check.found else ""))


def _shop_on(scene: Scene) -> None:
    """Go on until the time asked for has passed."""
    end = scene.load_started + scene.options.at_least_s
    told = scene.clock()
    while scene.clock() < end:
        scene.supervisor.require_alive()
        if scene.clock() - told >= HEARTBEAT_S:
            told = scene.clock()
            scene.say(f"shopping for another {end - scene.clock():.0f} s")
        scene.interrupt.pause(min(1.0, max(end - scene.clock(), 0.01)))
