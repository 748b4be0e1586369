"""Journeys and targets that would hang or crash the command itself."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sightline_core import cli
from tests.synthetics.small_site import small_site

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = """
import time
from sightline_synthetics.journeys import journey

@journey("endless", budget_s=0.5)
def endless(visit):
    "Never ends."
    with visit.step("wait for a word that nobody says"):
        while True:
            time.sleep(1)
"""
RUN = """
from sightline_synthetics.journeys import browser, runner
runner.HANG_MARGIN_S = 0.5
browser.Watchdog.__init__.__defaults__ = (0.5, *browser.Watchdog.__init__.__defaults__[1:])
from sightline_core.cli import main
main()
"""


@pytest.mark.browser
def test_a_journey_that_never_ends_is_ended_and_called_broken(tmp_path: Path) -> None:
    """It needs no browser to wait: the command still answers, with exit code 2 and the envelope."""
    (tmp_path / "endless.py").write_text(ENDLESS)
    with small_site() as site:
        argv = ["journeys", "run", "endless", "--dir", str(tmp_path), "--target", site.url, "--json"]
        done = subprocess.run(
            [sys.executable, "-c", RUN, *argv], capture_output=True, text=True, timeout=40, check=False
        )
    assert done.returncode == 2, done.stderr
    result = json.loads(done.stdout)["data"]
    assert (result["verdict"], result["journey"]) == ("broken", "endless")
    assert "does not end" in result["error"]


@pytest.mark.parametrize("target", ["http://[", "http://", "ftp://x", "x", "http://h:99999", "http://h:port"])
def test_a_target_that_is_no_address_is_no_bug(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said so, with what to write."""
    assert cli.run(["journeys", "run", "buy", "--target", target]) == 2
    assert "error: the target is no web address" in capsys.readouterr().err
