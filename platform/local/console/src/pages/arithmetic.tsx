// The arithmetic behind a state, with the numbers it was done with: nobody should have to take an alert's word.
import type { ComponentChildren, JSX } from "preact";
import { exact, NONE, percent, ratio } from "../data/format.ts";
import { link } from "../data/router.ts";
import type { Burn, BurnWindow, SloStatus } from "../data/types.ts";
import { Badge } from "../ui/parts.tsx";

function Value({ name, children, tone = "" }: { name: string; children: ComponentChildren; tone?: string }): JSX.Element {
  return (
    <span class={`term ${tone}`}>
      <b>{children}</b>
      <small>{name}</small>
    </span>
  );
}

function Sign({ children }: { children: string }): JSX.Element {
  return <span class="sign">{children}</span>;
}

/** How much of the budget of one timeframe is left, and how that came about. */
export function BudgetSum({ status }: { status: SloStatus }): JSX.Element {
  if (status.total === null || status.good === null || status.total === 0) {
    return <p class="muted">Nothing was counted in {status.timeframe}, so there is nothing to divide.</p>;
  }
  const allowed = (status.total * (100 - status.target)) / 100;
  const bad = status.total - status.good;
  return (
    <>
      <div class="sum">
        <Value name="good events">{exact(status.good)}</Value>
        <Sign>÷</Sign>
        <Value name={`all events in ${status.timeframe}`}>{exact(status.total)}</Value>
        <Sign>=</Sign>
        <Value name="good, so far" tone={status.state === "breached" ? "bad-text" : ""}>
          {percent(status.sli, 3)}
        </Value>
        <Sign>{(status.sli ?? 0) >= status.target ? "≥" : "<"}</Sign>
        <Value name="promised">{percent(status.target, 3)}</Value>
      </div>
      <div class="sum">
        <Value name="bad events">{exact(bad)}</Value>
        <Sign>÷</Sign>
        <Value name={`allowed: ${percent(100 - status.target, 3)} of all`}>{exact(allowed)}</Value>
        <Sign>=</Sign>
        <Value name="of the budget spent">{percent(allowed ? (100 * bad) / allowed : null, 1)}</Value>
        <Sign>→</Sign>
        <Value name="left" tone={(status.budget_remaining ?? 0) <= 0 ? "bad-text" : ""}>
          {percent(status.budget_remaining, 1)}
        </Value>
      </div>
    </>
  );
}

function burns(window: BurnWindow, threshold: number): boolean {
  return window.burn_rate !== null && window.burn_rate > threshold;
}

function verdict(burn: Burn): string {
  if (burn.long.burn_rate === null) return `Nothing was counted in ${burn.long.window}: nothing can be said.`;
  const long = burns(burn.long, burn.threshold);
  const short = burns(burn.short, burn.threshold);
  if (long && burn.short.burn_rate === null) {
    return `${burn.long.window} burns, but in the last ${burn.short.window} nothing was counted: it does not alert.`;
  }
  if (long && short) return `Both windows burn more than ${burn.threshold} times too fast: it alerts.`;
  if (long) return `${burn.long.window} still burns, but ${burn.short.window} no longer does: the cause is over.`;
  if (short) return `${burn.short.window} burns, but over ${burn.long.window} it is not worth a page yet.`;
  return "Neither window burns too fast.";
}

function Row({ window, burn }: { window: BurnWindow; burn: Burn }): JSX.Element {
  const over = burns(window, burn.threshold);
  const most = Math.max(burn.long.burn_rate ?? 0, burn.short.burn_rate ?? 0, burn.threshold * 1.25);
  return (
    <tr>
      <th scope="row">{window.window}</th>
      <td class="num">{exact(window.bad)}</td>
      <td class="num">÷ {exact(window.total)}</td>
      <td class="num">= {ratio(window.error_ratio)}</td>
      <td class="num">÷ {percent(burn.budget * 100, 3)}</td>
      <td class={`num strong ${over ? "bad-text" : ""}`}>= {window.burn_rate === null ? NONE : `${exact(window.burn_rate)}×`}</td>
      <td class="num">
        {window.burn_rate === null ? "" : over ? "> " : "≤ "}
        {burn.threshold}
      </td>
      <td class="gauge" aria-hidden="true">
        <i class={over ? "bad" : "ok"} style={{ width: `${((window.burn_rate ?? 0) / most) * 100}%` }} />
        <u style={{ left: `${(burn.threshold / most) * 100}%` }} />
      </td>
    </tr>
  );
}

/** Both windows of one burn-rate alert, as they are now. */
export function BurnSum({ burn, bare = false }: { burn: Burn; bare?: boolean }): JSX.Element {
  return (
    <article class="burn">
      {!bare && (
        <header>
          <Badge state={burn.state} />
          <a href={link(["monitors", String(burn.monitor_id)])}>{burn.monitor_name}</a>
        </header>
      )}
      <div class="scroll" tabIndex={0} role="region" aria-label={`Windows of ${burn.monitor_name}`}>
        <table class="windows">
          <thead>
            <tr>
              <th scope="col">Window</th>
              <th scope="col" class="num">
                Bad
              </th>
              <th scope="col" class="num">
                All
              </th>
              <th scope="col" class="num">
                Failing
              </th>
              <th scope="col" class="num">
                Budget
              </th>
              <th scope="col" class="num">
                Burn rate
              </th>
              <th scope="col" class="num">
                Threshold
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            <Row window={burn.long} burn={burn} />
            <Row window={burn.short} burn={burn} />
          </tbody>
        </table>
      </div>
      <p class="verdict">{verdict(burn)}</p>
    </article>
  );
}
