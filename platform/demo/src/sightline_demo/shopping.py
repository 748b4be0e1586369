"""The demo's customers: the load, and its own book."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_demo.scene import command
from sightline_demo.supervisor import Spec

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_demo.scene import Scene

USERS = 12


def start(scene: Scene) -> None:
    """Start shopping; the thresholds are left open, because the story's fault makes requests fail."""
    scene.load = scene.supervisor.start(
        Spec(
            "load",
            command(
                "load", "run", "--target", scene.ports.url("storefront"), "--users", str(USERS),
                "--rate", f"{scene.options.rate:g}", "--seed", str(scene.options.seed), "--as", "customer",
                "--ledger", str(ledger(scene)), "--max-fail-ratio", "1", "--max-p95", "60000", "--json",
            ),
            scene.env,
            scene.folder / "logs" / "load.out",
            grace_s=25.0,
        )
    )  # fmt: skip
    scene.load_started = scene.clock()


def ledger(scene: Scene) -> Path:
    """Return the book's place."""
    return scene.folder / "ledger.jsonl"


def totals(scene: Scene) -> dict[str, Any]:
    """Add up the book as it stands.

    Raises:
        SightlineError: the command that reads it failed.
    """
    if not ledger(scene).is_file():
        return {"visits": 0, "orders": 0, "left": 0, "emptied": 0, "declined": {}, "system_failures": {}, "revenue": {}}
    done = scene.sightline("load", "ledger", str(ledger(scene)), "--json", timeout=30)
    if done.code not in {ExitCode.OK, ExitCode.NOTHING}:
        raise SightlineError("the load's ledger cannot be read", where=str(ledger(scene)), why=done.stderr.strip())
    result: dict[str, Any] = json.loads(done.stdout)["data"]
    return result


def stop(scene: Scene) -> int | None:
    """End the load, letting visits in progress finish; return its exit status, None when there is none."""
    if scene.load is None:
        return None
    code = scene.supervisor.stop(scene.load)
    scene.load = None
    return code
