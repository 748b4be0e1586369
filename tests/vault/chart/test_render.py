"""What the model becomes: the same texts each time, in a folder that holds nothing else of ours."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner

from sightline_core.errors import SightlineError
from sightline_vault.cli import main
from sightline_vault.client.kubernetes import TOKEN_FILE
from sightline_vault.model import Naming, read_spec
from sightline_vault.render import parts
from sightline_vault.render.documents import spec_text
from sightline_vault.render.server import configuration
from sightline_vault.render.values import values
from sightline_vault.render.writing import MANIFEST, Difference, compare, write
from tests.support.golden import UPDATE
from tests.vault.chart.clusters import HUB, ROOT, hub, openbao

if TYPE_CHECKING:
    from pathlib import Path

RENDERED = ROOT / "platform" / "vault" / "rendered" / "hub"


def test_the_rendered_hub_is_what_its_model_renders() -> None:
    """Run `make update`, and read the difference, where it is not."""
    files = parts.render_all(hub())
    if UPDATE:
        write(RENDERED, files)
    assert compare(RENDERED, files) == Difference((), (), ())
    there = {str(each.relative_to(RENDERED)) for each in RENDERED.rglob("*") if each.is_file()}
    assert there == {MANIFEST, *files}


def test_two_parts_may_not_write_one_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them would be lost, and which one is a matter of names."""
    twice = parts.parts()[0]
    monkeypatch.setattr(parts, "parts", lambda: [twice, twice])
    with pytest.raises(ValueError, match="two parts write "):
        parts.render_all(hub())


@pytest.mark.parametrize("spec", [hub(), openbao(), hub(name="keep", namespace="safe", nodes=3)])
def test_the_model_in_the_pod_is_the_model(spec: object) -> None:
    """Our own containers read what the values hold as the file that it came from."""
    read, findings = read_spec(spec_text(spec), "cluster.yaml")  # type: ignore[arg-type]
    assert (read, findings) == (spec, [])


def test_values_say_each_name_as_the_model_does() -> None:
    """Another name, namespace and size: nothing of the former is left, and each server has its own configuration."""
    spec = hub(name="keep", namespace="safe", nodes=3)
    found = values(spec)
    names = Naming(spec)
    assert [each["name"] for each in found["servers"]] == list(names.pods)
    assert [each["configuration"] for each in found["servers"]] == [configuration(spec, each) for each in range(3)]
    assert (found["maxUnavailable"], found["services"]["internal"]) == (1, "keep-internal")
    assert set(names.dns_names) == set(found["certificate"]["dnsNames"])
    assert f"{found['folders']['token']}/token" == TOKEN_FILE


def test_the_right_to_review_tokens_is_asked_for_only_where_they_are_reviewed() -> None:
    """Without a role for pods of its own cluster, no server needs the API server's word on a token."""
    assert values(hub())["reviewsTokens"]
    assert not values(hub(roles=tuple(each for each in hub().roles if each.cluster != "hub")))["reviewsTokens"]


def test_a_folder_is_written_once_and_stale_files_go(tmp_path: Path) -> None:
    """A second run writes nothing; a file that is rendered no more goes, with its folder; another's stays."""
    folder = tmp_path / "out"
    assert set(write(folder, {"a/b": "1\n", "c": "2\n"}).missing) == {"a/b", "c"}
    (folder / "mine").write_text("by hand")
    assert not write(folder, {"a/b": "1\n", "c": "2\n"})
    differs = write(folder, {"c": "3\n"})
    assert (differs.changed, differs.missing, differs.stale) == (("c",), (), ("a/b",))
    assert sorted(each.name for each in folder.iterdir()) == [MANIFEST, "c", "mine"]


