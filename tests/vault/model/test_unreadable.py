"""A file that is no text, or far too large to be a cluster's, is told by every command that takes one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from sightline_core.cli import run
from sightline_core.errors import SightlineError
from sightline_vault.cli import main
from sightline_vault.model import spec_file_text
from sightline_vault.model.reading import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def with_spec(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from with_spec(command, (*above, name))
        elif command is not None and any(each.name == "spec" for each in command.params):
            yield (*above, name), command


@pytest.fixture
def no_text(tmp_path: Path) -> Path:
    file = tmp_path / "cluster.yaml"
    file.write_bytes(b"\x7fELF\xff\xfe")
    return file


COMMANDS = dict(with_spec(main))


def words(names: tuple[str, ...], spec: Path, folder: Path) -> list[str]:
    """Return a command that lacks nothing."""
    found = [*names, str(spec)]
    for each in COMMANDS[names].params:
        if each.required and each.name != "spec":
            other = str(folder / "other")
            found += [each.opts[0], other] if isinstance(each, click.Option) else [other]
    return [*found, "--path", "secret/data/x"] if names == ("why",) else found


@pytest.mark.parametrize("names", COMMANDS, ids=" ".join)
def test_a_binary_file_is_no_model(names: tuple[str, ...], no_text: Path, tmp_path: Path) -> None:
    """An error of the environment that names the file, wherever the command would have gone on to."""
    with pytest.raises(SightlineError) as error:
        CliRunner().invoke(main, words(names, no_text, tmp_path), standalone_mode=False, catch_exceptions=False)
    assert (error.value.where, "utf-8" in (error.value.why or "")) == (str(no_text), True)


def test_what_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    """Megabytes of YAML would be parsed for a minute, only to be refused by their version."""
    file = tmp_path / "cluster.yaml"
    file.write_text("# " + "x" * (LARGEST - 3) + "\n")
    assert len(spec_file_text(file)) == LARGEST
    with file.open("a") as more:
        more.write("\n")
    with pytest.raises(SightlineError, match="a cluster's file cannot be read") as error:
        spec_file_text(file)
    assert error.value.why == "it is larger than 1024 KiB"


@pytest.mark.parametrize("names", [each for each in COMMANDS if each != ("lint",)], ids=" ".join)
def test_a_model_with_a_fault_is_shown_with_its_place(
    names: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, the code and the line: the same whatever the command would have done."""
    file = tmp_path / "cluster.yaml"
    file.write_text("version: sightline/vault-cluster/v1\nnodse: 5\n")
    assert run(["vault", *words(names, file, tmp_path)]) == 1
    assert f"{file}:2:1" in capsys.readouterr().err


@pytest.mark.parametrize(
    "names",
    [each for each, command in COMMANDS.items() if any(p.name == "as_json" for p in command.params)],
    ids=" ".join,
)
def test_the_findings_of_a_model_are_one_json_document_where_it_is_asked_for(
    names: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The envelope holds them, and nothing else is printed."""
    file = tmp_path / "cluster.yaml"
    file.write_text("version: sightline/vault-cluster/v1\nnodse: 5\n")
    assert run(["vault", *words(names, file, tmp_path), "--json"]) == 1
    assert "VLT001" in json.dumps(json.loads(capsys.readouterr().out))
