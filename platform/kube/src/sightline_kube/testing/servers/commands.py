"""helm and kubectl as real commands, with a home of their own, so that no setting of the machine changes an answer."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .program import need

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Command:
    """A program with a folder as its home and, where it speaks to a cluster, a kubeconfig."""

    program: str
    home: Path
    kubeconfig: Path | None = None

    def run(self, *arguments: str, stdin: str = "", within: float = 120) -> subprocess.CompletedProcess[str]:
        """Run it; the answer holds code, output and error as they came."""
        environment = {"PATH": os.defpath, "HOME": str(self.home), "XDG_CACHE_HOME": str(self.home / "cache")}
        # Naming no file keeps helm and kubectl from a cluster that the machine knows.
        environment["KUBECONFIG"] = str(self.kubeconfig or self.home / "no-kubeconfig")
        return subprocess.run(  # noqa: S603 - the program that the tests name
            [self.program, *arguments],
            cwd=self.home,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=within,
        )


def helm(home: Path, kubeconfig: Path | None = None) -> Command:
    """Return helm 4."""
    home.mkdir(parents=True, exist_ok=True)
    return Command(need("helm"), home, kubeconfig)


def kubectl(home: Path, kubeconfig: Path) -> Command:
    """Return kubectl for a cluster."""
    home.mkdir(parents=True, exist_ok=True)
    return Command(need("kubectl"), home, kubeconfig)
