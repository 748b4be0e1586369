"""What the kinds of OpenSLO v1 look like. https://github.com/OpenSLO/OpenSLO#specification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_slo import codes
from sightline_slo.form.scalars import Choice, Flag, Number, Text
from sightline_slo.form.structures import Either, Fields, Items, Key, Texts

if TYPE_CHECKING:
    from sightline_slo.form.place import Place
    from sightline_slo.form.structures import Form

API = "openslo/v1"
OPERATORS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
TEXT = Text()
NAME = Text(
    "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?",
    codes.BAD_NAME,
    "63 letters, digits and -, a letter or digit at both ends",
    "choose another name",
)
DESCRIPTION = Text("(?s).{0,1050}", why="more than 1050 characters", fix="shorten it")


@dataclass(frozen=True)
class Anything:
    """A value of whatever form: what OpenSLO leaves to the sources of metrics."""

    wanted = "anything"

    def takes(self, value: object) -> bool:
        """Take it."""
        del value
        return True

    def check(self, at: Place) -> None:
        """Find nothing wrong."""

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {}


@dataclass(frozen=True)
class Named:
    """A mapping whose names are the author's own, of one form."""

    form: Form
    wanted = "a mapping"

    def takes(self, value: object) -> bool:
        """Whether a value is of this kind."""
        return isinstance(value, dict)

    def check(self, at: Place) -> None:
        """Check each."""
        if not isinstance(at.value, dict):
            at.wrong_type(self.wanted)
            return
        for name in at.value:
            self.form.check(at.inner(name))

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "object", "additionalProperties": self.form.schema()}


METADATA = Fields(
    {
        "name": Key(NAME, required=True),
        "displayName": Key(TEXT),
        "labels": Key(Named(Either((TEXT, Items(TEXT))))),
        "annotations": Key(Texts()),
    }
)
METRIC = Fields(
    {
        "metricSource": Key(
            Fields(
                {
                    "metricSourceRef": Key(TEXT),
                    "type": Key(TEXT),
                    "spec": Key(Fields({"query": Key(TEXT, required=True)}), required=True),
                },
                some_of=(("metricSourceRef", "type"),),
            ),
            required=True,
        )
    }
)
RATIO = Fields(
    {
        "counter": Key(Flag()),
        "good": Key(METRIC),
        "bad": Key(METRIC),
        "total": Key(METRIC),
        "rawType": Key(Choice(("success", "failure"))),
        "raw": Key(METRIC),
    },
    one_of=("good", "bad", "raw"),
    some_of=(("total", "rawType"),),
)
"""`raw` with its type, or `total` with what is good or bad of it."""
SLI = Fields(
    {"description": Key(DESCRIPTION), "thresholdMetric": Key(METRIC), "ratioMetric": Key(RATIO)},
    one_of=("thresholdMetric", "ratioMetric"),
)
INDICATOR = Fields({"metadata": Key(METADATA), "spec": Key(SLI, required=True)})
CONDITION = Fields(
    {
        "description": Key(DESCRIPTION),
        "severity": Key(TEXT, required=True),
        "condition": Key(
            Fields(
                {
                    "kind": Key(Choice(("burnrate",))),
                    "op": Key(Choice(tuple(OPERATORS)), required=True),
                    "threshold": Key(Number(above=0), required=True),
                    "lookbackWindow": Key(TEXT, required=True),
                    "alertAfter": Key(TEXT),
                }
            ),
            required=True,
        ),
    }
)
TARGET = Fields({"target": Key(TEXT, required=True), "description": Key(DESCRIPTION)})


def reference(key: str, kind: str, form: Form) -> Fields:
    """Return the form of an entry that names an object, or is one."""
    inline = {"apiVersion": Key(TEXT), "kind": Key(Choice((kind,))), "metadata": Key(METADATA), "spec": Key(form)}
    return Fields({key: Key(TEXT), **inline}, one_of=(key, "spec"))


POLICY = Fields(
    {
        "description": Key(DESCRIPTION),
        "alertWhenNoData": Key(Flag()),
        "alertWhenResolved": Key(Flag()),
        "alertWhenBreaching": Key(Flag()),
        "conditions": Key(Items(reference("conditionRef", "AlertCondition", CONDITION), 1), required=True),
        "notificationTargets": Key(Items(reference("targetRef", "AlertNotificationTarget", TARGET))),
    }
)
OBJECTIVE = Fields(
    {
        "displayName": Key(TEXT),
        "op": Key(Choice(tuple(OPERATORS))),
        "value": Key(Number()),
        "target": Key(Number(least=0)),
        "targetPercent": Key(Number(least=0)),
        "timeSliceTarget": Key(Number(above=0)),
        "timeSliceWindow": Key(Either((TEXT, Number(above=0)))),
        "indicator": Key(INDICATOR),
        "indicatorRef": Key(TEXT),
        "compositeWeight": Key(Number(above=0)),
    },
    one_of=("target", "targetPercent"),
)
SLO = Fields(
    {
        "description": Key(DESCRIPTION),
        "service": Key(TEXT, required=True),
        "indicator": Key(INDICATOR),
        "indicatorRef": Key(TEXT),
        "timeWindow": Key(
            Items(
                Fields(
                    {
                        "duration": Key(TEXT, required=True),
                        "isRolling": Key(Flag()),
                        "calendar": Key(Fields({"startTime": Key(TEXT), "timeZone": Key(TEXT)})),
                    }
                ),
                1,
            )
        ),
        "budgetingMethod": Key(Choice(("Occurrences", "Timeslices", "RatioTimeslices")), required=True),
        "objectives": Key(Items(OBJECTIVE, 1), required=True),
        "alertPolicies": Key(Items(reference("alertPolicyRef", "AlertPolicy", POLICY))),
    }
)
SOURCE = Fields(
    {
        "description": Key(DESCRIPTION),
        "type": Key(TEXT, required=True),
        "connectionDetails": Key(Named(Anything())),
    }
)
SERVICE = Fields({"description": Key(DESCRIPTION)})

KINDS = {
    "SLO": SLO,
    "SLI": SLI,
    "DataSource": SOURCE,
    "AlertPolicy": POLICY,
    "AlertCondition": CONDITION,
    "AlertNotificationTarget": TARGET,
    "Service": SERVICE,
}


def form(kind: str) -> Fields:
    """Return the form of a whole document."""
    return Fields(
        {
            "apiVersion": Key(Choice((API,)), required=True),
            "kind": Key(Choice((kind,)), required=True),
            "metadata": Key(METADATA, required=True),
            "spec": Key(KINDS[kind], required=True),
        }
    )
