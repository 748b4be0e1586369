"""All that is judged together: manifests, the servers among them, what is asked of AWS, and the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_kube.manifests import Bundle
from sightline_vault.lint.configurations import joined
from sightline_vault.lint.servers import Server, loose, servers
from sightline_vault.model.naming import Naming

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_core.diagnostics import Span
    from sightline_core.located import Located
    from sightline_kube.aws.needs import AwsNeeds
    from sightline_vault.lint.configurations import Configuration, Part
    from sightline_vault.model.cluster import VaultClusterSpec


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of AWS, with the document that asks."""

    needs: AwsNeeds
    document: Located


@dataclass(frozen=True, slots=True)
class Model:
    """A cluster's model, with its file."""

    spec: VaultClusterSpec
    document: Located


@dataclass(frozen=True, slots=True)
class Selected:
    """Pods of servers as policies see them, with the place to report what they lack."""

    namespace: str
    labels: Mapping[str, str]
    place: Span
    server: Server | None = None


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything; what was not given is empty, and rules are silent about it."""

    bundle: Bundle = field(default_factory=lambda: Bundle(()))
    servers: tuple[Server, ...] = ()
    loose: tuple[Configuration, ...] = ()
    asked: tuple[Asked, ...] = ()
    policies: tuple[Located, ...] = ()
    models: tuple[Model, ...] = ()

    @property
    def configurations(self) -> tuple[tuple[Configuration, Server | None], ...]:
        """Every configuration that could be read, with the server that runs by it where it is known."""
        own = [(each, server) for server in self.servers for each in server.configurations]
        every: list[tuple[Configuration, Server | None]] = [*own, *((each, None) for each in self.loose)]
        return tuple(each for each in every if not each[0].broken)

    @property
    def broken(self) -> tuple[Part, ...]:
        """The files that could not be read."""
        every = [*(each for server in self.servers for each in server.configurations), *self.loose]
        return tuple(dict.fromkeys(part for each in every for part in each.parts if part.broken))

    def selected(self) -> Iterator[Selected]:
        """Yield whom the policies ought to hold: the servers, or those of the model where no manifest shows them."""
        for server in self.servers:
            yield Selected(server.pod.namespace, server.pod.labels, server.manifest.head, server)
        if not self.servers:
            for model in self.models:
                labels = Naming(model.spec).labels
                yield Selected(model.spec.namespace, labels, model.document.key_span(("network",)))


def estate(
    bundle: Bundle,
    sources: Mapping[str, str],
    *,
    asked: tuple[Asked, ...] = (),
    policies: tuple[Located, ...] = (),
    models: tuple[Model, ...] = (),
    parts: tuple[Part, ...] = (),
) -> Estate:
    """Find the servers of a bundle, and put everything together; `parts` are files of configurations by themselves."""
    found = servers(bundle, sources)
    alone = (*loose(bundle, sources, found), *joined([*parts]))
    return Estate(bundle, found, alone, asked, policies, models)
