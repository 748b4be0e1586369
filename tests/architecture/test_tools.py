"""`make tools` links programs of the PATH that fit, builds others whole or not at all, says what it cannot have."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(each for each in (ROOT / "platform/tools").iterdir() if each.is_dir())
MAIN = 'package main\n\nfunc main() { println("one") }\n'


class Checkout:
    """A checkout that holds nothing but the script and one module of two programs, `first` and `second`."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        (self.root / ".make").mkdir(parents=True)
        shutil.copy(ROOT / ".make/tools", self.root / ".make/tools")
        self.module = self.root / "platform/tools/pair"
        for name in ("first", "second"):
            (self.module / "cmd" / name).mkdir(parents=True)
            (self.module / "cmd" / name / "main.go").write_text(MAIN)
        tools = "".join(f"\tpair.invalid/cmd/{name}\n" for name in ("first", "second"))
        (self.module / "go.mod").write_text(f"module pair.invalid\n\ngo 1.21\n\ntool (\n{tools})\n")
        (self.module / "go.sum").touch()
        self.bin = self.root / ".tools/bin"
        self.cache = folder / "cache"
        self.path = folder / "path"
        self.path.mkdir()
        # Where the machine has a Go, this one hides it: it answers as none.
        self.program("go", "exit 127")

    def environment(self, go: str = "") -> dict[str, str]:
        """Return the variables of a run: a PATH of the machine's own tools, ours and perhaps Go's."""
        path = os.pathsep.join(filter(None, [go, str(self.path), "/usr/bin", "/bin"]))
        return {**os.environ, "PATH": path, "XDG_CACHE_HOME": str(self.cache)}

    def run(self, *names: str, go: str = "") -> subprocess.CompletedProcess[str]:
        """Run the script."""
        command = [str(self.root / ".make/tools"), *names]
        return subprocess.run(command, env=self.environment(go), capture_output=True, text=True, check=False)

    def requires(self, module: str, version: str) -> None:
        """Have the module hold its first program at a version, as one of another's modules would be."""
        text = (self.module / "go.mod").read_text()
        (self.module / "go.mod").write_text(f"{text}\nrequire (\n\t{module} {version} // indirect\n)\n")

    def program(self, name: str, script: str) -> Path:
        """Put a program on the PATH."""
        made = self.path / name
        made.write_text(f"#!/bin/sh\n{script}\n")
        made.chmod(0o755)
        return made


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture
def go() -> str:
    """Return the folder of a real Go."""
    found = shutil.which("go")
    if found is None:
        pytest.skip("no Go on the PATH")
    return str(Path(found).parent)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_every_module_is_pinned(module: Path) -> None:
    """Each says what it builds, from which sums, and no file of this machine replaces a part."""
    text = (module / "go.mod").read_text()
    assert text.startswith(f"module sightline.invalid/tools/{module.name}\n")
    assert re.search(r"^tool ", text, re.MULTILINE)
    assert (module / "go.sum").stat().st_size > 0
    assert not re.search(r"=> [./]", text)


@pytest.mark.slow
def test_builds_each_program_once(checkout: Checkout, go: str) -> None:
    """Two programs of one module come by name, by module or all; what is built is not built again."""
    assert checkout.run("first", go=go).stderr.count("building") == 1
    assert sorted(each.name for each in checkout.bin.iterdir()) == ["first"]
    done = checkout.run("pair", go=go)
    assert re.findall(r"building (\S+)", done.stderr) == ["second"]
    assert subprocess.run([checkout.bin / "second"], capture_output=True, check=True).stderr == b"one\n"
    assert checkout.run(go=go).stderr == ""
    with (checkout.module / "go.mod").open("a") as file:
        file.write("// another key\n")
    assert checkout.run(go=go).stderr.count("building") == 2


def test_takes_the_path_s_where_the_version_fits(checkout: Checkout) -> None:
    """Major and minor must be the module's; the patch may differ. It is asked as programs are: --version or version."""
    checkout.requires("pair.invalid/cmd/first", "v1.21.0")
    made = checkout.program("first", '[ "$1" = version ] && echo "First v1.21.4 (abc)" || exit 1')
    checkout.program("second", "echo v1.21.4")
    done = checkout.run()
    assert (checkout.bin / "first").resolve() == made
    assert "no second" in done.stderr
    for other in ("1.2.0", "1.210.0", "11.21.0", "2.1.21"):
        checkout.program("first", f"echo v{other}")
        (checkout.bin / "first").unlink()
        assert "no first 1.21.0 on the PATH, and no Go here" in checkout.run("first").stderr, other
        (checkout.bin / "first").symlink_to(made)


def test_an_older_go_is_told_and_no_failure(checkout: Checkout) -> None:
    """CI goes on: the tests that want the program skip."""
    checkout.program("go", "echo go1.20.14")
    done = checkout.run()
    assert done.returncode == 0
    assert "go1.20.14 here where Go 1.21 would build it: its tests will skip" in done.stderr
    assert not list(checkout.bin.iterdir())


@pytest.mark.slow
def test_what_does_not_build_fails_after_the_others(checkout: Checkout, go: str) -> None:
    """The compiler's words are shown, nothing half is kept, and the next program is still built."""
    (checkout.module / "cmd/first/main.go").write_text("package main\n\nfunc main() { nonsense() }\n")
    done = checkout.run(go=go)
    assert done.returncode == 2
    assert "undefined: nonsense" in done.stderr
    assert "error: first does not build" in done.stderr
    assert [each.name for each in checkout.bin.iterdir()] == ["second"]
    assert [each.name for each in checkout.cache.glob("sightline/tools/.*")] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_build_leaves_nothing_that_looks_whole(checkout: Checkout, number: int) -> None:
    """The run after it builds as if it had not been. The compiler is a script here: it has to be caught half-way."""
    checkout.program("go", 'case $1 in env) echo go1.99.0 ;; build) echo half > "$5"; sleep 60 ;; *) echo go ;; esac')
    command = [str(checkout.root / ".make/tools"), "first"]
    with subprocess.Popen(
        command, env=checkout.environment(), stderr=subprocess.DEVNULL, start_new_session=True
    ) as running:
        deadline = time.monotonic() + 20
        while not list(checkout.cache.glob("sightline/tools/.first.*/first")) and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(running.pid, number)
    assert not list(checkout.bin.iterdir())
    assert not list(checkout.cache.glob("sightline/tools/first-*"))
    checkout.program(
        "go", 'case $1 in env) echo go1.99.0 ;; build) echo "#!/bin/sh" > "$5"; chmod +x "$5" ;; *) echo go ;; esac'
    )
    assert checkout.run("first").returncode == 0
    assert (checkout.bin / "first").read_text() == "#!/bin/sh\n"


def test_an_unknown_name_is_refused_with_those_there_are(checkout: Checkout) -> None:
    """A typing error builds nothing."""
    done = checkout.run("fisrt")
    assert done.returncode == 2
    assert "no tool is called fisrt" in done.stderr
    assert "pair" in done.stderr
