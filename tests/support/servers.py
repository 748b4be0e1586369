"""Real servers as fixtures, for every suite: a test that asks for one imports nothing, and skips where there is none.

Mark such a test `real_servers`: `make test-platform` runs it, the quick suite does not. Each server of these fixtures
lives for the session; a test that breaks one starts its own by `sightline_kube.testing.servers`. Logs are in pytest's
temporary folder (the last three runs are kept), and a failure shows the end of each.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from sightline_kube.testing.servers.commands import Command
    from sightline_kube.testing.servers.kms_faults import FaultyKms
    from sightline_kube.testing.servers.kube_apiserver import KubeApiServer
    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault_cluster import VaultCluster


def require(*programs: str) -> None:
    """Skip the test, saying why, where a program is not to be had (`moto` is a package, the others are binaries)."""
    reasons = [
        f"no {name}: install the development dependencies" for name in programs if name == "moto" and not _moto()
    ]
    binaries = [name for name in programs if name != "moto"]
    if binaries:
        program = pytest.importorskip("sightline_kube.testing.servers.program")
        reasons += filter(None, [program.missing(*binaries)])
    if reasons:
        pytest.skip("; ".join(reasons))


def _moto() -> bool:
    from sightline_kube.testing.servers import moto

    return moto.installed()


@pytest.fixture(scope="session")
def kube_apiserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubeApiServer]:
    """A real API server without controllers. Work in a namespace of the test's own."""
    require("etcd", "kube-apiserver")
    from sightline_kube.testing.servers import kube_apiserver as servers

    with servers.kube_apiserver(tmp_path_factory.mktemp("kube")) as made:
        yield made


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moto]:
    """AWS's stand-in. Work with keys and buckets of the test's own."""
    require("moto")
    from sightline_kube.testing.servers import moto as servers

    with servers.moto(tmp_path_factory.mktemp("moto")) as made:
        yield made


@pytest.fixture
def faulty_kms(moto: Moto) -> Iterator[FaultyKms]:
    """A KMS that a test may break, before the session's moto."""
    from sightline_kube.testing.servers import kms_faults

    with kms_faults.faulty_kms(moto.url) as made:
        yield made


@pytest.fixture(scope="session")
def vault_cluster(tmp_path_factory: pytest.TempPathFactory, moto: Moto) -> Iterator[VaultCluster]:
    """Three Vault servers over TLS, sealed by the session's moto. Work in mounts and policies of the test's own."""
    require("vault")
    from sightline_kube.testing.servers import vault_cluster as servers
    from sightline_kube.testing.servers.vault import KmsSeal

    seal = KmsSeal(moto.url, moto.create_key())
    with servers.vault_cluster(tmp_path_factory.mktemp("vault"), seal) as made:
        yield made


@pytest.fixture(scope="session")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Helm 4, knowing no cluster."""
    require("helm")
    from sightline_kube.testing.servers import commands

    return commands.helm(tmp_path_factory.mktemp("helm"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs real servers is slow, too: the quick suite leaves it out wherever it is started from."""
    for item in items:
        if item.get_closest_marker("real_servers"):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
    call: pytest.CallInfo[None],  # noqa: ARG001 - a hook is called by name
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the end of the log of every open server below a failure."""
    report = yield
    if report.failed and item.get_closest_marker("real_servers"):
        process = sys.modules.get("sightline_kube.testing.servers.process")
        for server in process.open_servers() if process else []:
            report.sections.append((f"log of {server.name}, {server.log}", server.tail()))
    return report
