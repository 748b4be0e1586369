"""Which files are read, and what is said of those that cannot be."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from sightline_core.errors import SightlineError
from sightline_slo import files
from sightline_slo.files import read

from .specs import spec

if TYPE_CHECKING:
    from pathlib import Path


def test_directories_are_read_to_the_bottom_in_order(tmp_path: Path) -> None:
    """Every .yaml and .yml below, sorted; hidden ones, other files and directories with such a name are passed over."""
    for name in ("b.yaml", "a.yml", "deep/er/c.yaml", ".hidden/d.yaml", ".e.yaml", "notes.md", "dir.yaml/f.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert [name.removeprefix(f"{tmp_path}/") for name in read([str(tmp_path)])] == [
        "a.yml",
        "b.yaml",
        "deep/er/c.yaml",
    ]


def test_a_file_that_is_reached_twice_is_read_once(tmp_path: Path) -> None:
    """By its directory, by its name, by another spelling, by a link: one file is one spec."""
    (tmp_path / "a.yaml").write_text(spec())
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")
    assert list(read([str(tmp_path), f"{tmp_path}/a.yaml", f"{tmp_path}/../{tmp_path.name}/a.yaml"])) == [
        f"{tmp_path}/a.yaml"
    ]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    """A directory that links to its own parent is walked once."""
    (tmp_path / "a.yaml").write_text(spec())
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert list(read([str(tmp_path)])) == [f"{tmp_path}/a.yaml"]


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    """Editors of Windows put one in front; places count from behind it."""
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + spec().encode())
    assert read([str(tmp_path)]) == {f"{tmp_path}/a.yaml": spec()}


def test_standard_input_is_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads it, under a name that frames can show."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(spec().encode())))
    assert read(["-"]) == {"<stdin>": spec()}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        (b"\x89PNG\r\n\x1a\n\x00", "byte 0x89 at offset 0"),
        ("version: ü".encode("utf-16"), "byte 0xff at offset 0"),
        (b"#" * 3000, "more than"),
    ],
)
def test_what_is_no_text_is_an_error_of_the_environment(
    tmp_path: Path, content: bytes | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing, binary, differently encoded or huge file is named with the reason."""
    monkeypatch.setattr(files, "LARGEST", 2000)
    if content is not None:
        (tmp_path / "a.yaml").write_bytes(content)
    with pytest.raises(SightlineError) as caught:
        read([f"{tmp_path}/a.yaml"])
    assert caught.value.where == f"{tmp_path}/a.yaml"
    assert words in caught.value.why


def test_a_link_to_nothing_and_a_link_to_itself_are_named(tmp_path: Path) -> None:
    """A dangling link inside a directory is no silence."""
    (tmp_path / "a.yaml").symlink_to(tmp_path / "gone")
    with pytest.raises(SightlineError, match="cannot be read"):
        read([str(tmp_path)])
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "a.yaml").symlink_to(tmp_path / "a.yaml")
    with pytest.raises(SightlineError, match="cannot be read"):
        read([f"{tmp_path}/a.yaml"])
