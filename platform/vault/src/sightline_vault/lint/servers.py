"""Which pods of a bundle run a Vault or OpenBao server, by what configuration and with which volumes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_kube.pods import templates
from sightline_kube.shapes import dig, items, mapping
from sightline_vault.lint.configurations import Configuration, Part, joined, placing, read_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_core.diagnostics import Span
    from sightline_kube.manifests import Bundle, Manifest
    from sightline_kube.pods import Container, PodTemplate

_IMAGE = re.compile(r"(?:.*/)?(?P<name>(vault|openbao)(-enterprise|-ubi|-hsm|-hsm-ubi|-fips)?)(?:[:@].*)?")
_RUN = re.compile(r"\b(vault|bao)\s+server\b|(^|\n)server(\n|$)")
_LOCAL = ("VAULT_LOCAL_CONFIG", "BAO_LOCAL_CONFIG")


@dataclass(frozen=True, slots=True)
class Server:
    """One workload that runs servers."""

    pod: PodTemplate
    container: Container
    configurations: tuple[Configuration, ...]

    @property
    def manifest(self) -> Manifest:
        """The workload."""
        return self.pod.owner

    @property
    def is_openbao(self) -> bool:
        """Whether it is OpenBao."""
        return "openbao" in str(self.container.get("image"))

    @property
    def replicas(self) -> int:
        """How many there are."""
        found = self.manifest.get("spec", "replicas")
        return found if isinstance(found, int) else 1

    @property
    def raft_path(self) -> str:
        """Where Raft keeps its data, the charts' usual folder where no configuration says."""
        found = [each.raft.get("path") for each in self.configurations if each.raft]
        return next((each for each in found if isinstance(each, str)), "/vault/data")

    def env(self, *names: str) -> tuple[Any, Span] | None:
        """Return the value of the first variable of some names, and its place."""
        for index, each in enumerate(items(self.container.get("env"))):
            if dig(each, ("name",)) in names:
                return dig(each, ("value",)), self.container.at("env", index)
        return None

    def mounts(self) -> Iterator[tuple[str, Mapping[str, Any], Span]]:
        """Yield the path of each mount of the server with its volume, an empty one where a claim template makes it."""
        volumes = {str(dig(each, ("name",))): mapping(each) for each in items(self.pod.get("spec", "volumes"))}
        for index, each in enumerate(items(self.container.get("volumeMounts"))):
            path, name = str(dig(each, ("mountPath",)) or ""), str(dig(each, ("name",)))
            yield path.rstrip("/"), volumes.get(name, {}), self.container.at("volumeMounts", index)

    def claim(self, path: str) -> tuple[int, Mapping[str, Any]] | None:
        """Return the claim template, with its index, of the volume that a path lies on."""
        names = [str(dig(each, ("metadata", "name"))) for each in self.manifest.items("spec", "volumeClaimTemplates")]
        best = ""
        found = None
        for each in items(self.container.get("volumeMounts")):
            mount, name = str(dig(each, ("mountPath",)) or "").rstrip("/"), str(dig(each, ("name",)))
            if (path == mount or path.startswith(f"{mount}/")) and len(mount) >= len(best):
                best, index = mount, names.index(name) if name in names else -1
                found = (index, self.manifest.items("spec", "volumeClaimTemplates")[index]) if index >= 0 else None
        return found


def servers(bundle: Bundle, sources: Mapping[str, str]) -> tuple[Server, ...]:
    """Return every server of a bundle; `sources` are the texts of its files."""
    return tuple(
        Server(pod, container, tuple(_configurations(bundle, sources, pod, container)))
        for pod in templates(bundle)
        for container in pod.containers(running=True)
        if _serves(container)
    )


def loose(bundle: Bundle, sources: Mapping[str, str], used: tuple[Server, ...]) -> tuple[Configuration, ...]:
    """Return the configurations that no server of the bundle mounts: somebody renders the servers elsewhere."""
    taken = {id(part.manifest) for each in used for config in each.configurations for part in config.parts}
    found: list[Configuration] = []
    for manifest in bundle.of("ConfigMap"):
        if id(manifest) not in taken:
            parts = [
                each for each in _parts(manifest, sources) if each.broken or {"listener", "storage"} & each.value.keys()
            ]
            found += joined([each for each in parts if "auto_auth" not in each.value])
    return tuple(found)


def _serves(container: Container) -> bool:
    image = container.get("image")
    if not isinstance(image, str) or not _IMAGE.fullmatch(image):
        return False
    said = "\n".join(str(each) for key in ("command", "args") for each in items(container.get(key)))
    # The images' own entry point runs a server in development mode where nothing else is said.
    return not said or _RUN.search(said) is not None


def _configurations(
    bundle: Bundle, sources: Mapping[str, str], pod: PodTemplate, container: Container
) -> Iterator[Configuration]:
    parts: list[Part] = []
    mounted = {str(dig(each, ("name",))) for each in items(container.get("volumeMounts"))}
    for volume in items(pod.get("spec", "volumes")):
        if str(dig(volume, ("name",))) not in mounted:
            continue
        for name in _config_maps(volume):
            manifest = bundle.find("ConfigMap", pod.namespace, name)
            parts += _parts(manifest, sources) if manifest else []
    for index, each in enumerate(items(container.get("env"))):
        value = dig(each, ("value",))
        if dig(each, ("name",)) in _LOCAL and isinstance(value, str):
            span = container.at("env", index, "value")
            part = read_part(pod.owner, value, placing(value, span, sources.get(span.file, "")))
            parts += [part] if part else []
    yield from joined(parts)


def _config_maps(volume: Any) -> Iterator[str]:
    for source in (volume, *items(dig(volume, ("projected", "sources")))):
        name = dig(source, ("configMap", "name"))
        if isinstance(name, str):
            yield name


def _parts(manifest: Manifest, sources: Mapping[str, str]) -> list[Part]:
    found = []
    for key, text in manifest.mapping("data").items():
        if isinstance(text, str):
            span = manifest.at("data", key)
            part = read_part(manifest, text, placing(text, span, sources.get(span.file, "")))
            found += [part] if part else []
    return found
