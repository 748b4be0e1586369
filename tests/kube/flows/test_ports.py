"""Sets of ports behave as sets, and are spelled as they are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_kube.flows.ports import ALL, HIGHEST, NONE, PROTOCOLS, Ports, parse

PORTS = st.lists(st.tuples(st.sampled_from(PROTOCOLS), st.integers(1, 12), st.integers(0, 6)), max_size=5).map(
    lambda found: Ports.of((protocol, first, first + more) for protocol, first, more in found)
)


def members(ports: Ports) -> set[tuple[str, int]]:
    return {(protocol, port) for protocol, first, last in ports.ranges for port in range(first, last + 1)}


@given(PORTS, PORTS)
def test_the_operators_are_those_of_sets(left: Ports, right: Ports) -> None:
    """Union, intersection and difference, port by port; sets with the same ports are equal."""
    assert members(left | right) == members(left) | members(right)
    assert members(left & right) == members(left) & members(right)
    assert members(left - right) == members(left) - members(right)
    assert (left == right) == (members(left) == members(right))
    assert bool(left) == bool(members(left))


@given(PORTS)
def test_what_is_spelled_is_read(ports: Ports) -> None:
    """Each part of the text is a declaration of itself."""
    read = NONE
    for part in str(ports).split(", ") if ports else []:
        found = parse(part)
        assert found is not None
        read |= found
    assert read == ports


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("8200", (("TCP", 8200, 8200),)),
        ("53/UDP", (("UDP", 53, 53),)),
        ("1-65535/SCTP", (("SCTP", 1, HIGHEST),)),
        ("all TCP", (("TCP", 1, HIGHEST),)),
    ],
)
def test_spellings(text: str, ports: tuple[tuple[str, int, int], ...]) -> None:
    """A number alone is TCP's; ranges include both ends."""
    assert parse(text) == Ports(ports)
    assert parse("all") == ALL


@pytest.mark.parametrize("text", ["", "0", "65536", "9-8", "53/udp", "http", "-1", "8200/TCP/UDP", " 80", "٣"])
def test_what_is_no_port(text: str) -> None:
    """Everything else is refused, other scripts' digits too."""
    assert parse(text) is None
