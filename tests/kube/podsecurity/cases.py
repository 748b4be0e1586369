"""Pods by control of the Pod Security Standards: for each some that pass and some that do not.

The API server must say the same of each, which another test asks where there is one.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_kube.podsecurity.profiles import Profile

if TYPE_CHECKING:
    from collections.abc import Iterator

GOOD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "case", "namespace": "default"},
    "spec": {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "one",
                "image": "registry.example/one:1",
                "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            }
        ],
    },
}
"""A pod that the strictest profile takes."""

GONE = object()
"""Takes a field away."""


@dataclass(frozen=True)
class Case:
    """One pod. `control` is what the admission controller calls the control that it is about."""

    title: str
    profile: Profile
    control: str
    passes: bool
    pod: dict[str, Any]


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the good pod with fields set by dotted paths; `c` is its container, `i` an init container like it."""
    pod = copy.deepcopy(GOOD)
    containers = pod["spec"]["containers"]
    if any(path.split(".")[0] == "i" for path in changes):
        pod["spec"]["initContainers"] = [{**copy.deepcopy(containers[0]), "name": "first"}]
    roots = {
        "c": containers[0],
        "i": pod["spec"].get("initContainers", [None])[0],
        "s": pod["spec"],
        "m": pod["metadata"],
    }
    for path, value in changes.items():
        root, *steps = path.split("|") if "|" in path else path.split(".")
        here = roots[root]
        for step in steps[:-1]:
            here = here.setdefault(step, {})
        if value is GONE:
            here.pop(steps[-1], None)
        else:
            here[steps[-1]] = value
    return pod


