"""Scenarios as unit tests of promtool: the emitted rules, series that their queries select, what must hold when."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from sightline_core.atomic import write_text
from sightline_core.errors import SightlineError
from sightline_slo.backends import prometheus
from sightline_slo.backtesting.history import STEP_S
from sightline_slo.model import Backend, Severity
from sightline_slo.testing.labels import NoSeriesError, shape
from sightline_slo.testing.model import Expectation, lead_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from sightline_slo.backtesting.history import History
    from sightline_slo.model import Slo
    from sightline_slo.testing.labels import Shape
    from sightline_slo.testing.model import TestCase

RULES, TESTS = "rules.yaml", "tests.yaml"


@dataclass(frozen=True, slots=True)
class Exported:
    """The folders that were written, one an SLO, and why the others were not."""

    folders: tuple[Path, ...]
    skipped: dict[str, str]


def export(slos: Sequence[Slo], folder: Path) -> Exported:
    """Write each SLO's rules and tests into a folder of its own."""
    folders, skipped = [], {}
    for slo in slos:
        if Backend.PROMETHEUS not in slo.sli or not slo.tests:
            skipped[slo.key] = "it has no tests" if not slo.tests else "Prometheus does not measure it"
            continue
        try:
            made = shape(slo.sli[Backend.PROMETHEUS])
        except NoSeriesError as error:
            skipped[slo.key] = str(error)
            continue
        tests = [_case(slo, made, test) for test in slo.tests if test.on in {None, Backend.PROMETHEUS}]
        write(folder / slo.key, slo, tests)
        folders.append(folder / slo.key)
    return Exported(tuple(folders), skipped)


def write(folder: Path, slo: Slo, tests: Sequence[dict[str, Any]]) -> None:
    """Write the rules of an SLO and tests of them."""
    groups = prometheus.groups(slo)
    write_text(folder / RULES, _dump({"groups": groups}))
    head = {"rule_files": [RULES], "evaluation_interval": "1m", "group_eval_order": [each["name"] for each in groups]}
    write_text(folder / TESTS, _dump({**head, "tests": list(tests)}))


def _case(slo: Slo, made: Shape, test: TestCase) -> dict[str, Any]:
    scene = test.scene(lead_of(each.long_s for each in slo.alerting_windows))
    at = (scene.began, scene.ended, len(scene.history.total))
    checks = []
    for severity in Severity:
        wanted = test.expect.get(severity, Expectation())
        checks += list(_checks(slo, severity, wanted, at))
    return {
        "name": f"{slo.key}: {test.name}",
        "interval": "1m",
        "input_series": series(made, scene.history),
        "promql_expr_test": checks,
    }


def _checks(slo: Slo, severity: Severity, wanted: Expectation, at: tuple[int, int, int]) -> Iterator[dict[str, Any]]:
    began, ended, last = at
    if wanted.fires is None:
        yield fired(slo, {"severity": severity}, 0, last, some=False)
        return
    earliest, latest = (began + each // STEP_S for each in (wanted.fires.earliest_s, wanted.fires.latest_s))
    if earliest > 1:
        yield fired(slo, {"severity": severity}, 0, earliest - 1, some=False)
    yield fired(slo, {"severity": severity}, max(earliest - 1, 0), latest, some=True)
    if wanted.resets is not None:
        earliest, latest = (ended + each // STEP_S for each in (wanted.resets.earliest_s, wanted.resets.latest_s))
        yield fired(slo, {"severity": severity}, max(earliest - 2, 0), last, some=True)
        yield fired(slo, {"severity": severity}, latest - 1, last, some=False)


def fired(slo: Slo, labels: dict[str, str], after: int, until: int, *, some: bool) -> dict[str, Any]:
    """Check that an alert fired at some minute of (after, until], or at none."""
    matchers = {"alertstate": "firing", "slo": slo.key, **labels}
    inner = ",".join(f'{name}="{value}"' for name, value in matchers.items())
    expr = f"max(count_over_time(ALERTS{{{inner}}}[{until - after}m])) > bool 0"
    found: dict[str, Any] = {"expr": expr, "eval_time": f"{until}m", "exp_samples": []}
    if some:
        found["exp_samples"] = [{"labels": "{}", "value": 1}]
    return found


def series(made: Shape, history: History) -> list[dict[str, str]]:
    """Return the counters of a history."""
    good = history.total - history.bad
    some, others = (good, history.bad) if made.of_good else (history.bad, good)
    rest = others if made.split else history.total
    return [{"series": made.some, "values": counter(some)}, {"series": made.rest, "values": counter(rest)}]


def counter(counts: NDArray[np.float64]) -> str:
    """Return a counter's values, which start at 0, in promtool's notation: `0+5x10 50+0x60`."""
    sums = np.concatenate([[0.0], np.cumsum(counts)])
    starts = np.flatnonzero(np.diff(counts, prepend=np.nan, append=np.nan) != 0)
    parts = ["0"]
    for start, end in itertools.pairwise(starts):
        each, repeats = counts[start], end - start - 1
        parts.append(f"{sums[start + 1]:.15g}+{each:.15g}x{repeats}")
    return " ".join(parts)


def find() -> str | None:
    """Return promtool: SIGHTLINE_PROMTOOL, or the one of PATH; None without one."""
    return os.environ.get("SIGHTLINE_PROMTOOL") or shutil.which("promtool")


def check(promtool: str, folder: Path) -> str | None:
    """Run the tests in a folder; return what promtool says where one fails.

    Raises:
        SightlineError: promtool cannot be run.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the promtool that the user names
            [promtool, "test", "rules", TESTS], cwd=folder, capture_output=True, check=False, timeout=600
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SightlineError("promtool cannot be run", where=promtool, why=str(error)) from error
    return None if done.returncode == 0 else (done.stdout + done.stderr).decode("utf-8", "replace")


def _dump(value: object) -> str:
    return yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=10_000)
