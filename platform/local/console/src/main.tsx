import { type ComponentChildren, render } from "preact";
import type { JSX } from "preact";
import { place } from "./data/router.ts";
import { DashboardPage, DashboardsPage } from "./pages/dashboards.tsx";
import { EventsPage } from "./pages/events.tsx";
import { IntakePage } from "./pages/intake.tsx";
import { LogsPage } from "./pages/logs.tsx";
import { MapPage } from "./pages/map.tsx";
import { MonitorPage } from "./pages/monitor.tsx";
import { MonitorsPage } from "./pages/monitors.tsx";
import { OverviewPage } from "./pages/overview.tsx";
import { ServicePage } from "./pages/service.tsx";
import { SloPage } from "./pages/slo.tsx";
import { SlosPage } from "./pages/slos.tsx";
import { TracePage } from "./pages/trace.tsx";
import { TracesPage } from "./pages/traces.tsx";
import { Empty } from "./ui/parts.tsx";
import { Heading, Shell } from "./ui/shell.tsx";

function page(): ComponentChildren {
  const [name = "", id] = place.value.path;
  switch (name) {
    case "":
      return <OverviewPage />;
    case "slos":
      return id ? <SloPage key={id} id={id} /> : <SlosPage />;
    case "monitors":
      return id ? <MonitorPage key={id} id={id} /> : <MonitorsPage />;
    case "traces":
      return id ? <TracePage key={id} id={id} /> : <TracesPage />;
    case "logs":
      return <LogsPage />;
    case "services":
      return id ? <ServicePage key={id} id={id} /> : <OverviewPage />;
    case "map":
      return <MapPage />;
    case "events":
      return <EventsPage />;
    case "intake":
      return <IntakePage />;
    case "dashboards":
      return id ? <DashboardPage key={id} id={id} /> : <DashboardsPage />;
    default:
      return (
        <>
          <Heading title="No such page" />
          <Empty title="Nothing is at this address">
            <a href="#/">Go to the overview</a>
          </Empty>
        </>
      );
  }
}

function App(): JSX.Element {
  return <Shell>{page()}</Shell>;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
