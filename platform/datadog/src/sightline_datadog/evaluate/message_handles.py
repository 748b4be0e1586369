"""Who is told: the handles in a message that was rendered.

https://docs.datadoghq.com/monitors/notify/#notifications: `@name@company.com`, `@slack-channel`, `@pagerduty-service`,
`@webhook-name`, `@workflow-name(key=value)`, `@team-…`, `@here` and the like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HANDLE = re.compile(r"(?<![\w@./])@(?P<name>[A-Za-z0-9][\w.+/-]*(?:@[\w.-]+)?)(?P<arguments>\([^()\n]*\))?")
_KINDS = (
    "slack", "pagerduty", "webhook", "opsgenie", "oncall", "teams", "hangouts", "victorops", "splunk", "servicenow",
    "jira", "workflow", "case", "team", "sns", "eventbridge", "zendesk", "statuspage", "hipchat", "campfire",
)  # fmt: skip
_EVERYBODY = frozenset({"here", "channel", "all"})


@dataclass(frozen=True, slots=True)
class Handle:
    """One handle: `text` as written, without arguments; `kind` is `person` where no other is known."""

    text: str
    kind: str


def handles(text: str) -> tuple[Handle, ...]:
    """Return the handles of a text, each once, in order."""
    found: dict[str, Handle] = {}
    for match in _HANDLE.finditer(text):
        name = match["name"].rstrip(".,/+-")
        found.setdefault(name, Handle(f"@{name}", _kind(name)))
    return tuple(found.values())


def without_handles(text: str) -> str:
    """Return a text without its handles, as the presets `hide_handles` and `hide_all` show it."""
    return re.sub(r"[ \t]+(?=\n|$)", "", _HANDLE.sub("", text))


def _kind(name: str) -> str:
    if "@" in name:
        return "email"
    if name in _EVERYBODY:
        return "everybody"
    return next((kind for kind in _KINDS if name == kind or name.startswith(f"{kind}-")), "person")
