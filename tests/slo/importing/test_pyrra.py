"""`sightline slo import pyrra`: the same selectors, windows and factors; what is lost is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from sightline_core.cli import run
from sightline_slo.compile import compile_specs
from sightline_slo.model import Backend, Events, Severity
from tests.support.golden import hold

GOLDEN = Path(__file__).parent / "golden"
EVERY = """\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: shop-requests
  namespace: shop
  labels: {pyrra.dev/team: checkout, prometheus: k8s}
spec:
  description: Requests that were answered.
  target: "99.5"
  window: 4w
  indicator:
    ratio:
      errors: {metric: 'requests_total{job="shop",code=~"5.."}'}
      total: {metric: 'requests_total{job="shop"}'}
      grouping: [route]
  alerting: {name: RequestsFail, absent: false}
---
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: latency, namespace: shop}
spec:
  target: "99"
  window: 1w
  indicator:
    latency:
      success: {metric: 'duration_seconds_bucket{job="shop",le="0.3"}'}
      total: {metric: 'duration_seconds_count{job="shop"}'}
  performanceOverAccuracy: true
---
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: native, labels: {pyrra.dev/service: payments}}
spec:
  target: "95"
  window: 28d
  indicator:
    latencyNative: {latency: 200ms, total: {metric: 'duration_seconds{job="payments"}'}}
  alerting: {disabled: true}
---
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: up, namespace: shop}
spec:
  target: "99.9"
  window: 28d
  indicator: {bool_gauge: {metric: 'probe_success{job="shop"}'}}
"""


def test_every_indicator_is_its_golden_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A service is a document; the notes say what was not taken along; the product compiles without an error."""
    (tmp_path / "pyrra.yaml").write_text(EVERY)
    assert run(["slo", "import", "pyrra", str(tmp_path / "pyrra.yaml")]) == 0
    captured = capsys.readouterr()
    hold(GOLDEN / "pyrra.yaml", captured.out)
    assert "warning: up: the alert on absent metrics is not taken along" in captured.err
    assert "4 SLOs" in captured.err


def test_the_windows_are_pyrras(tmp_path: Path) -> None:
    """Over 28 days 14, 7, 2 and 1 within 1h, 6h, 1d and 4d; over a week a quarter of these, in whole minutes."""
    (tmp_path / "pyrra.yaml").write_text(EVERY)
    out = tmp_path / "out"
    assert run(["slo", "import", "pyrra", str(tmp_path / "pyrra.yaml"), "-o", str(out)]) == 0
    assert sorted(each.name for each in out.iterdir()) == ["payments.yaml", "shop.yaml"]
    slos = {each.key: each for each in compile_specs({"a.yaml": (out / "shop.yaml").read_text()}).slos}
    month = [(each.burn_rate, each.long_s // 60, each.short_s // 60, each.severity) for each in slos["shop-up"].windows]
    assert month == [
        (14, 60, 5, Severity.PAGE),
        (7, 360, 30, Severity.PAGE),
        (2, 1440, 120, Severity.TICKET),
        (1, 5760, 360, Severity.TICKET),
    ]
    week = [(each.long_s // 60, each.short_s // 60) for each in slos["shop-latency"].windows]
    assert week == [(15, 1), (90, 8), (360, 30), (1440, 90)]
    sli = slos["shop-requests"].sli[Backend.PROMETHEUS]
    assert isinstance(sli, Events)
    assert sli.bad is not None
    assert sli.bad.text == 'sum by (route) (rate(requests_total{job="shop",code=~"5.."}[{{.window}}]))'
    assert slos["shop-requests"].by == ("route",)
    assert slos["shop-requests"].labels == {"team": "checkout"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('target: "99.5"', 'target: "most"', "SLO018"),
        ('target: "99.5"', "target: 99.5", "SLO004"),
        ("window: 4w", "window: 1y", "SLO009"),
        ("description:", "descriptoin:", "SLO002"),
        ("    ratio:\n", "    rate:\n", "SLO002"),
        ("kind: ServiceLevelObjective", "kind: ServiceLevel", "SLO018"),
        ("latency: 200ms", "latency: fast", "SLO009"),
        ("apiVersion", "  apiVersion", "CORE001"),
    ],
)
def test_what_is_no_object_of_pyrras_is_refused(
    old: str, new: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its place, all at once, and nothing is written."""
    (tmp_path / "pyrra.yaml").write_text(EVERY.replace(old, new))
    out = tmp_path / "out"
    assert run(["slo", "import", "pyrra", str(tmp_path / "pyrra.yaml"), "-o", str(out)]) == 1
    assert f"error[{code}]" in capsys.readouterr().err
    assert not out.exists()


def test_what_was_changed_since_is_not_written_over(tmp_path: Path) -> None:
    """A second import of the same changes nothing; one into a directory with other content is no answer."""
    (tmp_path / "pyrra.yaml").write_text(EVERY)
    call = ["slo", "import", "pyrra", str(tmp_path / "pyrra.yaml"), "-o", str(tmp_path / "out")]
    assert (run(call), run(call)) == (0, 0)
    (tmp_path / "out" / "shop.yaml").write_text("mine")
    assert run(call) == 2
    assert (tmp_path / "out" / "shop.yaml").read_text() == "mine"
    (tmp_path / "empty.yaml").write_text("")
    assert run(["slo", "import", "pyrra", str(tmp_path / "empty.yaml")]) == 3
