"""A run makes only what changed; what was touched, or is asked for otherwise, is made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .calling import SPEC, Answer, sloth

if TYPE_CHECKING:
    from pathlib import Path


class _Place:
    def __init__(self, root: Path) -> None:
        self.specs, self.out, self.cache = root / "specs", root / "out", root / "cache"
        self.specs.mkdir()
        self.out.mkdir()
        for each in range(3):
            (self.specs / f"{each}.yml").write_text(SPEC)
        self.run()
        self.inodes = self._inodes()

    def run(self, *flags: str) -> Answer:
        return sloth(
            "generate",
            "-i",
            str(self.specs),
            "-o",
            str(self.out),
            *flags,
            environment={"XDG_CACHE_HOME": str(self.cache)},
        )

    def _inodes(self) -> dict[str, int]:
        # A file that is made again is another file, whatever the clock says.
        return {each.name: each.stat().st_ino for each in self.out.iterdir()}

    def made_again(self) -> set[str]:
        before, self.inodes = self.inodes, self._inodes()
        return {name for name, inode in self.inodes.items() if before.get(name) != inode}


@pytest.fixture
def place(tmp_path: Path) -> _Place:
    """Three specs, compiled once."""
    return _Place(tmp_path)


def test_only_a_changed_spec_is_made_again(place: _Place) -> None:
    """And its output is that of a run without a cache."""
    (place.specs / "1.yml").write_text(SPEC.replace("99.9", "99.5"))
    assert place.run().code == 0
    assert place.made_again() == {"1.yml"}
    assert (place.out / "1.yml").read_text() == sloth("generate", "-i", str(place.specs / "1.yml")).out


def test_an_output_that_was_touched_is_made_again(place: _Place) -> None:
    """The cache knows what it made, not what became of it."""
    whole = (place.out / "2.yml").read_text()
    (place.out / "2.yml").write_text("touched")
    place.made_again()
    place.run()
    assert (place.out / "2.yml").read_text() == whole


def test_other_flags_and_versions_make_all_of_it_again(place: _Place) -> None:
    """A rule file depends on more than its spec."""
    place.run("-l", "a=b")
    assert place.made_again() == {"0.yml", "1.yml", "2.yml"}
    assert "a: b" in (place.out / "0.yml").read_text()


def test_findings_are_said_each_time(place: _Place) -> None:
    """A spec with something to say of it is never taken from the cache."""
    (place.specs / "0.yml").write_text(SPEC.replace("page_alert", "pageAlert"))
    assert "SLO002" in place.run().err
    assert "SLO002" in place.run().err


def test_a_cache_that_is_garbage_is_none(place: _Place) -> None:
    """Whatever stands in it, the rules are right."""
    for each in place.cache.rglob("*.json"):
        each.write_text("[1, 2")
    (place.specs / "1.yml").write_text(SPEC.replace("99.9", "99.5"))
    assert place.run().code == 0
    assert "99.5" in (place.out / "1.yml").read_text()
