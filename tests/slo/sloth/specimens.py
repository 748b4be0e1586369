"""Random specs of Sloth: odd names, odd texts, odd YAML. Seeded, so that each can be made again."""

from __future__ import annotations

import random
from typing import Any

import yaml

WORDS = (
    "yes",
    "No",
    "null",
    "~",
    "on",
    "1.0",
    "0x1f",
    "010",
    "1_000",
    "2020-01-01",
    "1:30",
    "-5",
    "+.inf",
    "y",
    "<<",
    "=",
    "- a",
    "? b",
    "a: b",
    "a #b",
    "#c",
    "@d",
    "`e`",
    "%f",
    "&g",
    "*h",
    "!i",
    "|",
    ">",
    "'j'",
    '"k"',
    "{l}",
    "[m]",
    "n,o",
    "p:",
    ":q",
    "r\\s",
    "t\tu",
    " v",
    "w ",
    "x\ny",
    "x\n\ny\n",
    "\nz",
    "a  b",
    "---",
    "...",
    "a\rb",
    "é",
    "日本語",
    "😀",
    "\u2028",
    "\x85",
    "\xa0x",
    "\ufeff",
    "{{ $labels.x }}",
    "http://a.b/c?d=e#f",
    "100%",
    "1e3",
    ".5",
    "0b11",
    "0o7",
    "2001-12-14t21:59:43.10-05:00",
    "1e400",
    "99999999999999999999",
    "0.1e-7",
    "Null",
    "a:b",
    "it's",
    'say "hi" to',
    "-",
)
QUERIES = (
    'sum(rate(http_requests_total{job="a",code=~"(5..|429)"}[{{.window}}]))',
    "sum(rate(http_requests_total[{{ .window }}]))",
    'sum(\n  rate(http_requests_total{job="b"}[{{.window}}])\n) # a comment\n-\n1',
    '(\n  sum(rate(a_total[{{.window}}]))\n\n  -\n  sum(rate(b_bucket{le="0.4"}[{{.window}}]))\n)\n',
    'label_replace(sum(rate(x_total[{{.window}}])), "y", "$1", "z", "(.*)")   ',
    'avg_over_time({__name__=~"x.*"}[{{- .window -}}])',
    "sum(increase(c_total[{{.window}}])) or vector(0)",
    'sum by (job) (rate(d_total{e!~"f|g",h!=""}[{{.window}}] offset 5m))',
    "1 - " + " + ".join(f"sum(rate(very_long_metric_name_{n}_total[{{{{.window}}}}]))" for n in range(5)),
)
BAD_QUERIES = (
    "sum(rate(x[{{.window}}])",
    "up",
    "sum(rate(x[{{.other}}]))",
    "{{.window}}",
    "rate(x[{{.window}}]) +",
    "",
)
NAMES = ("a1", "slo-1", "Requests.Availability_2", "x9", "a-b.c_d", "n" * 70)
BAD_NAMES = ("", "a", "-a", "a b", "é1", "a/")
OBJECTIVES: tuple[Any, ...] = (99.9, 99, 99.99, 95.5, 0.1, 100, 99.95, 33.333333333, 1e-7, 99.999999, 50, 12.5)
BAD_OBJECTIVES: tuple[Any, ...] = (0, -1, 101, "99", True)


class _Dumper(yaml.SafeDumper):
    """Writes each text in some style, so that both readers meet them all."""

    chance: random.Random


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    style = dumper.chance.choice([None, None, "'", '"', '"', "|", ">"])
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


