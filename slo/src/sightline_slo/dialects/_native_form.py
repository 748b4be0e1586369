"""What `version: sightline/v1` looks like: the one description of which the decoder and the JSON Schema are made."""

from __future__ import annotations

from sightline_slo import codes, durations
from sightline_slo.form.scalars import Choice, Flag, Number, Text
from sightline_slo.form.structures import Either, Fields, Items, Key, Texts

VERSION = "sightline/v1"
COMPARATORS = (">", ">=", "<", "<=")
CATEGORIES = ("Scheduled Maintenance", "Outside Business Hours", "Deployment", "Other")
CATALOGUES = ("datadog", "google")

_NAME = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
NAME = Text(_NAME, codes.BAD_NAME, "it becomes a tag's value and part of file names", "use small letters, digits and -")
DURATION = Text(durations.PATTERN, codes.BAD_DURATION, "a whole number and a unit", "write it such as 30d, 1h, 5m")
MILLISECONDS = Text(
    "[1-9][0-9]{0,5}(ms|s|m)", codes.BAD_DURATION, "a whole number and a unit", "write it such as 300ms or 2s"
)
TEXT = Text()
HANDLES = Items(Text(r"@\S+", codes.BAD_HANDLE, "no handle", "begin it with an @"))
LABEL = Text("[A-Za-z_][A-Za-z0-9_.]*", why="no name of a label")

_COUNTS = {
    "error_query": Key(TEXT, "Counts bad events."),
    "good_query": Key(TEXT, "Counts good events."),
    "total_query": Key(TEXT, "Counts all events.", required=True),
}
_EITHER = ("error_query", "good_query")
EVENTS = Fields(
    {
        "prometheus": Key(Fields(_COUNTS, one_of=_EITHER), "PromQL, {{.window}} where the window goes."),
        "datadog": Key(Fields(_COUNTS, one_of=_EITHER), "Datadog's metric queries."),
    },
    some_of=(("prometheus", "datadog"),),
)
RAW = Fields({"error_ratio_query": Key(TEXT, "PromQL: the share of errors, between 0 and 1.", required=True)})
FILTER = Texts()
HTTP = Fields(
    {
        "measure": Key(Choice(("availability", "latency")), "What is good: answered at all, or answered in time."),
        "within": Key(MILLISECONDS, "The slowest good answer, for latency."),
        "service": Key(NAME, "The service that answers; the spec's own where it is left out."),
        "route": Key(TEXT, "One route, such as /products/:sku."),
        "method": Key(TEXT, "One method, such as POST."),
        "traffic": Key(Choice(("customer", "synthetic", "load", "any")), "Whose requests; customers' by default."),
    },
)
METRIC = Fields({"metric": Key(TEXT, "Its name, such as shop.payments.failed.", required=True), "where": Key(FILTER)})
KPI = Fields(
    {
        "bad": Key(METRIC, "Counts what failed."),
        "good": Key(METRIC, "Counts what succeeded."),
        "total": Key(METRIC, "Counts everything, or measures it for `within`.", required=True),
        "within": Key(MILLISECONDS, "The slowest good one, where `total` is a distribution of seconds."),
        "traffic": Key(Choice(("customer", "synthetic", "load", "any")), "Whose; customers' by default."),
    },
    one_of=("bad", "good", "within"),
)
JOURNEY = Fields(
    {
        "name": Key(TEXT, "The journey's name.", required=True),
        "location": Key(TEXT, "One place that it is run from."),
        "within": Key(MILLISECONDS, "The slowest good run; whether it passed at all where this is left out."),
    }
)
TIME_SLICE = Fields(
    {
        "prometheus": Key(TEXT, "PromQL, {{.window}} where the slice's length goes."),
        "datadog": Key(TEXT, "A Datadog metric query."),
        "comparator": Key(Choice(COMPARATORS), "How a slice that is up compares.", required=True),
        "threshold": Key(Number(), "With what.", required=True),
        "slice": Key(Choice(("1m", "5m")), "How long a slice is; 5m where it is left out."),
    },
    some_of=(("prometheus", "datadog"),),
)
PLUGIN = Fields(
    {
        "id": Key(TEXT, "Its id.", required=True),
        "options": Key(Texts(), "What it makes its query of."),
    }
)
MONITOR = Fields({"ids": Key(Items(Either((TEXT, Number(whole=True, above=0))), 1), "Monitors' ids.", required=True)})
SLI = Fields(
    {
        "http": Key(HTTP, "A service's requests."),
        "kpi": Key(KPI, "A ratio of business numbers."),
        "journey": Key(JOURNEY, "A synthetic journey."),
        "events": Key(EVENTS, "Queries that count events."),
        "raw": Key(RAW, "A query of the share of errors."),
        "time_slice": Key(TIME_SLICE, "Time in which a query holds."),
        "monitor": Key(MONITOR, "The uptime of Datadog monitors."),
        "plugin": Key(PLUGIN, "A query that a plugin makes; --plugins says where plugins are."),
    },
    one_of=("http", "kpi", "journey", "events", "raw", "time_slice", "monitor", "plugin"),
)

