"""Step 4: a browser buys something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sightline_demo import stack
from sightline_demo.outcome import Check, Outcome

if TYPE_CHECKING:
    from sightline_demo.scene import Scene

TITLE = "a browser searches, adds to cart and checks out"
TIMEOUT_S = 90.0


def run(scene: Scene) -> Outcome:
    """Run the journey `buy` against the storefront and show its steps."""
    done = scene.sightline(
        "journeys", "run", "buy", "--target", scene.ports.url("storefront"), "--json",
        "--evidence", str(scene.folder / "evidence"),
        timeout=TIMEOUT_S,
        env={**stack.telemetry_env(scene, "journeys"), "SIGHTLINE_TRAFFIC_KEY": scene.traffic_key},
    )  # fmt: skip
    try:
        result = json.loads(done.stdout)["data"]
    except (ValueError, KeyError, TypeError):
        result = None
    if result is None:  # the command could not answer: no browser, say
        return Outcome(4, TITLE, (Check("the journey runs", held=False, found=_last_words(done.stderr)),))
    for step in result["steps"]:
        scene.say(f"{'-' if step['error'] else '+'} {step['name']:<28} {step['duration_ms']:>7.0f} ms")
    if result["trace_id"]:
        scene.say(f"its trace: {scene.link('/traces/' + result['trace_id'])}")
    passed = result["verdict"] == "passed" and done.code == 0
    return Outcome(
        4,
        TITLE,
        (Check("the journey passes", passed, f"{result['verdict']}: {result['error'] or 'every step passed'}"),),
        facts={"journey": result},
    )


def _last_words(text: str) -> str:
    return " ".join(text.split()[-60:]) or "it said nothing"
