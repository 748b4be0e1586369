"""Prometheus' text format into samples: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(
    r"(?P<name>[A-Za-z_:][A-Za-z0-9_:]*)(?:\{(?P<labels>.*)\})?\s+(?P<value>[^\s]+)(?:\s+-?[0-9]+)?\s*",
)
_LABEL = re.compile(r'\s*(?P<name>[A-Za-z_][A-Za-z0-9_]*)="(?P<value>(?:[^"\\]|\\.)*)"\s*,?')
_ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One value; labels in the order of their names."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: float


def samples(text: str) -> Iterator[Sample]:
    """Yield what has a value: no comment, no NaN (an empty quantile), no infinity."""
    for line in text.splitlines():
        found = None if line.startswith("#") else _LINE.fullmatch(line)
        if found is None:
            continue
        try:
            value = float(found["value"])
        except ValueError:
            continue
        if math.isfinite(value):
            labels = {each["name"]: _plain(each["value"]) for each in _LABEL.finditer(found["labels"] or "")}
            yield Sample(found["name"], tuple(sorted(labels.items())), value)


def _plain(text: str) -> str:
    return re.sub(r"\\[\\\"n]", lambda found: _ESCAPES[found[0]], text)
