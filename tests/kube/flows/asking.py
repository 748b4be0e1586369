"""Ask which ports one pod may reach at another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from sightline_kube.flows.declared import VERSION, Declared, read_declared
from sightline_kube.flows.ports import NONE, Ports, parse
from sightline_kube.flows.prove import Proof, prove
from sightline_kube.flows.reach import reaches
from sightline_kube.flows.world import World, read_world
from tests.kube.objects import bundle, text

if TYPE_CHECKING:
    from collections.abc import Mapping


def declaration(flows: list[dict[str, Any]], peers: Mapping[str, Any]) -> str:
    """Return a declaration as text."""
    return yaml.safe_dump({"version": VERSION, "peers": dict(peers), "flows": flows}, sort_keys=False)


def world(*objects: dict[str, Any], declared: Declared | None = None) -> World:
    """Return the world of some objects."""
    made, findings = read_world(bundle(*objects), declared or Declared())
    assert findings == []
    return made


def outside(*objects: dict[str, Any], **cidrs: str) -> World:
    """Return a world with networks beside the objects."""
    read = bundle(*objects)
    declared, findings = read_declared(
        declaration([], {name: {"cidrs": [each]} for name, each in cidrs.items()}), "f", read
    )
    assert findings == []
    return world(*objects, declared=declared)


def between(made: World, source: str, target: str) -> Ports:
    """Return the ports that are open; ends are named by the start of their titles."""
    found = [
        each.ports
        for each in reaches(made)
        if each.source.title.startswith(source) and each.target.title.startswith(target)
    ]
    assert len(found) == 1, [(each.source.title, each.target.title) for each in reaches(made)]
    return found[0]


def ports(*texts: str) -> Ports:
    """Read some ports."""
    found = NONE
    for each in texts:
        read = parse(each)
        assert read is not None
        found |= read
    return found


def proof(objects: list[dict[str, Any]], declared: str, *, mutate: bool = False) -> Proof:
    """Prove objects against a declaration."""
    return prove({"m.yaml": text(*objects)}, declared, "flows.yaml", mutate=mutate)


def messages(found: Proof) -> Mapping[str, str]:
    """Return what was found, by message, with its code."""
    return {each.message: each.code for each in found.findings}
