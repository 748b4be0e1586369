"""Catalogues of windows in files, and the period of SLOs that name none, on the command line of the strict compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run

from .texts import slo

if TYPE_CHECKING:
    from pathlib import Path

WEEK = """\
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 7d
  page:
    quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: 1h}
    slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}
  ticket:
    quick: {errorBudgetPercent: 20, shortWindow: 2h, longWindow: 1d}
    slow: {errorBudgetPercent: 42, shortWindow: 6h, longWindow: 3d}
"""
SLOTH = """\
version: prometheus/v1
service: pay
slos:
  - name: success
    objective: 99
    sli: {raw: {error_ratio_query: "a[{{.window}}]"}}
    alerting: {name: Burns}
"""


@pytest.mark.parametrize(
    ("text", "options", "rates"),
    [
        (SLOTH, [], ["14.4", "6", "3", "1"]),
        (SLOTH, ["--default-period", "28d"], ["13.44", "5.6", "2.8", "0.9333333333"]),
        (SLOTH, ["--windows"], ["14.4", "6", "3", "1"]),
        (SLOTH, ["--windows", "--default-period", "7d"], ["13.44", "3.5", "1.4", "0.98"]),
        (slo(objective=99), ["--windows"], ["14.4", "6", "3"]),
        (slo(objective=99), ["--windows", "--default-period", "7d"], ["13.44", "3.5", "1.4", "0.98"]),
        (
            slo(objective=99, more="    windows: google\n"),
            ["--windows", "--default-period", "7d"],
            ["14.4", "6", "3", "1"],
        ),
    ],
)
def test_a_catalogue_takes_the_place_of_its_period_alone(
    text: str, options: list[str], rates: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a spec chooses itself wins; periods that no file has keep their own tables."""
    (tmp_path / "spec.yaml").write_text(text)
    (tmp_path / "week.yaml").write_text(WEEK)
    filled = [
        part for each in options for part in ([each, str(tmp_path / "week.yaml")] if each == "--windows" else [each])
    ]
    assert run(["slo", "compile", str(tmp_path / "spec.yaml"), "--backend", "prometheus", *filled]) == 0
    said = capsys.readouterr().out
    for rate in rates:
        assert f"> ({rate} * 0.01)" in said
    assert said.count("alert: ") == len(rates)


def test_what_is_no_catalogue_is_told_where_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of it in one pass, beside the findings of the specs."""
    (tmp_path / "spec.yaml").write_text(SLOTH)
    folder = tmp_path / "windows"
    folder.mkdir()
    for name, text in (
        ("a", WEEK),
        ("b", WEEK),
        ("c", WEEK.replace("quick: {error", "quack: {error", 1)),
        ("d", SLOTH),
        ("e", "a: [\n"),
    ):
        (folder / f"{name}.yaml").write_text(text)
    assert run(["slo", "validate", str(tmp_path / "spec.yaml"), "--windows", str(folder)]) == 1
    said = capsys.readouterr().err
    for words in ("two tables for one period", "unknown key `quack`", "no catalogue of windows", "this is not YAML"):
        assert words in said
    for name in "bcde":
        assert f"{folder}/{name}.yaml:" in said
    assert run(["slo", "validate", str(tmp_path / "spec.yaml"), "--windows", str(tmp_path / "nowhere")]) == 2
    assert run(["slo", "validate", str(tmp_path / "spec.yaml"), "--default-period", "month"]) == 2
