"""The chart of an explanation as SVG: it follows the reader's light or dark scheme and needs nothing else."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from sightline_slo.explaining.curve import TIMES_S, bounds, points
from sightline_slo.explaining.explanation import percent, time
from sightline_slo.model import Severity

if TYPE_CHECKING:
    from sightline_slo.explaining.explanation import Explanation

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 70, 90, 48, 48
_STYLE = (
    "svg{color-scheme:light dark}"
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.grid{stroke:#d0d7de}.page{stroke:#b42318}.ticket{stroke:#0b62c4}"
    ".line{fill:none;stroke-width:2.5}.ticket.line{stroke-dasharray:7 4}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#3d444d}.page{stroke:#ff7b72}.ticket{stroke:#6cb6ff}}"
)


def render(made: Explanation) -> str:
    """Return the SVG's text."""
    low, high, shortest, longest = bounds(made)
    title = f"{made.slo.key}: detection time by error ratio"

    def x(ratio: float) -> float:
        return LEFT + (math.log10(ratio) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(seconds: float) -> float:
        share = (math.log10(seconds) - shortest) / ((longest - shortest) or 1)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><desc>{escape(_description(made))}</desc><style>{_STYLE}</style>",
        f'<text x="{LEFT}" y="24" font-weight="600">{escape(title)}</text>',
    ]
    for tick in TIMES_S:
        if shortest <= math.log10(tick) <= longest:
            at = f"{y(tick):.1f}"
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at}" y2="{at}"/>')
            parts.append(f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{time(tick)}</text>')
    for ratio in _ratios(low):
        at = f"{x(ratio):.1f}"
        parts.append(f'<line class="grid" x1="{at}" x2="{at}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text x="{at}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{percent(ratio)}</text>')
    for severity in Severity:
        drawn = points(made, severity, 240)
        if drawn:
            path = "M" + " L".join(f"{x(ratio):.1f},{y(max(seconds, 10**shortest)):.1f}" for ratio, seconds in drawn)
            parts.append(f'<path class="{severity} line" d="{path}"/>')
            ratio, seconds = drawn[-1]
            parts.append(f'<text x="{x(ratio) + 8:.1f}" y="{y(max(seconds, 10**shortest)):.1f}">{severity}</text>')
    parts.append(
        f'<text x="{WIDTH / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">share of events that fail</text></svg>'
    )
    return "\n".join(parts) + "\n"


def _ratios(low: float) -> list[float]:
    steps = (1, 2, 5) if low > -2.5 else (1,)
    found = (step * 10.0**power for power in range(-6, 1) for step in steps)
    return [ratio for ratio in found if ratio <= 1 and math.log10(ratio) >= low]


def _description(made: Explanation) -> str:
    said = []
    for row in made.rows:
        for severity, found in row.seen.items():
            if found is not None:
                said.append(f"{percent(row.error_ratio)} errors: {severity} after {time(found[1])}")
    return "; ".join(said)
