"""As much of a report as a place takes: each line by its rank, then details by their rank, and what was left out.

A block of a lower rank is never shown where one of a higher rank is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Size(NamedTuple):
    """How long a text is, both ways of counting."""

    characters: int
    octets: int

    @classmethod
    def of(cls, text: str) -> Size:
        """Measure."""
        return cls(len(text), len(text.encode()))

    def plus(self, other: Size) -> Size:
        """Return the size of both texts, one after the other."""
        return Size(self.characters + other.characters, self.octets + other.octets)

    def minus(self, other: Size) -> Size:
        """Return what is left without a part."""
        return Size(self.characters - other.characters, self.octets - other.octets)

    def within(self, other: Size) -> bool:
        """Whether it fits, both ways."""
        return self.characters <= other.characters and self.octets <= other.octets


GITHUB = Size(60_000, 65_535)
"""What a comment or an issue may be. GitHub refuses more than 65,536 characters, which some of its ways count in bytes
(`Body is too long (maximum is 65536 characters)`); and a margin for whoever adds a line."""
UNLIMITED = Size(10**12, 10**12)


@dataclass(frozen=True, slots=True)
class Block:
    """One thing to say: in brief, and with its details, which are made when asked for (empty where there are none)."""

    brief: str
    full: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks under one heading, the heading with its blank lines."""

    heading: str
    blocks: tuple[Block, ...]


def fitted(head: str, groups: Sequence[Group], foot: Callable[[int, int], str], limit: Size) -> str:
    """Return the text, never longer than `limit` where head and foot alone are not.

    Args:
        head: what is always said.
        groups: the rest, by rank.
        foot: told how many blocks were left out and of how many the details, says so; nothing for none of both. It is
            never longer than for a larger number.
        limit: what there is room for.
    """
    total = sum(len(group.blocks) for group in groups)
    room = limit.minus(Size.of(head)).minus(Size.of(foot(total, total)))
    kept = _kept(groups, room)
    for group, count in zip(groups, kept, strict=True):
        room = room.minus(_brief(group, count))
    shortened = 0
    texts = [head]
    for group, count in zip(groups, kept, strict=True):
        texts += [group.heading] if count else []
        for block in group.blocks[:count]:
            full = block.full()
            more = Size.of(full).minus(Size.of(block.brief))
            if full and more.within(room):
                room = room.minus(more)
                texts.append(full)
            else:
                shortened += bool(full)
                texts.append(block.brief)
    return "".join([*texts, foot(total - sum(kept), shortened)])


def _kept(groups: Sequence[Group], room: Size) -> list[int]:
    """Return how many blocks of each group have room in brief; after the first that has none, no other is tried."""
    kept = [0 for _ in groups]
    for index, group in enumerate(groups):
        for number, block in enumerate(group.blocks):
            cost = Size.of(block.brief + ("" if number else group.heading))
            if not cost.within(room):
                return kept
            room = room.minus(cost)
            kept[index] += 1
    return kept


def _brief(group: Group, count: int) -> Size:
    return Size.of("".join([group.heading, *(each.brief for each in group.blocks[:count])])) if count else Size(0, 0)