ALERT = Fields(
    {
        "disable": Key(Flag(), "No alert of this severity."),
        "labels": Key(Texts()),
        "annotations": Key(Texts()),
        "notify": Key(HANDLES, "Handles of Datadog, such as @pagerduty-shop."),
    }
)
BUDGET_ALERT = Fields(
    {
        "used": Key(Number(above=0), "Percent of the budget.", required=True),
        "severity": Key(Choice(("page", "ticket")), "ticket where it is left out."),
    }
)
ALERTING = Fields(
    {
        "name": Key(TEXT, "What the alerts are called; the SLO's name where it is left out."),
        "labels": Key(Texts()),
        "annotations": Key(Texts()),
        "notify": Key(HANDLES),
        "page_alert": Key(ALERT, "What wakes somebody."),
        "ticket_alert": Key(ALERT, "What waits for the morning."),
        "budget_alert": Key(BUDGET_ALERT, "An alert on what is used up of the budget, beside those on its pace."),
    }
)
WINDOW = Fields(
    {
        "name": Key(NAME, "What it is called, such as fast.", required=True),
        "severity": Key(Choice(("page", "ticket")), required=True),
        "long": Key(DURATION, required=True),
        "short": Key(DURATION, required=True),
        "burn_rate": Key(Number(above=0), "The threshold."),
        "budget": Key(Number(above=0), "Percent of the budget that the threshold uses up within the long window."),
    },
    one_of=("burn_rate", "budget"),
)
WINDOWS = Either((Choice(CATALOGUES), Items(WINDOW, 1)))
GUARD = Fields(
    {
        "min_events": Key(Number(whole=True, above=0), "No alert with fewer events in the long window."),
        "min_failures": Key(Number(whole=True, above=0), "No alert with fewer failures in the long window."),
    },
    some_of=(("min_events", "min_failures"),),
)
MAINTENANCE = Fields(
    {
        "start": Key(TEXT, "The first time, such as 2026-01-31T02:00.", required=True),
        "duration": Key(DURATION, required=True),
        "timezone": Key(TEXT, "Such as Europe/Rome; UTC where it is left out."),
        "rrule": Key(TEXT, "How it comes again, such as FREQ=WEEKLY;BYDAY=SU."),
        "category": Key(Choice(CATEGORIES)),
        "description": Key(TEXT),
    }
)
SUPPRESSION = Fields(
    {
        "code": Key(Text("[A-Z]{3,4}[0-9]{3}", why="no code of a finding", fix="such as SLO016"), required=True),
        "reason": Key(
            Text(r"\S.{9,}", why="a reason that says nothing", fix="say why it is right here"), required=True
        ),
        "until": Key(Text("[0-9]{4}-[0-9]{2}-[0-9]{2}", why="no date", fix="such as 2026-12-31")),
    }
)
TEST = Fields(
    {
        "name": Key(TEXT, "What happens.", required=True),
        "traffic": Key(TEXT, "Such as 600/m.", required=True),
        "errors": Key(TEXT, "Such as 0x6h 20%x30m 0x2h.", required=True),
        "on": Key(Choice(("datadog", "prometheus")), "The one backend that this is for; every one without it."),
        "expect": Key(Fields({"page": Key(TEXT), "ticket": Key(TEXT)}), required=True),
    }
)
SLO = Fields(
    {
        "name": Key(NAME, "Unique within the service.", required=True),
        "description": Key(TEXT, "What its users may rely on."),
        "objective": Key(Number(), "Percent of good events, such as 99.9.", required=True),
        "period": Key(DURATION, "Over which time; 30d where neither it nor the file's is there."),
        "labels": Key(Texts()),
        "owner": Key(TEXT, "Who answers for it."),
        "runbook": Key(TEXT, "Where to look when it burns."),
        "by": Key(Items(LABEL, 1), "Labels by which it is measured separately, as Datadog spells them."),
        "sli": Key(SLI, "What is measured.", required=True),
        "budget": Key(Choice(("events", "averaged")), "Exact by events, or a mean of ratios, over the period."),
        "windows": Key(WINDOWS, "The pairs of windows: a catalogue's, or one's own."),
        "guard": Key(GUARD, "What low traffic needs."),
        "maintenance": Key(Items(MAINTENANCE, 1), "Time that does not count."),
        "alerting": Key(ALERTING),
        "suppress": Key(Items(SUPPRESSION, 1), "Findings that are known."),
        "tests": Key(Items(TEST, 1), "Scenarios, and what must come of them."),
    }
)
SPEC = Fields(
    {
        "version": Key(Choice((VERSION,)), "This form.", required=True),
        "service": Key(NAME, "Whose SLOs these are.", required=True),
        "owner": Key(TEXT, "Who answers for them."),
        "runbook": Key(TEXT, "Where to look when one burns."),
        "labels": Key(Texts(), "Labels of the rules, tags of the objects."),
        "vars": Key(Texts(), "What stands for ${name}; --var name=value wins."),
        "period": Key(DURATION, "The period of SLOs that name none."),
        "windows": Key(WINDOWS, "The windows of SLOs that name none."),
        "maintenance": Key(Items(MAINTENANCE, 1), "Time that counts for none of them."),
        "slos": Key(Items(SLO, 1), "The SLOs.", required=True),
    }
)