class Specimens:
    """An endless row of specs.

    Args:
        seed: of the randomness.
        wild: how often, of a hundred, something is wrong or odd.
    """

    def __init__(self, seed: int, wild: int = 6) -> None:
        self.chance = random.Random(seed)
        self.wild = wild

    def spec(self) -> str:
        """Make one file."""
        documents = [self._document() for _ in range(self.chance.choice([1, 1, 1, 2]))]
        text = "---\n".join(documents)
        if self._odd():
            text = text.replace("\n", "\r\n")
        return text

    def _odd(self) -> bool:
        return self.chance.randrange(100) < self.wild

    def _pick(self, good: tuple[Any, ...], bad: tuple[Any, ...]) -> Any:
        return self.chance.choice(bad) if self._odd() and self._odd_again() else self.chance.choice(good)

    def _odd_again(self) -> bool:
        # Otherwise nearly no spec of any size would be right as a whole.
        return self.chance.randrange(4) == 0

    def _word(self) -> str:
        chance = self.chance
        kind = chance.randrange(4)
        if kind == 0:
            return chance.choice(WORDS)
        if kind == 1:
            return " ".join(
                chance.choice(["lorem", "ipsum:", "d'olor", '"sit"', "amet,", "#1", "é"])
                for _ in range(chance.randrange(1, 40))
            )
        return chance.choice(["team", "a-b", "tier1", "x" * chance.randrange(1, 120), "myorg/myservice", "2"])

    def _labels(self) -> dict[str, Any]:
        chance = self.chance
        keys = [
            "owner",
            "tier",
            "a1",
            "a10",
            "a2",
            "B",
            "sloth_id",
            "sloth_window",
            "zone_é",
            "k-1",
            "k.2",
            "y",
            "no",
            "2",
            "A 1",
            "_x",
            "a0",
            "a00",
            "a01",
        ]
        found: dict[str, Any] = {chance.choice(keys): self._word() or "v" for _ in range(chance.randrange(4))}
        if self._odd():
            found["n"] = chance.choice([1, 1.5, True, None, 1e21, 0.1, 16777217.5])
        return found

    def _queries(self) -> tuple[str, str]:
        return self._pick(QUERIES, BAD_QUERIES), self._pick(QUERIES[1:], BAD_QUERIES)

    def _alert(self, keys: tuple[str, str]) -> dict[str, Any]:
        alert: dict[str, Any] = {}
        if self.chance.randrange(2):
            alert[keys[0]] = self._labels()
        if self.chance.randrange(2):
            alert[keys[1]] = self._labels()
        if self.chance.randrange(5) == 0:
            alert["disable"] = True
        return alert

    def _slo(self, number: int, *, camel: bool) -> dict[str, Any]:
        error, total = self._queries()
        names = ("errorQuery", "totalQuery", "errorRatioQuery", "pageAlert", "ticketAlert")
        snake = ("error_query", "total_query", "error_ratio_query", "page_alert", "ticket_alert")
        names = names if camel else snake
        if self.chance.randrange(3):
            sli: dict[str, Any] = {"events": {names[0]: error, names[1]: total}}
        else:
            sli = {"raw": {names[2]: error}}
        alerting = {"name": self._word() or "A", **self._alert(("labels", "annotations"))}
        alerting.pop("disable", None)
        alerting[names[3]], alerting[names[4]] = (self._alert(("labels", "annotations")) for _ in range(2))
        slo: dict[str, Any] = {
            "name": f"{self._pick(NAMES, BAD_NAMES)}{number}",
            "objective": self._pick(OBJECTIVES, BAD_OBJECTIVES),
            "description": self._word(),
            "sli": sli,
            "alerting": alerting,
        }
        if self.chance.randrange(2):
            slo["labels"] = self._labels()
        if self._odd():
            slo["plugins"] = {"chain": [self._plugin()]}
        if self._odd():
            slo[self.chance.choice(["Name", "unknown", "Labels", "objectives"])] = self.chance.choice([{"a": "b"}, "x"])
        return slo

    def _plugin(self) -> dict[str, Any]:
        known: list[dict[str, Any]] = [
            {"id": "sloth.dev/core/debug/v1", "config": {"msg": "x"}, "priority": 5},
            {"id": "sloth.dev/contrib/info_labels/v1", "config": {"labels": {"a": "b", "a10": "é"}}},
            {"id": "sloth.dev/contrib/info_labels/v1", "config": {"labels": {}}},
            {
                "id": "sloth.dev/contrib/remove_labels/v1",
                "config": {"preserveLabels": ["tier"], "skipMetrics": ["slo:objective:ratio"]},
            },
            {"id": "sloth.dev/contrib/rule_intervals/v1", "config": {"interval": {"default": "5m", "alert": "90s"}}},
            {"id": "sloth.dev/contrib/denominator_corrected_rules/v1", "config": {"disableOptimized": True}},
            {"id": "sloth.dev/contrib/denominator_corrected_rules/v1"},
            {"id": "sloth.dev/core/sli_rules/v1", "config": {"disableOptimized": True}},
            {
                "id": "sloth.dev/contrib/error_budget_exhausted_alert/v1",
                "config": {
                    "threshold": 0.25,
                    "for": "1h30m",
                    "alert_labels": {"x": "y"},
                    "selector_labels": {"q": "'\"\\"},
                },
            },
            {"id": "sloth.dev/core/noop/v1", "priority": -1},
            {"id": "nobody/knows/v1"},
        ]
        return self.chance.choice(known)

    def _document(self) -> str:
        chance = self.chance
        kind = chance.randrange(6)
        if kind == 0:
            return self._openslo()
        camel = kind == 1
        spec: dict[str, Any] = {
            "service": self._pick(NAMES, BAD_NAMES),
            "labels": self._labels(),
            "slos": [self._slo(number, camel=camel) for number in range(chance.randrange(1, 4))],
        }
        if not camel:
            return self._dump({"version": "prometheus/v1", **spec})
        metadata: dict[str, Any] = {"name": chance.choice(["x", "y-1", "1e3"]), "namespace": "monitoring"}
        if chance.randrange(2):
            metadata["labels"], metadata["annotations"] = {"app": "a", **self._labels()}, {}
        return self._dump(
            {"apiVersion": "sloth.slok.dev/v1", "kind": "PrometheusServiceLevel", "metadata": metadata, "spec": spec}
        )

    def _openslo(self) -> str:
        good, total = ({"source": "prometheus", "queryType": "promql", "query": each} for each in self._queries())
        objectives = [
            {
                "ratioMetrics": {"good": good, "total": total},
                "target": self.chance.choice([0.999, 0.95, 0.9, 0.98, 0.5]),
            }
            for _ in range(self.chance.randrange(1, 3))
        ]
        spec: dict[str, Any] = {
            "service": self._pick(NAMES, BAD_NAMES),
            "description": self._word(),
            "objectives": objectives,
        }
        if self.chance.randrange(2):
            spec["timeWindows"] = [
                {"count": self.chance.choice([30, 28, 7]), "unit": self.chance.choice(["Day", "day", "Week"])}
            ]
        return self._dump(
            {
                "apiVersion": "openslo/v1alpha",
                "kind": "SLO",
                "metadata": {"name": self._pick(NAMES, BAD_NAMES)},
                "spec": spec,
            }
        )

    def _dump(self, value: dict[str, Any]) -> str:
        chance = self.chance
        dumper = type("Dumper", (_Dumper,), {"chance": chance})
        text: str = yaml.dump(
            value,
            Dumper=dumper,
            sort_keys=False,
            width=chance.choice([60, 10_000]),
            indent=chance.choice([2, 4]),
            allow_unicode=chance.randrange(2) == 0,
            default_flow_style=chance.choice([False, False, False, None]),
        )
        # The form is told by a plain line.
        for key in ("version", "apiVersion", "kind"):
            lines = text.split("\n")
            for at, line in enumerate(lines):
                if line.startswith((f"{key}:", f'"{key}":', f"'{key}':")):
                    following = at + 1
                    while following < len(lines) and lines[following].startswith(" "):
                        following += 1
                    lines[at:following] = [f"{key}: {value[key]}"]
                    break
            text = "\n".join(lines)
        return text
