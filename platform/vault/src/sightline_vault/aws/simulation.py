"""What a policy says of a request, as IAM would: a denial wins, what no statement names is not allowed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html. Of one document at a time: a
KMS key is used by whom its own policy allows, as long as the policy names no account; an object in S3 by whom the
role's policy allows and the bucket's does not deny. An operator of conditions that is not known here counts as met
where it allows, and as not met where it denies: what is unclear is said to be open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from sightline_kube.shapes import dig, items, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


class Verdict(StrEnum):
    """What one document says."""

    ALLOWED = "allowed"
    DENIED = "denied"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Request:
    """Who does what to which thing; `context` holds the keys that conditions ask for."""

    principal: str
    action: str
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)


def verdict(document: Any, request: Request) -> Verdict:
    """Return what a policy says of a request."""
    effects = {str(each.get("Effect")) for each in statements(document) if _speaks_of(each, request)}
    return Verdict.DENIED if "Deny" in effects else Verdict.ALLOWED if "Allow" in effects else Verdict.SILENT


def statements(document: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the statements of a policy; one may stand without a list."""
    found = dig(document, ("Statement",))
    for each in items(found) or [found]:
        if isinstance(each, dict):
            yield each


def texts(value: Any) -> list[str]:
    """Return one text or a list of them as a list."""
    return [each for each in (items(value) or [value]) if isinstance(each, str)]


def _speaks_of(statement: Mapping[str, Any], request: Request) -> bool:
    return (
        _principal(statement, request.principal)
        and _named(statement, "Action", request.action.lower(), str.lower)
        and (request.resource == "*" or _named(statement, "Resource", request.resource, str))
        and _conditions(statement, request)
    )


def _principal(statement: Mapping[str, Any], arn: str) -> bool:
    if "NotPrincipal" in statement:
        return arn not in _principals(statement["NotPrincipal"])
    # The policy of a role names none: it speaks of who holds it.
    return "Principal" not in statement or bool({"*", arn} & set(_principals(statement["Principal"])))


def _principals(value: Any) -> list[str]:
    return texts(value) + [each for kind in mapping(value).values() for each in texts(kind)]


def _named(statement: Mapping[str, Any], key: str, wanted: str, fold: Callable[[str], str]) -> bool:
    if f"Not{key}" in statement:
        return not _any(texts(statement[f"Not{key}"]), wanted, fold)
    return _any(texts(statement.get(key)), wanted, fold)


def _any(patterns: Iterable[str], wanted: str, fold: Callable[[str], str]) -> bool:
    # IAM knows * and ? and no character classes.
    return any(fnmatchcase(wanted, fold(each).replace("[", "[[]")) for each in patterns)


def _conditions(statement: Mapping[str, Any], request: Request) -> bool:
    denies = statement.get("Effect") == "Deny"
    context = {key.lower(): value for key, value in {"aws:PrincipalArn": request.principal, **request.context}.items()}
    for operator, wanted in mapping(statement.get("Condition")).items():
        for key, values in mapping(wanted).items():
            if not _holds(operator, context.get(key.lower()), texts(values), unknown=not denies):
                return False
    return True


def _holds(operator: str, found: str | None, wanted: list[str], *, unknown: bool) -> bool:
    name = operator.removesuffix("IfExists")
    if name == "Null":
        return (found is None) == (wanted == ["true"])
    if found is None:
        return name != operator or "Not" in name or (name not in _OPERATORS and unknown)
    compare = _OPERATORS.get(name.replace("Not", ""))
    if compare is None:
        return unknown
    met = any(compare(found, each) for each in wanted)
    return not met if "Not" in name else met


def _equal(found: str, wanted: str) -> bool:
    return found == wanted


def _like(found: str, wanted: str) -> bool:
    return _any([wanted], found, str)


def _less(found: str, wanted: str) -> bool:
    try:
        return float(found) < float(wanted)
    except ValueError:
        return False


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    **dict.fromkeys(("StringEquals", "Bool"), _equal),
    **dict.fromkeys(("StringLike", "ArnEquals", "ArnLike"), _like),
    "NumericLessThan": _less,
}
