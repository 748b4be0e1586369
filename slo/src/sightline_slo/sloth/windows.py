"""Catalogues of alert windows: Sloth's own two, and directories of `AlertWindows` in their place."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sightline_slo.sloth import gofmt
from sightline_slo.sloth.loose import Document, documents_value
from sightline_slo.sloth.model import Pair, SlothError, Windows

if TYPE_CHECKING:
    from pathlib import Path

API_VERSION, KIND = "sloth.slok.dev/v1", "AlertWindows"
_HOUR = 3_600_000
_DAY = 24 * _HOUR
# https://sre.google/workbook/alerting-on-slos/#recommended_parameters_for_an_slo_based_a
_GOOGLE = ((2, 5 * 60_000, _HOUR), (5, _HOUR // 2, 6 * _HOUR), (10, 2 * _HOUR, _DAY), (10, 6 * _HOUR, 3 * _DAY))
_PARTS = (("page", "quick"), ("page", "slow"), ("ticket", "quick"), ("ticket", "slow"))


def _windows(period_ms: int, pairs: tuple[tuple[float, int, int], ...]) -> Windows:
    made = []
    for percent, short_ms, long_ms in pairs:
        # The very order of Sloth's arithmetic: 28d gives 5.6000000000000005, and that stands in rule files.
        hours = percent * (period_ms / _HOUR) / 100
        made.append(Pair(short_ms, long_ms, percent, hours / (long_ms / _HOUR)))
    return Windows(period_ms, *made)


@cache
def built_in() -> dict[int, Windows]:
    """Return Sloth's own catalogue, 30d and 28d, by period."""
    return {days * _DAY: _windows(days * _DAY, _GOOGLE) for days in (30, 28)}


def catalogue(directory: Path) -> dict[int, Windows]:
    """Read every .yaml and .yml below a directory; it replaces the catalogue that is built in.

    Raises:
        SlothError: a file is no catalogue, or two say different things of one period.
    """
    found: dict[int, Windows] = {}
    if not directory.is_dir():
        raise SlothError(f"could not discover period windows: stat {directory}: no such file or directory")
    for file in sorted(each for each in directory.rglob("*") if each.suffix in {".yaml", ".yml"} and not each.is_dir()):
        try:
            windows = _read(file.read_text(encoding="utf-8"))
        except (SlothError, gofmt.DurationError, OSError, UnicodeDecodeError) as error:
            raise SlothError(f'could not load "{file.relative_to(directory)}" alert windows: {error}') from error
        if found.setdefault(windows.period_ms, windows) != windows:
            raise SlothError(f'"{gofmt.spell(windows.period_ms)}" slo period is already loaded')
    return found


def _read(text: str) -> Windows:
    if not text:
        raise SlothError("spec is required")
    document = Document(documents_value(text))
    if document.text("apiVersion") != API_VERSION or document.text("kind") != KIND:
        raise SlothError("invalid spec version")
    spec = document.inner("spec")
    period_ms = gofmt.duration(spec.text("sloPeriod")) if spec.has("sloPeriod") else 0
    pairs = tuple(_pair(spec.inner(severity).inner(speed), f"{severity} {speed}") for severity, speed in _PARTS)
    if period_ms == 0:
        raise SlothError("invalid alerting window: slo period is required")
    return _windows(period_ms, pairs)


def _pair(window: Document, where: str) -> tuple[float, int, int]:
    values: dict[str, Any] = {
        "error budget": window.number("errorBudgetPercent"),
        "short window": gofmt.duration(window.text("shortWindow")) if window.has("shortWindow") else 0,
        "long window": gofmt.duration(window.text("longWindow")) if window.has("longWindow") else 0,
    }
    for name, value in values.items():
        if value == 0:
            raise SlothError(f"invalid alerting window: invalid {where}: {name} is required")
    return values["error budget"], values["short window"], values["long window"]
