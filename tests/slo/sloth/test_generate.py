"""`generate`: what stands in a rule file, where it goes, and that it is there whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.support.golden import hold

from .calling import CRD, OPENSLO, SPEC, sloth

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(("name", "text"), [("v1", SPEC), ("crd", CRD), ("openslo", OPENSLO)])
def test_each_form_gives_its_golden_file(name: str, text: str, tmp_path: Path) -> None:
    """Groups, names, labels, factors and folding stay as they are."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(text)
    answer = sloth("generate", "-i", str(spec))
    assert answer.code == 0, answer.err
    hold(GOLDEN / f"{name}.yaml", answer.out)


def test_a_file_and_standard_output_get_the_same(tmp_path: Path) -> None:
    """`-o` changes the place alone."""
    spec, out = tmp_path / "spec.yaml", tmp_path / "rules.yaml"
    spec.write_text(SPEC)
    assert sloth("generate", "-i", str(spec), "-o", str(out)).code == 0
    assert out.read_text() == sloth("generate", "-i", str(spec)).out


def test_documents_before_a_wrong_one_are_on_standard_output(tmp_path: Path) -> None:
    """Sloth writes as it goes, and so does this; the exit code says that something is missing."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"{SPEC}---\nversion: prometheus/v9\n")
    answer = sloth("generate", "-i", str(spec))
    assert answer.code == 1
    assert answer.out.count("# DO NOT EDIT") == 1
    assert "invalid spec" in answer.err


@pytest.mark.parametrize(
    ("flags", "kinds"),
    [((), {"record", "alert"}), (("--disable-alerts",), {"record"}), (("--disable-recordings",), {"alert"})],
)
def test_a_kind_of_rules_can_be_left_out(flags: tuple[str, ...], kinds: set[str], tmp_path: Path) -> None:
    """What is left out leaves no empty group behind."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC)
    groups = yaml.safe_load(sloth("generate", "-i", str(spec), *flags).out)["groups"]
    assert {
        kind for group in groups for rule in group["rules"] for kind in rule if kind in {"record", "alert"}
    } == kinds
    assert all(group["rules"] for group in groups)


def test_without_any_rule_it_fails(tmp_path: Path) -> None:
    """Nothing generated must not look like success."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC)
    answer = sloth("generate", "-i", str(spec), "--disable-alerts", "--disable-recordings")
    assert (answer.code, answer.out) == (1, "")
    assert "0 SLO Prometheus rules generated" in answer.err


def test_a_directory_keeps_its_shape(tmp_path: Path) -> None:
    """Each file goes to the same place below the output; what is excluded goes nowhere."""
    specs, out = tmp_path / "specs", tmp_path / "out"
    (specs / "deep").mkdir(parents=True)
    out.mkdir()
    for each in ("a.yml", "deep/b.YAML", "deep/c.txt", "skipped.yml"):
        (specs / each).write_text(SPEC)
    assert sloth("generate", "-i", str(specs), "-o", str(out), "-e", "skip").code == 0
    assert sorted(os.path.relpath(each, out) for each in out.rglob("*.*")) == ["a.yml", "deep/b.YAML"]


def test_one_bad_spec_among_many_leaves_every_output_as_it_was(tmp_path: Path) -> None:
    """Sloth would have emptied all of them."""
    specs, out = tmp_path / "specs", tmp_path / "out"
    specs.mkdir()
    out.mkdir()
    for each in range(5):
        (specs / f"{each}.yml").write_text(SPEC)
        (out / f"{each}.yml").write_text(f"as it was {each}")
    (specs / "3.yml").write_text(SPEC.replace("99.9", "101"))
    answer = sloth("generate", "-i", str(specs), "-o", str(out))
    assert answer.code == 1
    assert "3.yml" in answer.err
    assert {each.name: each.read_text() for each in out.iterdir()} == {f"{n}.yml": f"as it was {n}" for n in range(5)}


def test_an_openslo_objective_without_a_target_is_what_kills_sloth(tmp_path: Path) -> None:
    """Go's exit code of a panic is 2."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(OPENSLO.replace("target: 0.999", "value: 1"))
    assert sloth("generate", "-i", str(spec)).code == 2


@pytest.mark.slow
def test_killed_at_any_moment_every_output_is_whole(tmp_path: Path) -> None:
    """Each file is the old one or the new one, and the next run takes away what the killed one left."""
    specs, out = tmp_path / "specs", tmp_path / "out"
    specs.mkdir()
    out.mkdir()
    for each in range(300):
        (specs / f"{each}.yml").write_text(SPEC.replace("cart", f"cart-{each}"))
    command = [SIGHTLINE, "slo", "sloth", "generate", "-i", str(specs), "-o", str(out)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run(command, check=True, env=environment)
    first = {each.name: each.read_text() for each in out.iterdir()}
    began = time.monotonic()
    subprocess.run([*command, "-l", "a=warm"], check=True, env=environment)
    took = time.monotonic() - began
    old = {each.name: each.read_text() for each in out.iterdir()}
    assert old != first
    for moment in range(10):
        process = subprocess.Popen([*command, "-l", f"a={moment}"], env=environment)
        time.sleep(took * moment / 10)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for file in out.glob("*.yml"):
            text = file.read_text()
            rules = yaml.load(text, yaml.CSafeLoader)
            assert len(rules["groups"]) == 3
            assert text.endswith("\n")
    subprocess.run(command, check=True, env=environment)
    assert {each.name: each.read_text() for each in out.iterdir()} == first


def test_our_own_command_gives_the_same_bytes(tmp_path: Path) -> None:
    """`compile --compat sloth`: a file to standard output or into a directory, a directory into one."""
    spec, out = tmp_path / "spec.yaml", tmp_path / "out"
    spec.write_text(SPEC)
    expected = sloth("generate", "-i", str(spec)).out
    compat = [SIGHTLINE, "slo", "compile", "--compat", "sloth"]
    printed = subprocess.run([*compat, str(spec)], capture_output=True, check=True, text=True)
    assert printed.stdout == expected
    subprocess.run([*compat, str(spec), "-o", str(out)], check=True)
    assert (out / "spec.yaml").read_text() == expected
    spec.write_text(SPEC.replace("99.9", "0"))
    assert subprocess.run([*compat, str(spec)], capture_output=True, check=False).returncode == 1
