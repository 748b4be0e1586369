"""Step 6: what held, what it weighed, where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_demo import guardian, memory
from sightline_demo.outcome import Check, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_demo.scene import Scene

TITLE = "what held"
LIMITS_MB = {"otel": 700.0, "ddtrace": 900.0, "mixed": 900.0}


def weigh(scene: Scene, own_pid: int) -> list[memory.Row]:
    """Weigh every process of the run, the demo itself among them; call it while customers shop."""
    roots = {item.name: item.process.pid for item in scene.supervisor.running}
    # The demo comes last: everything else descends from it.
    rows = memory.table({**roots, "guardian": scene.supervisor.guardian_pid}, guardian.marked(scene.supervisor.run_id))
    return [*rows, *memory.table_of_one("demo", own_pid)]


def run(scene: Scene, earlier: Sequence[Outcome], rows: Sequence[memory.Row]) -> Outcome:
    """Judge the memory and collect what the summary prints."""
    total = memory.total_mb(rows)
    limit = LIMITS_MB[scene.options.telemetry]
    checks = [Check("every step held", all(item.held for item in earlier))]
    if rows:
        checks.append(Check(f"PSS of everything is at most {limit:.0f} MB", total <= limit, f"{total:.0f} MB"))
    return Outcome(
        6,
        TITLE,
        tuple(checks),
        facts={
            "memory": {
                "how": memory.HOW,
                "total_mb": round(total, 1),
                "limit_mb": limit,
                "rows": [{"name": row.name, "processes": row.processes, "pss_mb": row.pss_mb} for row in rows],
            }
        },
    )
