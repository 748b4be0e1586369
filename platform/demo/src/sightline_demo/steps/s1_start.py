"""Step 1: the backend, the broker and six services, all healthy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_demo import stack
from sightline_demo.outcome import Check, Outcome

if TYPE_CHECKING:
    from sightline_demo.scene import Scene
    from sightline_demo.supervisor import Running

TITLE = "start the local backend and six services"
TIMEOUT_S = 60.0


def run(scene: Scene) -> Outcome:
    """Start everything at once and wait until all of it is healthy."""
    if scene.ports.moved:
        scene.say(f"taken by somebody else, so on other ports: {', '.join(scene.ports.moved)}")
    started = scene.clock()
    for spec in stack.specs(scene):
        scene.supervisor.start(spec)

    def told(running: Running) -> None:
        scene.say(f"{running.name:<11} healthy after {running.healthy_after_s:.1f} s")
        if running.name == stack.BACKEND:
            scene.say(f"the console is at {scene.ports.url('api')}/")

    scene.supervisor.wait_healthy(TIMEOUT_S, told=told)
    took = scene.clock() - started
    scene.say(f"the shop is at {scene.ports.url('storefront')}/")
    return Outcome(
        1,
        TITLE,
        (Check("backend and six services healthy", held=True, found=f"after {took:.1f} s"),),
        facts={
            "console": scene.ports.url("api") + "/",
            "shop": scene.ports.url("storefront") + "/",
            "telemetry": {name: scene.options.mode_of(name) for name in stack.SERVICES},
            "healthy_after_s": round(took, 2),
        },
    )
