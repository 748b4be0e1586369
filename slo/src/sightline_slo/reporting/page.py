"""Standings as one HTML file: no script, nothing from elsewhere, light and dark, readable without colour."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from sightline_slo.reporting.chart import chart
from sightline_slo.reporting.standing import Standing, State
from sightline_slo.reporting.table import HEAD, cells, counted, span

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNS = {State.BREACHED: "✕", State.NO_DATA: "?", State.WARNING: "!", State.OK: "✓"}
_CLASSES = {State.BREACHED: "bad", State.NO_DATA: "none", State.WARNING: "warn", State.OK: "good"}
MOST_ROWS = 40
"""Of a history as numbers; what lies between is in the chart."""

_STYLE = """
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2126;--soft:#55606b;--line:#d5dae0;--card:#f6f7f9;
--good:#12662f;--bad:#a3161f;--warn:#7a4b00;--none:#4b5560;--ink:#1f5fae;--area:#1f5fae22}
@media (prefers-color-scheme:dark){:root{--bg:#14181c;--fg:#e8ebee;--soft:#a9b3bd;--line:#3a434c;--card:#1c2227;
--good:#74d694;--bad:#ff9a94;--warn:#f2bd63;--none:#b5bec7;--ink:#82b7ff;--area:#82b7ff26}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
main{max-width:72rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.125rem;margin:0;overflow-wrap:anywhere}
p{margin:.25rem 0}.soft{color:var(--soft)}
.scroll{overflow-x:auto;margin:1.25rem 0}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding-bottom:.5rem}
th,td{padding:.4rem .75rem;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
td.number,th.number{text-align:right}
a{color:var(--ink)}a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--ink);
outline-offset:2px}
.state{font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.none{color:var(--none)}
section{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:1rem 0}
.chart{display:block;width:100%;max-width:48rem;height:auto;margin:.75rem 0}
.chart text{fill:var(--soft);font-size:12px}.grid{stroke:var(--line)}.zero{stroke:var(--fg);stroke-width:1.5}
.left{fill:none;stroke:var(--ink);stroke-width:2;stroke-linejoin:round}.area{fill:var(--area)}
@media print{section{break-inside:avoid}details{display:none}}
"""


def page(standings: Sequence[Standing], source: str, now: int) -> str:
    """Return the document; `source` says where the numbers come from."""
    at = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M UTC")
    heads = "".join(f'<th scope="col"{_align(column)}>{escape(text)}</th>' for column, text in enumerate(HEAD))
    rows = "".join(_row(each) for each in standings)
    sections = "".join(_section(each, now) for each in standings)
    table = (
        f'<div class="scroll" role="region" aria-label="All SLOs" tabindex="0"><table><caption>Worst first. Pace is in '
        f"multiples of the one that uses the budget up exactly over the period.</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>SLO status, {at}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>SLO status</h1><p>{escape(counted(standings))}</p>"
        f'<p class="soft">{escape(source)}, {at}</p>{table}{sections}</main></body></html>\n'
    )


def _align(column: int) -> str:
    return ' class="number"' if 2 <= column <= 6 else ""


def _state(standing: Standing) -> str:
    sign = f'<span aria-hidden="true">{_SIGNS[standing.state]}</span>'
    return f'<span class="state {_CLASSES[standing.state]}">{sign} {standing.state}</span>'


def _row(standing: Standing) -> str:
    texts = cells(standing)
    link = f'<th scope="row"><a href="#{_anchor(standing)}">{escape(texts[1])}</a></th>'
    rest = "".join(f"<td{_align(column)}>{escape(text)}</td>" for column, text in enumerate(texts[2:], 2))
    return f"<tr><td>{_state(standing)}</td>{link}{rest}</tr>"


def _section(standing: Standing, now: int) -> str:
    drawn = chart(standing, now)
    firing = "".join(f"<li>{escape(each.severity)}: {escape(each.name)}</li>" for each in standing.firing)
    parts = [
        f'<h2 id="{_anchor(standing)}">{escape(standing.key)}</h2>',
        f"<p>{_state(standing)} · {escape(_sentence(standing))}</p>",
        f'<p class="soft">{escape(" · ".join((standing.title, *standing.tags)))}</p>',
        f"<p>Alerts that fire:</p><ul>{firing}</ul>" if firing else "",
        drawn + _numbers(standing) if drawn else "<p>There is no history to draw.</p>",
        f'<p class="soft">{escape(standing.note)}</p>' if standing.note else "",
    ]
    return f"<section>{''.join(parts)}</section>"


def _sentence(standing: Standing) -> str:
    if standing.sli is None or standing.budget_remaining is None:
        return f"nothing was measured of the {span(standing.period_s)} that {standing.objective:g} % are asked of"
    text = (
        f"{standing.sli:.3f} % good over {span(standing.period_s)}, asked are {standing.objective:g} %; "
        f"{standing.budget_remaining:.1f} % of the budget is left"
    )
    if standing.gone_in_s is not None:
        text += f", gone in {span(standing.gone_in_s)} at the pace of late"
    return text


def _numbers(standing: Standing) -> str:
    step = -(-len(standing.history) // MOST_ROWS)
    chosen = standing.history[::-1][::step][::-1]
    rows = "".join(
        f'<tr><td>{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M}</td><td class="number">{left:.2f} %</td></tr>'
        for second, left in chosen
    )
    head = '<tr><th scope="col">UTC</th><th scope="col" class="number">budget left</th></tr>'
    return f"<details><summary>As numbers</summary><table><thead>{head}</thead><tbody>{rows}</tbody></table></details>"


def _anchor(standing: Standing) -> str:
    return f"slo-{escape(standing.key, quote=True)}".replace(" ", "-")
