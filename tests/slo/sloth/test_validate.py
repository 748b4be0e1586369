"""`validate`: every fault of every file, duplicates across files, and Sloth's exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .calling import CRD, OPENSLO, SPEC, sloth

if TYPE_CHECKING:
    from pathlib import Path


def _written(root: Path, **texts: str) -> str:
    for name, text in texts.items():
        (root / f"{name}.yml").write_text(text)
    return str(root)


def test_good_specs_are_good(tmp_path: Path) -> None:
    """One of each form, each SLO once."""
    other = CRD.replace("service: cart", "service: orders")
    assert sloth("validate", "-i", _written(tmp_path, a=SPEC, b=other, c=OPENSLO)).code == 0


def test_an_slo_stands_once_unless_that_is_allowed(tmp_path: Path) -> None:
    """Across files, and across documents of one."""
    root = _written(tmp_path, a=SPEC, b=CRD)
    answer = sloth("validate", "-i", root)
    assert answer.code == 1
    assert "cart-availability already exists" in answer.err
    assert sloth("validate", "-i", root, "--ignore-slo-duplicates").code == 0
    (tmp_path / "b.yml").write_text(f"{OPENSLO}---\n{OPENSLO}")
    assert sloth("validate", "-i", root).code == 1


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("99.9", "0"),
        ("99.9", "100.1"),
        ("99.9", '"99.9"'),
        ('"availability"', '"-availability"'),
        ('"cart"', '""'),
        ("[{{.window}}]))\n        total", "[5m]))\n        total"),
        ('sum(rate(http_requests_total{service="cart"}', "sum(rate(http_requests_total{service=cart}"),
        ("name: CartAvailability", "labels: {}"),
        ("severity: pageteam", "severity: ''"),
        ("      events:", "      raw: {error_ratio_query: 'x[{{.window}}]'}\n      events:"),
        ("      events:", "      other:"),
        ("prometheus/v1", "prometheus/v2"),
        ("service:", "\tservice:"),
    ],
)
def test_what_sloth_refuses_is_refused(good: str, bad: str, tmp_path: Path) -> None:
    """And said with the name of its file; the other files are validated all the same."""
    assert good in SPEC
    root = _written(tmp_path, a=SPEC.replace(good, bad, 1), b=SPEC.replace("99.9", "777"))
    answer = sloth("validate", "-i", root)
    assert answer.code == 1
    assert "a.yml" in answer.err
    assert "b.yml" in answer.err


def test_no_spec_is_no_success(tmp_path: Path) -> None:
    """A filter that takes all away is a mistake."""
    root = _written(tmp_path, a=SPEC)
    assert sloth("validate", "-i", root, "-e", ".*").code == 1
    assert sloth("validate", "-i", root, "-n", "nothing").code == 1
    assert sloth("validate", "-i", root, "-n", "a.y").code == 0


@pytest.mark.parametrize("pattern", ["(", "(?=x)", r"(x)\1"])
def test_a_filter_is_one_of_gos_expressions(pattern: str, tmp_path: Path) -> None:
    """What Python knows beyond them would match here and fail there."""
    answer = sloth("validate", "-i", _written(tmp_path, a=SPEC), "-e", pattern)
    assert answer.code == 1
    assert "regex" in answer.err
