"""Fields that other checks read are of the type the API gives them: a quoted `"true"` must not pass for absent.

The API server refuses these, too; a linter that reads them as absent would call a pod safe that was never judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Severity
from sightline_kube.pods import CONTAINER_LISTS, templates
from sightline_kube.rules import Finding
from sightline_kube.shapes import Path, items, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle, Manifest
    from sightline_kube.pods import PodTemplate

CODE = "KUBE004"
SEVERITY = Severity.ERROR

_SECURITY: dict[str, Any] = {
    "privileged": bool,
    "allowPrivilegeEscalation": bool,
    "readOnlyRootFilesystem": bool,
    "runAsNonRoot": bool,
    "runAsUser": int,
    "procMount": str,
    "capabilities": {"add": [str], "drop": [str]},
    "seccompProfile": {"type": str},
    "appArmorProfile": {"type": str},
    "seLinuxOptions": {"type": str, "user": str, "role": str},
    "windowsOptions": {"hostProcess": bool},
    "sysctls": [{"name": str, "value": str}],
}
_HANDLER = {"httpGet": {"host": str}, "tcpSocket": {"host": str}}
_CONTAINER: dict[str, Any] = {
    "name": str,
    "image": str,
    "securityContext": _SECURITY,
    "ports": [{"name": str, "containerPort": int, "hostPort": int, "protocol": str}],
    "resources": {"requests": {}, "limits": {}},
    "volumeMounts": [{"name": str, "mountPath": str}],
    **dict.fromkeys(("livenessProbe", "readinessProbe", "startupProbe"), _HANDLER),
    "lifecycle": {"postStart": _HANDLER, "preStop": _HANDLER},
}
_POD: dict[str, Any] = {
    **dict.fromkeys(("hostNetwork", "hostPID", "hostIPC", "hostUsers", "automountServiceAccountToken"), bool),
    "securityContext": _SECURITY,
    "serviceAccountName": str,
    "volumes": [{"name": str}],
    "os": {"name": str},
    **{each: [_CONTAINER] for each in CONTAINER_LISTS},
}
_METADATA = {"labels": {"*": str}, "annotations": {"*": str}, "namespace": str}
_CALLED = {bool: "true or false", int: "a number", str: "text"}


def check(bundle: Bundle) -> Iterator[Finding]:
    """Report each field of another type, once, at its place."""
    for manifest in bundle.manifests:
        yield from _wrong(manifest, ("metadata",), _METADATA)
    for pod in templates(bundle):
        if pod.root:
            yield from _wrong(pod.owner, (*pod.root, "metadata"), _METADATA)
        yield from _wrong(pod.owner, (*pod.root, "spec"), _POD)
        yield from _empty(pod)


def _empty(pod: PodTemplate) -> Iterator[Finding]:
    if not items(pod.get("spec", "containers")):
        yield Finding(pod.owner, f"the pods of {pod.owner} have no container", pod.at("spec", "containers"))


def _wrong(manifest: Manifest, path: Path, shape: Any) -> Iterator[Finding]:
    value = manifest.get(*path)
    if value is None:
        return
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield _finding(manifest, path, "a mapping")
            return
        every = dict.fromkeys(value, shape["*"]) if "*" in shape else shape
        for key, inner in every.items():
            if key in value:
                yield from _wrong(manifest, (*path, key), inner)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield _finding(manifest, path, "a list")
            return
        for index in range(len(value)):
            yield from _wrong(manifest, (*path, index), shape[0])
    elif type(value) is not shape:
        yield _finding(manifest, path, _CALLED[shape])


def _finding(manifest: Manifest, path: Path, wanted: str) -> Finding:
    field = ".".join(str(each) for each in path if isinstance(each, str))
    value = manifest.get(*path)
    hint = "write it in quotes" if wanted == "text" and not mapping(value) and not items(value) else f"write {wanted}"
    return Finding(manifest, f"`{field}` of {manifest} is not {wanted}", manifest.at(*path), "", hint)
