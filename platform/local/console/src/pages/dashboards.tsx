import type { JSX } from "preact";
import { WidgetView } from "../board/widget.tsx";
import { variablesOf } from "../board/measure.ts";
import { useLive } from "../data/live.ts";
import { rangeOf } from "../data/range.ts";
import { link, place } from "../data/router.ts";
import type { Board, BoardRow } from "../data/types.ts";
import { Filters, TextFilter } from "../ui/filters.tsx";
import { Empty, Loaded, Panel, Time } from "../ui/parts.tsx";
import { RangePicker } from "../ui/range.tsx";
import { Heading } from "../ui/shell.tsx";

export function DashboardsPage(): JSX.Element {
  const live = useLive<{ dashboards: BoardRow[] }>("dashboards", () => "/api/v1/dashboard?count=1000", 15_000);
  return (
    <>
      <Heading title="Dashboards" />
      <Loaded live={live}>
        {(data) => (
          <Panel>
            {data.dashboards.length === 0 ? (
              <Empty title="No dashboard was pushed yet">
                <code>sightline dashboards push --project shop --yes</code> sends the shop's.
              </Empty>
            ) : (
              <ul class="list">
                {data.dashboards.map((row) => (
                  <li key={row.id}>
                    <a href={link(["dashboards", row.id])}>{row.title}</a>
                    <span class="muted">
                      changed <Time at={Date.parse(row.modified_at)} />
                    </span>
                    {row.description && <p class="muted">{row.description.split("\n")[0]}</p>}
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        )}
      </Loaded>
    </>
  );
}

export function DashboardPage({ id }: { id: string }): JSX.Element {
  const live = useLive<Board>(`dashboard ${id}`, () => `/api/v1/dashboard/${encodeURIComponent(id)}`, 60_000);
  const range = rangeOf(place.value.query, 3600);
  return (
    <>
      <Heading title={live.data?.title ?? "Dashboard"} crumb={["Dashboards", "#/dashboards"]}>
        <RangePicker range={range} />
      </Heading>
      <Loaded live={live}>
        {(board) => (
          <>
            {(board.template_variables ?? []).length > 0 && (
              <Filters label="Variables">
                {board.template_variables?.map((each) => (
                  <TextFilter
                    key={each.name}
                    name={`var-${each.name}`}
                    label={each.name}
                    placeholder={each.defaults?.[0] ?? each.default ?? "*"}
                  />
                ))}
              </Filters>
            )}
            <div class="board">
              {board.widgets.map((each) => (
                <WidgetView
                  key={each.id}
                  widget={each}
                  frame={{ variables: variablesOf(board, place.value.query), window: range.window }}
                />
              ))}
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}
