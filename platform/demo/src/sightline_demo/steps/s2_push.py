"""Step 2: specs become SLOs, monitors and a dashboard, pushed with the vendor's client; again, and nothing changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_demo.outcome import Check, Outcome

if TYPE_CHECKING:
    from sightline_demo.scene import Scene

TITLE = "compile the SLO specs; push SLOs, burn-rate monitors and the dashboard; push again"
SPECS = str(Path(__file__).resolve().parents[5] / "slo" / "specs" / "shop")
"""The shop's specs, of the same checkout as this file."""
PROJECT = "shop"
TIMEOUT_S = 60.0


def run(scene: Scene) -> Outcome:
    """Push twice: the first time creates, the second time finds nothing to do."""
    first = _push(scene)
    created = _count(first, "create")
    scene.say(f"created {created} objects with the vendor's own client: {_kinds(first)}")
    second = _push(scene)
    changes = sum(_count(second, action) for action in ("create", "update", "delete"))
    kept = _count(second, "keep")
    scene.say(f"a second push: {changes} changes, {kept} unchanged")
    kinds = {change["kind"] for pushed in first for change in pushed["changes"]}
    return Outcome(
        2,
        TITLE,
        (
            Check("SLOs, monitors and a dashboard are pushed", {"slo", "monitor", "dashboard"} <= kinds, _kinds(first)),
            Check("a second push changes nothing", changes == 0 and kept == created, f"{changes} changes"),
        ),
        facts={"pushed": {"created": created, "changed_again": changes}},
    )


def _push(scene: Scene) -> list[dict[str, Any]]:
    env = {"DD_HOST": scene.ports.url("api")}
    results = []
    for arguments in (("slo", "push", SPECS), ("dashboards", "push")):
        done = scene.sightline(*arguments, "--project", PROJECT, "--json", timeout=TIMEOUT_S, env=env)
        if done.code != ExitCode.OK:
            raise SightlineError(
                f"`sightline {' '.join(arguments)}` ended with {done.code}", why=(done.stderr or done.stdout).strip()
            )
        results.append(json.loads(done.stdout)["data"])
    return results


def _count(pushed: list[dict[str, Any]], action: str) -> int:
    return sum(int(each["counts"][action]) for each in pushed)


def _kinds(pushed: list[dict[str, Any]]) -> str:
    found = [change["kind"] for each in pushed for change in each["changes"] if change["action"] == "create"]
    return ", ".join(f"{found.count(kind)} {kind}s" for kind in dict.fromkeys(found))
