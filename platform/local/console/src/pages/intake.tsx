import type { JSX } from "preact";
import { LOCAL } from "../data/api.ts";
import { exact, ms } from "../data/format.ts";
import { useLive } from "../data/live.ts";
import type { Counter, Counters } from "../data/types.ts";
import { Loaded, Panel, Scroll } from "../ui/parts.tsx";
import { Heading, total } from "../ui/shell.tsx";

const COLUMNS: (keyof Counter)[] = ["received", "stored", "dropped", "rejected"];

export function IntakePage(): JSX.Element {
  const live = useLive<Counters>("intake", () => `${LOCAL}/counters`);
  return (
    <>
      <Heading title="Intake" />
      <Loaded live={live}>
        {(data) => (
          <>
            <Panel title="What came, by protocol, since the start">
              <p class="muted">
                Received is stored, dropped and rejected together. Dropped: the store was full. Rejected: not understood.
              </p>
              <Scroll label="Counters by protocol">
                <table class="rows">
                  <thead>
                    <tr>
                      <th scope="col">Protocol</th>
                      {COLUMNS.map((each) => (
                        <th key={each} scope="col" class="num">
                          {each}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {Object.entries(data.protocols).map(([name, row]) => (
                      <Row key={name} name={name} row={row} />
                    ))}
                  </tbody>
                  <tfoot>
                    <Row name="all" row={total(data)} />
                  </tfoot>
                </table>
              </Scroll>
            </Panel>
            <Panel title="Store">
              <dl class="pairs">
                <div>
                  <dt>Rows that the database refused</dt>
                  <dd class={data.store.lost ? "bad-text" : ""}>{exact(data.store.lost)}</dd>
                </div>
                <div>
                  <dt>Writes that failed and were tried again</dt>
                  <dd class={data.store.failed_writes ? "warn-text" : ""}>
                    {exact(data.store.failed_writes)} {data.store.last_failure}
                  </dd>
                </div>
              </dl>
            </Panel>
            <Panel title="Evaluator">
              <dl class="pairs">
                <div>
                  <dt>Looks at every monitor</dt>
                  <dd>every {data.evaluator.every_s} s</dd>
                </div>
                <div>
                  <dt>Runs</dt>
                  <dd>{exact(data.evaluator.runs)}</dd>
                </div>
                <div>
                  <dt>Last run took</dt>
                  <dd>{ms(data.evaluator.last_ms)}</dd>
                </div>
                <div>
                  <dt>Failed runs</dt>
                  <dd class={data.evaluator.failed ? "bad-text" : ""}>
                    {exact(data.evaluator.failed)} {data.evaluator.last_error}
                  </dd>
                </div>
              </dl>
            </Panel>
          </>
        )}
      </Loaded>
    </>
  );
}

function Row({ name, row }: { name: string; row: Counter }): JSX.Element {
  const tones = { received: "", stored: "", dropped: "bad-text", rejected: "warn-text" };
  return (
    <tr>
      <th scope="row">{name}</th>
      {COLUMNS.map((each) => (
        <td key={each} class={`num ${row[each] === 0 ? "muted" : tones[each]}`}>
          {exact(row[each])}
        </td>
      ))}
    </tr>
  );
}
