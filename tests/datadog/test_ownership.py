"""The mark: what is written into an object is what is read out of it, whatever stands around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_core.cli import run
from sightline_datadog.directory import file_name, read, write
from sightline_datadog.documents import Document, Kind
from sightline_datadog.ownership import KEY, PROJECT, TEXT, Mark, marked, read_mark, without_mark

if TYPE_CHECKING:
    from pathlib import Path

PROJECTS, KEYS = (st.from_regex(rf"\A{each}\Z") for each in (PROJECT, KEY))


@given(st.sampled_from(list(TEXT)), PROJECTS, KEYS, st.text(max_size=40))
def test_a_mark_is_read_back(kind: Kind, project: str, key: str, text: str) -> None:
    """For every project and key that is taken, and any text before it; marking again changes nothing."""
    once = marked(Document(kind, key, {TEXT[kind]: text}), project)
    assert read_mark(kind, once) == Mark(project, kind, key)
    assert marked(Document(kind, key, once), project) == once
    assert read_mark(kind, {TEXT[kind]: without_mark(once[TEXT[kind]])}) is None


@given(st.sampled_from(list(Kind)), KEYS, KEYS)
def test_no_two_documents_share_a_file(kind: Kind, one: str, other: str) -> None:
    """Names of files are a spelling of keys that loses nothing."""
    names = {file_name(Document(kind, key, {})) for key in (one, other)}
    assert len(names) == len({one, other})
    assert not any("/" in name for name in names)


def test_odd_keys_survive_the_disk(tmp_path: Path) -> None:
    """A metric's name keeps its capitals and dots, and a key its slashes."""
    documents = [Document(Kind.METRIC, "My.Metric", {"tags": []}), Document(Kind.DASHBOARD, "team/a:b%20", {})]
    write(tmp_path, documents)
    found, findings, _ = read([tmp_path])
    assert findings == []
    assert {each.key for each in found} == {"My.Metric", "team/a:b%20"}


@pytest.mark.parametrize("project", ["my shop", "", "a:b", "ü"])
def test_a_project_that_no_mark_can_hold_is_refused(project: str, tmp_path: Path) -> None:
    """Pushed under such a name, objects would be strangers to the next push."""
    (tmp_path / "slo.a.json").write_text("{}")
    assert run(["datadog", "plan", str(tmp_path), "--project", project]) == 2


def test_a_key_with_a_space_is_refused(tmp_path: Path) -> None:
    """So would they be under such a key."""
    (tmp_path / "slo.a b.json").write_text("{}")
    assert [each.code for each in read([tmp_path])[1]] == ["DDC004"]
