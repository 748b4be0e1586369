"""What the Datadog Agent may take of a server's standard output, where the second audit device writes between the logs.

The Agent's rules are regular expressions of Go without look-ahead, so they cannot scrub a field: an event is reduced to
its type, and what is then neither that nor a line of the server's log is left out (a long event comes in pieces).
https://docs.datadoghq.com/agent/logs/advanced_log_collection/
"""

from __future__ import annotations

import re

_EVENT = r'^\s*\{.*"type":"(request|response)"[,}].*$'
_LOG = (
    r'\{"@level":"(?:trace|debug|info|warn|error)","@message":"'
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9:]{4,5}) \[(?:TRACE|DEBUG|INFO|WARN|ERROR)\] "
)
"""A line of the server's log, in JSON (`log_format`) or as text."""
_SAID = '{"device":"stdout","type":"%s"}'

RULES: tuple[dict[str, str], ...] = (
    {
        "type": "mask_sequences",
        "name": "audit_event_to_its_type",
        "pattern": _EVENT,
        "replace_placeholder": _SAID % "${1}",
    },
    {
        "type": "include_at_match",
        "name": "server_log_or_type_of_audit_event",
        "pattern": rf'^(?:{_LOG}|\{{"device":"stdout","type":"(?:request|response)"\}}$)',
    },
)
"""In the order in which the Agent applies them."""


def taken(line: str) -> str | None:
    """Return what the Agent makes of a line by these rules; None where it leaves it out."""
    masked, kept = (re.compile(each["pattern"]) for each in RULES)
    said = masked.sub(lambda found: _SAID % found[1], line)
    return said if kept.search(said) else None
