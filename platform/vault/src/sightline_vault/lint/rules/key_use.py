"""Whoever administers a key and uses it, or passes its use on, needs nobody else to open the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.shapes import mapping
from sightline_vault.aws.simulation import Request, Verdict, statements, texts, verdict
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT118"
SEVERITY = Severity.ERROR
POINT = 6


_ADMINISTRATION = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion")
_USE = ("kms:Decrypt", "kms:Encrypt", "kms:CreateGrant", "kms:ReEncryptFrom")


def check(estate: Estate) -> Iterator[Finding]:
    """Ask each policy of a key, as IAM would, what those whom it names may do."""
    for document in estate.policies:
        known: set[str] = set()
        for index, each in enumerate(statements(document.value)):
            actions = texts(each.get("Action"))
            if each.get("Effect") != "Allow" or not any(
                action == "*" or action.startswith("kms:") for action in actions
            ):
                continue
            span = document.span_of(("Statement", index))
            for who in dict.fromkeys(_principals(each)):
                if who in known:
                    continue
                known.add(who)
                if why := _wrong(document.value, who):
                    help_text = "give use to the roles, by name and action, and administration to others"
                    yield Finding(f"{who} {why}", span, help_text)


def _principals(statement: object) -> list[str]:
    found = mapping(statement).get("Principal")
    return texts(found) + texts(mapping(found).get("AWS"))


def _wrong(policy: object, who: str) -> str:
    may = {each for each in (*_ADMINISTRATION, *_USE) if verdict(policy, Request(who, each)) is Verdict.ALLOWED}
    used = may & set(_USE)
    if used and (who == "*" or who.endswith(":root")):
        return "may use the key: everybody whom some other policy lets"
    if used and may & set(_ADMINISTRATION):
        return "administers the key and uses it"
    return "may pass the use of the key on" if "kms:CreateGrant" in may else ""
