"""Rules as YAML, one document a file: of two documents Prometheus loads the first and forgets the second.

Written by hand for its shape is small and fixed, and a general emitter takes some twenty times as long.
"""

from __future__ import annotations

import re
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sightline_slo.backends.prometheus import Group, Rule

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_/.-]*(:[A-Za-z0-9_/.-]+)*")
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
BANNER = "# Made by `sightline slo compile`; changes here are lost.\n"


def rules(groups: Iterable[Group]) -> str:
    """Return a file of rules."""
    return BANNER + "groups:\n" + _groups(groups, "  ")


def rule_object(name: str, groups: Iterable[Group], meta: Mapping[str, Mapping[str, str]], namespace: str = "") -> str:
    """Return a `PrometheusRule` of the Prometheus Operator; `meta` are its labels and annotations."""
    head = f"{BANNER}apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: {scalar(name)}\n"
    if namespace:
        head += f"  namespace: {scalar(namespace)}\n"
    for key, values in meta.items():
        head += _mapping(key, values, "  ")
    return head + "spec:\n  groups:\n" + _groups(groups, "    ")


def _groups(groups: Iterable[Group], indent: str) -> str:
    parts: list[str] = []
    for group in groups:
        parts.append(f"{indent}- name: {scalar(group['name'])}\n{indent}  rules:\n")
        labels, told = None, ""
        for rule in group["rules"]:
            # The rules of an SLO share one mapping of labels, most of the text.
            if rule.get("labels") is not labels:
                labels = rule.get("labels")
                told = _mapping("labels", labels or {}, f"{indent}      ")
            parts.append(_rule(rule, f"{indent}    ", told))
    return "".join(parts)


def _rule(rule: Rule, indent: str, labels: str) -> str:
    kind = "record" if "record" in rule else "alert"
    annotations = _mapping("annotations", rule["annotations"], f"{indent}  ") if "annotations" in rule else ""
    expr = _text(rule["expr"], f"{indent}    ")
    return f"{indent}- {kind}: {scalar(rule[kind])}\n{indent}  expr: {expr}\n{labels}{annotations}"


def _mapping(key: str, values: Mapping[str, str], indent: str) -> str:
    if not values:
        return ""
    return f"{indent}{key}:\n" + "".join(
        [f"{indent}  {scalar(name)}: {scalar(each)}\n" for name, each in values.items()]
    )


def _text(text: str, indent: str) -> str:
    if "\n" not in text or text[0].isspace() or not text.replace("\n", "").isprintable():
        # No two are the same.
        return _scalar(text)
    if "\n\n" in text or text[-1] == "\n":
        return "|-\n" + "\n".join(f"{indent}{line}" if line else "" for line in text.split("\n"))
    return "|-\n" + indent + text.replace("\n", f"\n{indent}")


@lru_cache(maxsize=65536)
def scalar(text: str) -> str:
    """Return a text as YAML: plain where nothing else could be read into it, else quoted."""
    return _scalar(text)


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if text.isprintable() and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    return encode_basestring(text)
