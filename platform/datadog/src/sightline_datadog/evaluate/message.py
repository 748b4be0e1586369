"""What people are told: a monitor's title and message with conditionals and variables resolved, and who is told.

Unknown variables stay as they are written and are reported: the vendor renders them empty, and nobody notices before
the night it matters.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sightline_datadog.evaluate import message_template as template
from sightline_datadog.evaluate.message_eval import NoValueError, evaluate
from sightline_datadog.evaluate.message_handles import Handle, handles, without_handles
from sightline_datadog.evaluate.message_values import Known, known, number
from sightline_datadog.evaluate.states import Occasion, State
from sightline_datadog.ownership import without_mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.states import Notification

TITLES = {
    State.ALERT: "Triggered",
    State.WARN: "Warn",
    State.OK: "Recovered",
    State.NO_DATA: "No data",
    State.NOT_EVALUATED: "Not evaluated",
}
_HIDING = frozenset({"hide_handles", "hide_all"})
_ALWAYS_KNOWN = frozenset({"value", "threshold", "warn_threshold", "ok_threshold", "comparator"})


@dataclass(frozen=True, slots=True)
class Message:
    """A notification as people get it.

    Args:
        title: `[Triggered on {host:a}] name`.
        text: the message.
        handles: who is told.
        faults: what is wrong with the message that it was made of: unknown variables, blocks that are never closed.
        priority: 1 to 5, where the monitor or `{{override_priority}}` gives one.
    """

    title: str
    text: str
    handles: tuple[Handle, ...]
    faults: tuple[template.Fault, ...]
    priority: int | None


def message(body: Mapping[str, Any], told: Notification, parts: Mapping[str, Any] | None = None) -> Message:
    """Render what a monitor says of one notification.

    Args:
        body: the monitor as the vendor's API gives it.
        told: what is told.
        parts: of a composite, the value of each of its monitors by letter.
    """
    names = known(body, told, parts)
    options = body.get("options") or {}
    written = without_mark(str(body.get("message") or ""))
    escalation = options.get("escalation_message")
    if told.occasion is Occasion.RENOTIFY and escalation:
        written = str(escalation)
    name, name_faults, _ = render(str(body.get("name") or ""), names)
    text, faults, priority = render(written, names)
    to = handles(text)
    if options.get("notification_preset_name") in _HIDING:
        text = without_handles(text)
    on = ",".join(told.group) if told.group and options.get("include_tags", True) else ""
    again = "Re-" if told.occasion is Occasion.RENOTIFY else ""
    head = f"[{again}{TITLES[told.after]} on {{{on}}}]" if on else f"[{again}{TITLES[told.after]}]"
    return Message(f"{head} {name}", text, to, name_faults + faults, priority or names.priority)


def render(text: str, names: Known) -> tuple[str, tuple[template.Fault, ...], int | None]:
    """Resolve a template; return the text without empty lines, what is wrong, and the priority that it asks for."""
    nodes, faults = template.parse(text)
    run = _Run(names, list(faults))
    made = "".join(map(run.node, nodes))
    lines = [line for line in made.strip().splitlines() if line.strip()]
    return "\n".join(lines), tuple(run.faults), run.priority


@dataclass(slots=True)
class _Run:
    """One rendering."""

    names: Known
    faults: list[template.Fault] = field(default_factory=list)
    priority: int | None = None

    def node(self, node: template.Node) -> str:
        match node:
            case template.Text(text=text):
                return text
            case template.Block():
                inside = node.inside if self.holds(node) is not node.negated else node.otherwise
                return "".join(map(self.node, inside))
            case template.Variable():
                return self.variable(node)

    def holds(self, block: template.Block) -> bool:
        if block.name in self.names.holds:
            return self.names.holds[block.name]
        if block.name in {"is_match", "is_exact_match"}:
            return self.matches(block)
        if block.name == "is_priority":
            return f"P{self.names.priority}" in block.arguments
        self.faults.append(template.Fault(f"there is no condition `{block.name}`", block.at))
        return False

    def matches(self, block: template.Block) -> bool:
        if len(block.arguments) < 2:
            self.faults.append(template.Fault(f"`{block.name}` takes a variable and a text in quotes", block.at))
            return False
        name, *wanted = block.arguments
        value = self.value_of(name, block.at)
        if block.name == "is_match":
            # An empty text asks whether there is anything.
            return any(each in value if each else bool(value) for each in wanted)
        return any(value == each or _same_number(value, each) for each in wanted)

    def value_of(self, name: str, at: tuple[int, int]) -> str:
        found = self.names.text(name)
        if found is None and not name.endswith(".name"):
            found = self.names.text(f"{name}.name")
        if found is None and name not in _ALWAYS_KNOWN:
            self.faults.append(template.Fault(f"there is no variable `{name}` in this monitor's message", at))
        return found or ""

    def variable(self, node: template.Variable) -> str:
        match node.name, node.arguments:
            case "eval", (expression, *_):
                return self.computed(expression, node)
            case "local_time", (name, zone, *_):
                return self.local_time(name, zone, node)
            case "override_priority", (priority, *_) if re.fullmatch(r"P[1-5]", priority):
                self.priority = int(priority[1])
                return ""
            case name, ():
                found = self.names.text(name)
                if found is None and name in _ALWAYS_KNOWN:
                    return "n/a"
                if found is not None:
                    # "Variable content is escaped by default": what comes from tags, not our own sign.
                    return found if node.plain or name == "comparator" else html.escape(found)
        what = f"there is no variable `{node.name}` in this monitor's message"
        self.faults.append(template.Fault(what, node.at))
        return node.written

    def computed(self, expression: str, node: template.Variable) -> str:
        try:
            made = evaluate(expression, self.names.numbers)
        except NoValueError as error:
            self.faults.append(template.Fault(str(error), node.at))
            return node.written
        return made if isinstance(made, str) else number(made)

    def local_time(self, name: str, zone: str, node: template.Variable) -> str:
        second = self.names.times.get(name)
        try:
            place = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.faults.append(template.Fault(f"there is no time zone `{zone}`", node.at))
            return node.written
        if second is None:
            return ""
        # The documented form, `2021-05-31 23:43:27+09:00`.
        return datetime.fromtimestamp(second, UTC).astimezone(place).isoformat(" ")


def _same_number(value: str, wanted: str) -> bool:
    try:
        return float(value) == float(wanted)
    except ValueError:
        return False


def unresolved(faults: Sequence[template.Fault]) -> tuple[str, ...]:
    """Return what was wrong in words, each once."""
    return tuple(dict.fromkeys(each.message for each in faults))
