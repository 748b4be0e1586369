"""A rollout: one server at a time, the leader last, and never on while something is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline_core.errors import SightlineError
from sightline_vault.model import Naming
from sightline_vault.rollout import Done, Pod, Replace, Standing, Wait, next_step, order, roll
from tests.support.servers import require
from tests.vault.chart.clusters import hub

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_kube.testing.servers.kube_apiserver import KubeApiServer


def pods(*revisions: str, active: int = 0) -> tuple[Pod, ...]:
    """Return ready pods of these revisions, one of them leading."""
    return tuple(Pod(f"vault-{i}", each, ready=True, active=i == active) for i, each in enumerate(revisions))


def test_standbys_come_first_and_the_leader_last() -> None:
    """From the highest ordinal down, whoever leads."""
    standing = Standing("new", 3, pods("old", "old", "old", active=2))
    assert [each.name for each in order(standing)] == ["vault-1", "vault-0", "vault-2"]
    assert next_step(Standing("new", 3, pods("old", "new", "new"))) == Replace(
        pods("old", "new", "new")[0], "it leads, and all others are done"
    )
    assert next_step(Standing("new", 3, pods("new", "new", "new"))) == Done()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"leaving": True}, "1 of 3 servers are being made anew"),
        ({"revision": "new", "ready": False}, "vault-1 is new and not ready"),
    ],
)
def test_nobody_is_replaced_while_another_is_away(change: dict[str, Any], why: str) -> None:
    """Ending, missing, or new and not yet unsealed: all of it is waited for."""
    found = pods("old", "old", "old")
    assert next_step(Standing("new", 3, (found[0], replace(found[1], **change), found[2]))) == Wait(why)


def test_a_missing_pod_and_two_leaders_are_waited_for() -> None:
    """Who leads must be known before a standby can be told from it."""
    assert next_step(Standing("new", 3, pods("old", "old"))) == Wait("1 of 3 servers are being made anew")
    none = tuple(replace(each, active=False) for each in pods("old", "old", "old"))
    assert next_step(Standing("new", 3, none)) == Wait("nobody leads, or two say that they do")


def test_what_gives_no_quorum_is_replaced_first() -> None:
    """A stale pod that is not ready may be what the rollout is to mend."""
    found = pods("old", "old", "old")
    step = next_step(Standing("new", 3, (found[0], replace(found[1], ready=False), found[2])))
    assert isinstance(step, Replace)
    assert step.pod.name == "vault-1"


@dataclass
class Simulated:
    """A StatefulSet whose pods take some looks to come back; another leads once the leader is gone."""

    found: list[Pod]
    delays: list[int]
    revision: str = "new"
    deleted: list[str] = field(default_factory=list)
    led: list[bool] = field(default_factory=list)
    back: dict[str, int] = field(default_factory=dict)

    def standing(self) -> Standing | None:
        """Let time go on by one look."""
        for index, each in enumerate(self.found):
            if each.name in self.back:
                self.back[each.name] -= 1
                if self.back[each.name] <= 0:
                    del self.back[each.name]
                    self.found[index] = Pod(each.name, self.revision, ready=True)
        if not any(each.active for each in self.found):
            ready = next(index for index, each in enumerate(self.found) if each.ready)
            self.found[ready] = replace(self.found[ready], active=True)
        return Standing(self.revision, len(self.found), tuple(self.found))

    def delete(self, pod: str) -> None:
        """Take a pod away."""
        assert not self.back, "a second server went while one was away"
        index = next(i for i, each in enumerate(self.found) if each.name == pod)
        self.deleted.append(pod)
        self.led.append(self.found[index].active)
        self.found[index] = Pod(pod, "old", ready=False, leaving=True)
        self.back[pod] = self.delays[len(self.deleted) % len(self.delays)]


@settings(max_examples=50)
@given(
    st.sampled_from([3, 5, 7]).flatmap(
        lambda n: st.tuples(
            st.lists(st.sampled_from(["old", "new"]), min_size=n, max_size=n),
            st.integers(0, n - 1),
            st.lists(st.integers(1, 5), min_size=1, max_size=4),
        )
    )
)
def test_every_rollout_ends_with_one_change_of_leader_at_most(case: tuple[list[str], int, list[int]]) -> None:
    """Whoever is stale and whoever leads: each stale pod goes once, no two at once, and the leader after the others."""
    revisions, leader, delays = case
    cluster = Simulated(list(pods(*revisions, active=leader)), delays)
    stale = {each.name for each in cluster.found if each.revision == "old"}
    ticks = iter(range(10_000))
    count = roll(
        cluster,
        healthy=lambda: "",
        clock=lambda: float(next(ticks)),
        pause=lambda _: None,
        tell=lambda _: None,
        within=100,
    )
    assert (count, sorted(cluster.deleted)) == (len(stale), sorted(stale))
    assert cluster.led == [False] * (len(stale) - 1) + [revisions[leader] == "old"] if stale else not cluster.led


def test_it_stands_still_where_a_server_does_not_come_back_or_autopilot_objects() -> None:
    """After the time for one server, with what was waited for; nothing more is replaced."""
    told: list[str] = []
    for delay, objection in ((10_000, ""), (1, "autopilot says that no server can be spared")):
        cluster = Simulated(list(pods("old", "old", "old")), [delay])
        ticks = iter(range(10_000))
        with pytest.raises(SightlineError, match="the rollout stands still") as stopped:
            roll(
                cluster,
                healthy=lambda objection=objection: objection,  # type: ignore[misc]
                clock=lambda ticks=ticks: float(next(ticks)),  # type: ignore[misc]
                pause=lambda _: None,
                tell=told.append,
                within=20,
            )
        assert len(cluster.deleted) == (0 if objection else 1)
        assert (objection or "1 of 3 servers are being made anew") in stopped.value.why
    assert told.count("waiting: 1 of 3 servers are being made anew") == 1


@pytest.mark.real_servers
def test_real_kubectl_finds_and_replaces_the_pods(kube_apiserver: KubeApiServer, tmp_path: Path) -> None:
    """Over a real API server; the test plays the controller and the kubelet: pods come back of the new revision."""
    require("kubectl")
    from sightline_kube.testing.servers.program import need
    from sightline_vault.rollout.kubectl import Kubectl

    spec = hub(namespace="rollout", nodes=3)
    names = Naming(spec)
    kube_apiserver.namespace("rollout")
    kube_apiserver.service_account("rollout", "default")
    owner = "/apis/apps/v1/namespaces/rollout/statefulsets"
    template = {"metadata": {"labels": dict(names.labels)}, "spec": {"containers": [{"name": "a", "image": "a"}]}}
    body = {"replicas": 3, "serviceName": "x", "selector": {"matchLabels": dict(names.labels)}, "template": template}
    made = kube_apiserver.ask("POST", owner, {"metadata": {"name": spec.name}, "spec": body}).expect()
    cluster = Kubectl(spec, (need("kubectl"), f"--kubeconfig={kube_apiserver.kubeconfig(tmp_path / 'config')}"))
    assert cluster.standing() is None
    made["status"] = {"replicas": 3, "observedGeneration": made["metadata"]["generation"], "updateRevision": "new"}
    kube_apiserver.ask("PUT", f"{owner}/{spec.name}/status", made).expect()
    path = "/api/v1/namespaces/rollout/pods"
    deleted: list[str] = []

    def make(name: str, revision: str, *, active: bool = False) -> None:
        labels = {**names.labels, "controller-revision-hash": revision, "vault-active": str(active).lower()}
        pod = {"metadata": {"name": name, "labels": labels}, "spec": template["spec"]}
        found = kube_apiserver.ask("POST", path, pod).expect()
        found["status"] = {"conditions": [{"type": "Ready", "status": "True"}]}
        kube_apiserver.ask("PUT", f"{path}/{name}/status", found).expect()

    def come_back(_: float) -> None:
        for name in names.pods:
            if kube_apiserver.ask("GET", f"{path}/{name}").status == 404:
                deleted.append(name)
                make(name, "new", active=name == "vault-0")

    for name in names.pods:
        make(name, "old", active=name == "vault-0")
    ticks = iter(range(100))
    count = roll(
        cluster,
        healthy=lambda: "",
        clock=lambda: float(next(ticks)),
        pause=come_back,
        tell=lambda _: None,
        within=20,
    )
    assert (count, deleted) == (3, ["vault-2", "vault-1", "vault-0"])
    with pytest.raises(SightlineError, match="kubectl refused"):
        cluster.delete("vault-9")
    with pytest.raises(SightlineError, match="kubectl is not there"):
        Kubectl(spec, (str(tmp_path / "kubectl"),)).standing()
