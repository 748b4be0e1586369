"""`--format` of plan and drift: every form of what can come of them, and the exit code that goes with it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from sightline_datadog import session
from sightline_datadog.directory import write
from sightline_datadog.documents import Kind
from sightline_datadog.options import AUTOMATIC, FORMS, chosen

from .organisation import Organisation
from .test_sync import board, monitor, slo

if TYPE_CHECKING:
    from pathlib import Path

MARKER = "<!-- sightline datadog plan: shop -->\n"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Organisation:
    """Return an organisation in memory, and documents that are not there yet."""
    made = Organisation()
    monkeypatch.setattr(session, "ClientTransport", lambda *_, **__: made)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SIGHTLINE_PROJECT", "shop")
    for name in ("GITHUB_ACTIONS", "GITHUB_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "build", [slo(), monitor(), board()])
    return made


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int) -> str:
    capsys.readouterr()
    assert run(["datadog", *words]) == code
    return capsys.readouterr().out


@pytest.mark.usefixtures("there")
def test_a_plan_in_every_form(capsys: pytest.CaptureFixture[str]) -> None:
    """Each says the three creates and exits 1; with --allow-changes the XML has no failure, and the exit code is 0."""
    products = {form: said(capsys, "plan", "build", "--format", form, code=1) for form in FORMS}
    assert products["text"] == products["github"] == said(capsys, "plan", "build", code=1)
    assert products["markdown"].startswith(f"{MARKER}\n## Datadog plan of `shop`\n\n**3 to create** against `http://")
    assert products["json"] == said(capsys, "plan", "build", "--json", code=1)
    assert json.loads(products["json"])["data"]["counts"]["create"] == 3
    assert ET.fromstring(products["junit"]).attrib["failures"] == "3"  # noqa: S314 - our own document
    allowed = said(capsys, "plan", "build", "--allow-changes", "--format", "junit", code=0)
    assert ET.fromstring(allowed).attrib["failures"] == "0"  # noqa: S314 - our own document
    assert "create monitor pay-fast" in allowed


def test_drift_in_its_forms(there: Organisation, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own words and marker; none is exit 0."""
    assert run(["datadog", "push", "build", "--yes"]) == 0
    assert "No drift against" in said(capsys, "drift", "build", "--format", "markdown", code=0)
    there.objects[Kind.DASHBOARD].clear()
    text = said(capsys, "drift", "build", "--format", "markdown", code=1)
    assert text.startswith("<!-- sightline datadog drift: shop -->\n\n## Datadog drift of `shop`\n\n**1 missing**")
    assert 'message="missing: dashboard shop"' in said(capsys, "drift", "build", "--format", "junit", code=1)


def test_what_is_wrong_is_said_in_every_form(
    there: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A document that cannot be read or is refused: exit 1, also with --allow-changes; nothing was asked of anybody."""
    for name, text in (("slo.broken.json", "{"), ("monitor.wrong.json", '{"name": "x", "type": "none"}')):
        (tmp_path / "build" / name).write_text(text)
        markdown = said(capsys, "plan", "build", "--format", "markdown", "--allow-changes", code=1)
        assert markdown.startswith(MARKER)
        assert "there is no plan until they are mended" in markdown
        assert f"`build/{name}:" in markdown
        assert said(capsys, "plan", "build", "--format", "github", code=1).startswith("::error file=")
        junit = ET.fromstring(said(capsys, "plan", "build", "--format", "junit", code=1))  # noqa: S314 - our own document
        assert int(junit.attrib["failures"]) > 0
        assert json.loads(said(capsys, "plan", "build", "--format", "json", code=1))["diagnostics"]
        assert "there is no drift until" in said(capsys, "drift", "build", "--format", "markdown", code=1)
        (tmp_path / "build" / name).unlink()
    assert there.requests == 0


def test_problems_and_no_answer(
    there: Organisation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's name is a problem that --allow-changes does not allow; no answer is exit 2, and said in the form."""
    there.request("POST", "/api/v1/slo", body=slo().body)
    text = said(capsys, "plan", "build", "--allow-changes", "--format", "markdown", code=1)
    assert "**1 error** in the way" in text
    assert "- error DDC003: " in text
    monkeypatch.setenv("DD_HOST", "http://datadog.example")
    text = said(capsys, "plan", "build", "--format", "markdown", code=2)
    assert "is sent to http://datadog.example without keys" in text
    junit = ET.fromstring(said(capsys, "plan", "build", "--format", "junit", code=2))  # noqa: S314 - our own document
    assert (junit.attrib["failures"], junit.attrib["errors"]) == ("0", "1")
    for words in (["--format", "json"], ["--json"]):
        told = json.loads(said(capsys, "plan", "build", *words, code=2))
        assert [each["code"] for each in told["diagnostics"]] == ["CORE005"]


def test_nothing_to_plan_is_said_too(there: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 3, under the marker, so that a comment of last time does not stay."""
    (tmp_path / "none").mkdir()
    assert "There are no documents" in said(capsys, "plan", "none", "--format", "markdown", code=3)
    assert there.requests == 0


def test_the_form_follows_the_ci() -> None:
    """Auto is annotations within GitHub's CI, and text elsewhere."""
    assert chosen(AUTOMATIC, {"GITHUB_ACTIONS": "true"}) == "github"
    assert chosen(AUTOMATIC, {}) == "text"
    assert chosen("junit", {"GITHUB_ACTIONS": "true"}) == "junit"
