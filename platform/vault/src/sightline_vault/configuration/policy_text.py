"""A policy as Vault's text and back: paths with capabilities, which is all that the model knows."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|#[^\n]*|//[^\n]*|/\*.*?\*/', re.DOTALL)
_STRING = r'"((?:\\.|[^"\\])*)"'
_RULE = re.compile(
    rf'\s*path\s+{_STRING}\s*\{{\s*"?capabilities"?\s*=\s*\[((?:\s*{_STRING}\s*,?)*)\s*\]\s*,?\s*\}}', re.DOTALL
)


def to_text(paths: Mapping[str, Iterable[str]]) -> str:
    """Write a policy as HCL, path by path in their order; Vault takes no empty text."""
    rules = []
    for path, capabilities in sorted(paths.items()):
        listed = ", ".join(json.dumps(each) for each in sorted(capabilities))
        rules.append(f"path {json.dumps(path)} {{\n  capabilities = [{listed}]\n}}\n")
    return "\n".join(rules) or "# allows nothing\n"


def from_text(text: str) -> dict[str, list[str]] | None:
    """Read a policy, HCL or JSON; None where it says more than paths with capabilities."""
    with suppress(ValueError):
        return _from_json(json.loads(text))
    rest = _COMMENT.sub(lambda found: found[1] or " ", text)
    paths: dict[str, list[str]] = {}
    while rest.strip():
        found = _RULE.match(rest)
        if not found or found[1] in paths:
            return None
        paths[_plain(found[1])] = sorted({_plain(each) for each in re.findall(_STRING, found[2])})
        rest = rest[found.end() :]
    return paths


def _plain(text: str) -> str:
    return str(json.loads(f'"{text}"')) if "\\" in text else text


def _from_json(value: object) -> dict[str, list[str]] | None:
    rules = value.get("path") if isinstance(value, dict) and set(value) == {"path"} else None
    if not isinstance(rules, dict):
        return None
    if not all(isinstance(each, dict) and set(each) == {"capabilities"} for each in rules.values()):
        return None
    return {str(path): sorted(each["capabilities"]) for path, each in rules.items()}