def test_a_run_that_was_killed_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between two files, what it wrote is known to be ours: the next run deletes it where it is stale."""
    write(tmp_path, {"old": "1\n"})

    def killed(folder: Path, names: object) -> None:
        remember(folder, names)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    from sightline_vault.render import writing

    remember = writing._remember
    monkeypatch.setattr(writing, "_remember", killed)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, {"new": "2\n"})
    (tmp_path / "new").write_text("2\n")
    monkeypatch.undo()
    write(tmp_path, {"other": "3\n"})
    assert sorted(each.name for each in tmp_path.iterdir()) == [MANIFEST, "other"]


def test_what_a_killed_run_had_begun_is_swept_away(tmp_path: Path) -> None:
    """Half a file has a name of its own beside the whole one; what others left is theirs."""
    write(tmp_path, {"a/b": "1\n"})
    for name in ("a/.b.k3x_9abc.tmp", ".c.k3x_9abc.tmp", f".{MANIFEST}.k3x_9abc.tmp", "a/.other.tmp", "a/b.tmp"):
        (tmp_path / name).write_text("ha")
    assert write(tmp_path, {"c": "2\n"}).stale == ("a/b",)
    left = sorted(str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file())
    assert left == [MANIFEST, "a/.other.tmp", "a/b.tmp", "c"]


def test_two_runs_follow_each_other(tmp_path: Path) -> None:
    """The second looks at the folder only once the first is done with it: what is there is one run's work."""
    begun, finish, order = threading.Event(), threading.Event(), []

    class Slow(dict[str, str]):
        def items(self) -> Any:
            begun.set()
            finish.wait(10)
            order.append("first")
            return super().items()

    class Next(dict[str, str]):
        def items(self) -> Any:
            order.append("second")
            return super().items()

    first = threading.Thread(target=write, args=(tmp_path, Slow({"a": "1\n", "b": "1\n"})))
    second = threading.Thread(target=write, args=(tmp_path, Next({"b": "2\n"})))
    first.start()
    assert begun.wait(10)
    second.start()
    second.join(0.2)
    assert order == []
    finish.set()
    first.join(10)
    second.join(10)
    assert order == ["first", "second"]
    assert {each.name: each.read_text() for each in tmp_path.iterdir() if each.name != MANIFEST} == {"b": "2\n"}


def test_a_manifest_deletes_nothing_outside_of_its_folder(tmp_path: Path) -> None:
    """Names that lead out are passed over; a manifest that is none is an error of the environment."""
    (tmp_path / "kept").write_text("")
    folder = tmp_path / "out"
    folder.mkdir()
    names = ["../kept", str(tmp_path / "kept"), "a/../../kept", ""]
    (folder / MANIFEST).write_text(json.dumps({"version": 1, "files": names}))
    assert not write(folder, {}).stale
    assert (tmp_path / "kept").exists()
    for text in ("[", '{"files": "kept"}', "[" * 100_000):
        (folder / MANIFEST).write_text(text)
        with pytest.raises(SightlineError, match="a manifest cannot be read"):
            write(folder, {})


def test_the_command_writes_and_checks(tmp_path: Path) -> None:
    """`--check` writes nothing: 1 where the folder differs, 0 once it does not; a cluster that is wrong is a no."""
    run, out = CliRunner().invoke, tmp_path / "out"
    arguments = ["render", str(HUB), "--out", str(out)]
    assert run(main, [*arguments, "--check"], standalone_mode=False).return_value == 1
    assert not out.exists()
    written = run(main, [*arguments, "--json"], standalone_mode=False)
    assert written.return_value == 0
    assert "values.yaml" in json.loads(written.stdout)["data"]["missing"]
    assert run(main, [*arguments, "--check"], standalone_mode=False).return_value == 0
    assert yaml.safe_load((out / "values.yaml").read_text()) == values(hub())
    (out / "values.yaml").write_text("{}")
    told = run(main, [*arguments, "--check"], standalone_mode=False)
    assert (told.return_value, "values.yaml: differs" in told.stderr) == (1, True)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(HUB.read_text().replace("nodes: 5", "nodes: 4"))
    assert run(main, ["render", str(wrong), "--out", str(out)], standalone_mode=False).return_value == 1
    with pytest.raises(SightlineError, match="a cluster's file cannot be read"):
        run(main, ["render", str(tmp_path / "no"), "--out", str(out)], standalone_mode=False, catch_exceptions=False)