SC = "c.securityContext"
PSC = "s.securityContext"
NO_SECCOMP = {f"{PSC}.seccompProfile": GONE}
WINDOWS = {
    "s.os": {"name": "windows"},
    "s.securityContext": {"runAsNonRoot": True},
    "c.securityContext": GONE,
}
_BASELINE: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "windowsHostProcess": (
        [{f"{PSC}.windowsOptions": {"hostProcess": False}}, {f"{SC}.windowsOptions": {}}],
        [
            {f"{PSC}.windowsOptions": {"hostProcess": True}, "s.hostNetwork": True},
            {f"{SC}.windowsOptions": {"hostProcess": True}, "s.hostNetwork": True},
        ],
    ),
    "hostNamespaces": (
        [{"s.hostNetwork": False, "s.hostPID": False, "s.hostIPC": False}],
        [{"s.hostNetwork": True}, {"s.hostPID": True}, {"s.hostIPC": True}],
    ),
    "privileged": (
        [{f"{SC}.privileged": False}],
        [
            {f"{SC}.privileged": True, f"{SC}.allowPrivilegeEscalation": GONE},
            {"i.securityContext.privileged": True, "i.securityContext.allowPrivilegeEscalation": GONE},
        ],
    ),
    "capabilities_baseline": (
        [{f"{SC}.capabilities": {"add": ["CHOWN", "KILL", "SYS_CHROOT"]}}, {f"{SC}.capabilities": GONE}],
        [{f"{SC}.capabilities": {"add": ["NET_RAW"]}}, {"i.securityContext.capabilities": {"add": ["CHOWN", "BPF"]}}],
    ),
    "hostPathVolumes": (
        [{"s.volumes": [{"name": "a", "emptyDir": {}}, {"name": "b"}]}],
        [{"s.volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "hostPath": {"path": "/a"}}]}],
    ),
    "hostPorts": (
        [{"c.ports": [{"containerPort": 80}]}, {"c.ports": [{"containerPort": 80, "hostPort": 0}]}],
        [{"c.ports": [{"containerPort": 80}, {"containerPort": 81, "hostPort": 81}]}],
    ),
    "hostProbesAndHostLifecycle": (
        [{"c.livenessProbe": {"httpGet": {"port": 80}}}, {"c.lifecycle": {"preStop": {"exec": {"command": ["x"]}}}}],
        [
            {"c.livenessProbe": {"httpGet": {"port": 80, "host": "127.0.0.1"}}},
            {"c.startupProbe": {"tcpSocket": {"port": 80, "host": "a"}}},
            {"c.lifecycle": {"postStart": {"httpGet": {"port": 80, "host": "a"}}}},
        ],
    ),
    "appArmorProfile": (
        [{f"{PSC}.appArmorProfile": {"type": "RuntimeDefault"}}],
        [{f"{PSC}.appArmorProfile": {"type": "Unconfined"}}, {f"{SC}.appArmorProfile": {"type": "Unconfined"}}],
    ),
    "seLinuxOptions": (
        [{f"{PSC}.seLinuxOptions": {"type": "container_engine_t"}}, {f"{SC}.seLinuxOptions": {"level": "s0"}}],
        [
            {f"{PSC}.seLinuxOptions": {"type": "spc_t"}},
            {f"{SC}.seLinuxOptions": {"user": "system_u"}},
            {f"{SC}.seLinuxOptions": {"role": "sysadm_r"}},
        ],
    ),
    "procMount": (
        [{f"{SC}.procMount": "Default"}, {f"{SC}.procMount": "Unmasked", "s.hostUsers": False}],
        [{f"{SC}.procMount": "Unmasked"}],
    ),
    "seccompProfile_baseline": (
        [NO_SECCOMP, {f"{SC}.seccompProfile": {"type": "Localhost", "localhostProfile": "x"}}],
        [{f"{PSC}.seccompProfile": {"type": "Unconfined"}}, {f"{SC}.seccompProfile": {"type": "Unconfined"}}],
    ),
    "sysctls": (
        [
            {
                f"{PSC}.sysctls": [
                    {"name": "net.ipv4.tcp_rmem", "value": "1"},
                    {"name": "kernel.shm_rmid_forced", "value": "0"},
                ]
            }
        ],
        [{f"{PSC}.sysctls": [{"name": "kernel.msgmax", "value": "1"}]}],
    ),
}
_RESTRICTED: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "restrictedVolumes": (
        [
            {"s.volumes": [{"name": "a", "configMap": {"name": "a"}}, {"name": "b", "secret": {"secretName": "b"}}]},
            {"s.volumes": [{"name": "a", "persistentVolumeClaim": {"claimName": "a"}}, {"name": "b"}]},
        ],
        [
            {"s.volumes": [{"name": "a", "hostPath": {"path": "/a"}}]},
            {"s.volumes": [{"name": "a", "nfs": {"server": "a", "path": "/"}}]},
        ],
    ),
    "allowPrivilegeEscalation": (
        [{**WINDOWS}],
        [{f"{SC}.allowPrivilegeEscalation": GONE}, {"i.securityContext.allowPrivilegeEscalation": True}],
    ),
    "runAsNonRoot": (
        [
            {f"{PSC}.runAsNonRoot": GONE, f"{SC}.runAsNonRoot": True},
            {f"{PSC}.runAsNonRoot": GONE, "s.hostUsers": False},
        ],
        [
            {f"{PSC}.runAsNonRoot": GONE},
            {f"{PSC}.runAsNonRoot": False, f"{SC}.runAsNonRoot": True},
            {"i.securityContext.runAsNonRoot": False},
        ],
    ),
    "runAsUser": (
        [{f"{PSC}.runAsUser": 1}, {f"{PSC}.runAsUser": 0, "s.hostUsers": False}],
        [{f"{PSC}.runAsUser": 0}, {f"{SC}.runAsUser": 0}, {"i.securityContext.runAsUser": 0}],
    ),
    "seccompProfile_restricted": (
        [{**NO_SECCOMP, f"{SC}.seccompProfile": {"type": "RuntimeDefault"}}, {**WINDOWS}],
        [
            NO_SECCOMP,
            {f"{SC}.seccompProfile": {"type": "Unconfined"}},
            {f"{PSC}.seccompProfile": {"type": "Unconfined"}, f"{SC}.seccompProfile": {"type": "RuntimeDefault"}},
        ],
    ),
    "capabilities_restricted": (
        [{f"{SC}.capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}, {**WINDOWS}],
        [
            {f"{SC}.capabilities": GONE},
            {f"{SC}.capabilities": {"drop": ["NET_RAW"]}},
            {f"{SC}.capabilities": {"drop": ["ALL"], "add": ["CHOWN"]}},
        ],
    ),
    "procMount_restricted": (
        [{f"{SC}.procMount": "Default", "s.hostUsers": False}],
        [{f"{SC}.procMount": "Unmasked", "s.hostUsers": False}],
    ),
}


def cases() -> Iterator[Case]:
    """Yield every case."""
    for profile, table in ((Profile.BASELINE, _BASELINE), (Profile.RESTRICTED, _RESTRICTED)):
        for control, (good, bad) in table.items():
            for passes, every in ((True, good), (False, bad)):
                for number, changes in enumerate(every, 1):
                    title = f"{control}-{'good' if passes else 'bad'}-{number}"
                    yield Case(title, profile, control, passes, changed(changes))


CASES = tuple(cases())
