"""A compile that is killed at any point, or that meets one bad spec, leaves the previous outputs whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sightline_core.cli import run
from sightline_slo.outputs import NAMES

BOTH = """\
      events:
        prometheus:
          error_query: sum(rate({name}_failed_total[{{{{.window}}}}]))
          total_query: sum(rate({name}_total[{{{{.window}}}}]))
        datadog:
          error_query: sum:{name}.failed{{*}}.as_count()
          total_query: sum:{name}.attempted{{*}}.as_count()
"""
OBJECTIVES = {
    "before": {"kept": 99.5, "changed": 99.5, "gone": 99.5},
    "after": {"kept": 99.5, "changed": 99.9, "new": 99},
}


def text(name: str, objective: float) -> str:
    sli = BOTH.format(name=name)
    return (
        f"version: sightline/v1\nservice: {name}\nslos:\n  - name: success\n    objective: {objective}\n    sli:\n{sli}"
    )


def specs(folder: Path, when: str) -> Path:
    folder.mkdir()
    for name, objective in OBJECTIVES[when].items():
        (folder / f"{name}.yaml").write_text(text(name, objective))
    return folder


def contents(out: Path) -> dict[str, bytes]:
    """Return every file that a reader of the directory takes: those of a run under way lie hidden."""
    files = (each for each in out.rglob("*") if each.is_file() and ".sightline-slo-" not in str(each))
    return {str(each.relative_to(out)): each.read_bytes() for each in files if not each.name.endswith(".tmp")}


def visible(out: Path) -> dict[str, bytes]:
    return {name: each for name, each in contents(out).items() if not name.startswith(".")}


@pytest.mark.slow
@pytest.mark.parametrize("backend", list(NAMES))
def test_killed_at_any_point_the_outputs_are_whole_and_the_next_run_mends_all(backend: str, tmp_path: Path) -> None:
    """Every file is the old one or the new one, none is lost before its time, and a run completes it."""
    former, later = specs(tmp_path / "former", "before"), specs(tmp_path / "later", "after")
    old, new, out = tmp_path / "old", tmp_path / "new", tmp_path / "out"
    for source, place in ((former, old), (later, new)):
        assert run(["slo", "compile", str(source), "--backend", backend, "-o", str(place)]) == 0
    before, after = visible(old), visible(new)
    assert before != after
    assert backend == "terraform" or (before.keys() - after.keys() and after.keys() - before.keys())
    command = ["slo", "compile", str(later), "--backend", backend, "-o", str(out)]
    killer = [sys.executable, str(Path(__file__).with_name("killer.py")), str(out), *command]
    shutil.copytree(old, out)
    killed = 0
    with subprocess.Popen(
        killer, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for point in range(1, 500):
            shutil.rmtree(out)
            shutil.copytree(old, out)
            process.stdin.write(f"{point}\n")
            process.stdin.flush()
            answer = process.stdout.readline().strip()
            there = visible(out)
            for name, content in there.items():
                assert content in {before.get(name), after.get(name)}, f"{name} is broken at point {point}"
            if not after.keys() <= there.keys():
                assert before.keys() <= there.keys(), f"something old went before all that is new was there, at {point}"
            assert run(command) == 0
            assert contents(out) == contents(new)
            left = [*out.rglob("*.tmp"), *out.glob(".sightline-slo-*")]
            assert not left, f"a piece stays behind of the run that was killed at {point}"
            if answer != "killed":
                assert answer == "0"
                break
            killed = point
        process.stdin.close()
    assert killed > 2 * len(after)


@pytest.mark.parametrize("backend", list(NAMES))
def test_one_bad_spec_among_many_changes_nothing(backend: str, tmp_path: Path) -> None:
    """Not a byte, not a time stamp, and nothing new: whatever else would have been written."""
    out = tmp_path / "out"
    former, later = specs(tmp_path / "former", "before"), specs(tmp_path / "later", "after")
    assert run(["slo", "compile", str(former), "--backend", backend, "-o", str(out)]) == 0
    before = {name: ((out / name).read_bytes(), (out / name).stat().st_mtime_ns) for name in contents(out)}
    (later / "z.yaml").write_text(text("z", 100))
    assert run(["slo", "compile", str(later), "--backend", backend, "-o", str(out)]) == 1
    assert {name: ((out / name).read_bytes(), (out / name).stat().st_mtime_ns) for name in contents(out)} == before


def test_what_others_put_beside_is_left_alone(tmp_path: Path) -> None:
    """Only files of the manifest go; two backends in one directory do not delete one another's."""
    out = tmp_path / "out"
    former, later = specs(tmp_path / "former", "before"), specs(tmp_path / "later", "after")
    for backend in ("prometheus", "datadog"):
        assert run(["slo", "compile", str(former), "--backend", backend, "-o", str(out)]) == 0
    (out / "mine.yaml").write_text("mine")
    both = visible(out)
    assert run(["slo", "compile", str(later), "--backend", "prometheus", "-o", str(out)]) == 0
    there = visible(out)
    assert there["mine.yaml"] == b"mine"
    assert {name for name in both if name.endswith(".json")} <= there.keys()
    assert not any("gone" in name for name in there if name.endswith((".yaml", ".yml")))
