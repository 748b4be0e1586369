import type { JSX } from "preact";
import { LOCAL } from "../data/api.ts";
import { useHeld, useLive } from "../data/live.ts";
import { link } from "../data/router.ts";
import type { EventRow } from "../data/types.ts";
import { Badge, Empty, Loaded, Panel, Time, Waiting } from "../ui/parts.tsx";
import { Heading } from "../ui/shell.tsx";

export function EventsPage(): JSX.Element {
  const live = useLive<{ events: EventRow[] }>("events", () => `${LOCAL}/events?limit=200`);
  const held = useHeld("events", live.data?.events ?? null, (row) => row.id);
  return (
    <>
      <Heading title="Events" />
      <Loaded live={live}>
        {() => (
          <Panel>
            <Waiting count={held.waiting} release={held.release} />
            {held.rows?.length === 0 ? (
              <Empty title="Nothing has happened yet">What monitors tell people, and faults that are set, stand here.</Empty>
            ) : (
              <ol class="events" data-rows>
                {held.rows?.map((row) => (
                  <Row key={row.id} row={row} />
                ))}
              </ol>
            )}
          </Panel>
        )}
      </Loaded>
    </>
  );
}

function Row({ row }: { row: EventRow }): JSX.Element {
  return (
    <li>
      <div class="when">
        <Time at={row.at} />
      </div>
      <div class="mark">{row.state ? <Badge state={row.state} /> : <span class="badge none">{row.kind}</span>}</div>
      <div class="what">
        {row.monitor_id ? (
          <a href={link(["monitors", row.monitor_id])}>{row.title}</a>
        ) : (
          <strong>{row.title}</strong>
        )}
        <p>{row.text}</p>
      </div>
    </li>
  );
}
