"""The layout holds: nothing of ours shadows Python, every package is prefixed, every layer keeps its place."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = sorted(
    [*ROOT.glob("platform/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml"), *ROOT.glob("*/pyproject.toml")]
)
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
TOP_LEVEL = {
    *{"services", "slo", "synthetics", "dashboards", "platform", "tests", "docs", "benchmarks", "Makefile", "LICENSE"},
    *{"docker-compose.yml", "pyproject.toml", "requirements.lock"},
    *{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"},
}


def test_standard_library_is_not_shadowed() -> None:
    """No folder with an `__init__.py` is named like a module of Python: `platform/__init__.py` would break all."""
    packages = {Path(name).parent.name: name for name in TRACKED if name.endswith("/__init__.py")}
    assert {name: where for name, where in packages.items() if name in sys.stdlib_module_names} == {}
    assert not [
        name
        for name in TRACKED
        if name.count("/") == 1 and name.endswith("/__init__.py") and name != "tests/__init__.py"
    ]


def test_platform_is_the_standard_library_s() -> None:
    """With the root on the path, `import platform` is Python's."""
    script = "import platform, uuid; assert platform.system()"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_top_level_is_fixed() -> None:
    """A newcomer finds the same rooms tomorrow; dot files aside, nothing is added to the root."""
    assert {name.split("/")[0] for name in TRACKED if not name.startswith(".")} <= TOP_LEVEL


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.parent.name)
class TestMember:
    def test_holds_one_prefixed_package(self, project: Path) -> None:
        """`src/` holds exactly `sightline_<folder>`, typed."""
        packages = [each.name for each in (project.parent / "src").iterdir() if not each.name.startswith((".", "__"))]
        assert packages == [f"sightline_{project.parent.name}"]
        assert (project.parent / "src" / packages[0] / "py.typed").is_file()

    def test_configures_no_tool(self, project: Path) -> None:
        """Tools are configured once, in the root; a member is described, not configured."""
        content = tomllib.loads(project.read_text())
        assert set(content) <= {"project", "build-system"}
        assert "Private :: Do Not Upload" in content["project"]["classifiers"]

    def test_is_in_the_workspace_and_has_a_readme(self, project: Path) -> None:
        """The root installs it, and its README says what it is."""
        root = tomllib.loads((ROOT / "pyproject.toml").read_text())
        name = tomllib.loads(project.read_text())["project"]["name"]
        assert name in [re.split(r"[\[>=]", each)[0] for each in root["project"]["dependencies"]]
        assert root["tool"]["uv"]["sources"][name] == {"workspace": True}
        assert len((project.parent / "README.md").read_text()) > 60

    @pytest.mark.slow
    def test_builds_a_wheel_with_one_package(self, project: Path, tmp_path: Path) -> None:
        """What is shipped is the one package, its data included, and nothing beside it."""
        command = ["-m", "uv", "build", "--quiet", "--wheel", "--no-build-isolation", "--offline"]
        subprocess.run(
            [sys.executable, *command, "--python", sys.executable, "--out-dir", str(tmp_path), str(project.parent)],
            check=True,
        )
        (wheel,) = tmp_path.glob("*.whl")
        tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
        assert {top for top in tops if not top.endswith(".dist-info")} == {f"sightline_{project.parent.name}"}


def test_layers_are_kept() -> None:
    """import-linter's contracts hold: a lower layer never imports a higher one, siblings never each other."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
