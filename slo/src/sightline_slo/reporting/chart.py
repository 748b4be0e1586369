"""A burn-down as SVG: what was left of the budget over the period, drawn without a script or a font of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline_slo.reporting.standing import Standing

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 28
LOWEST = -100.0
"""A budget that is overdrawn many times is drawn at the bottom: it must not press the rest into a line."""


def chart(standing: Standing, now: int) -> str:
    """Return the chart, which names itself to a reader of the screen; empty without a history."""
    if not standing.history:
        return ""
    points = [(second, max(left, LOWEST)) for second, left in standing.history]
    low = min(0.0, *(left for _, left in points))
    low = low // 25 * 25
    scale = _Scale(now - standing.period_s, now, low)
    ends = standing.history[-1][1]
    said = f"{standing.key}: from {standing.history[0][1]:.1f} % to {ends:.1f} % of the budget left"
    path = " ".join(
        f"{'L' if number else 'M'}{scale.x(second):.1f} {scale.y(left):.1f}"
        for number, (second, left) in enumerate(points)
    )
    zero, first, last = scale.y(0), scale.x(points[0][0]), scale.x(points[-1][0])
    identity = f"c-{escape(standing.key, quote=True)}"
    return "".join(
        [
            f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{identity}">',
            f'<title id="{identity}">{escape(said)}</title>',
            *(_line(scale, value) for value in _steps(low)),
            *(_day(scale, second) for second in scale.days()),
            f'<path class="area" d="{path} L{last:.1f} {zero:.1f} L{first:.1f} {zero:.1f} Z"/>',
            f'<path class="left" d="{path}"/>',
            f'<line class="zero" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{zero:.1f}" y2="{zero:.1f}"/>',
            "</svg>",
        ]
    )


class _Scale:
    """From time and percent to the canvas."""

    def __init__(self, start: int, end: int, low: float) -> None:
        self._start, self._end, self._low = start, end, low

    def x(self, second: float) -> float:
        share = (second - self._start) / max(self._end - self._start, 1)
        return LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)

    def y(self, left: float) -> float:
        return TOP + (100 - left) / (100 - self._low) * (HEIGHT - TOP - BOTTOM)

    def days(self) -> list[int]:
        """Return some six midnights of UTC."""
        step = max(round((self._end - self._start) / 6 / 86400), 1) * 86400
        first = -(-self._start // 86400) * 86400
        return list(range(first, self._end + 1, step))


def _steps(low: float) -> list[float]:
    return [value for value in (100.0, 75.0, 50.0, 25.0, 0.0, -25.0, -50.0, -75.0, -100.0) if value >= low]


def _line(scale: _Scale, value: float) -> str:
    y = scale.y(value)
    line = f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return f'{line}<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g} %</text>'


def _day(scale: _Scale, second: int) -> str:
    text = datetime.fromtimestamp(second, UTC).strftime("%d %b")
    x = scale.x(second)
    anchor = "end" if x > WIDTH - RIGHT - 20 else "middle"
    return f'<text x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="{anchor}">{text}</text>'
