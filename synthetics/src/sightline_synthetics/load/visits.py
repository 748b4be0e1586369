"""What each visitor intends, decided by the seed and the visit's number alone.

Greenlets interleave differently in every run, so no random number is drawn while shopping: visit 17 of
seed 7 intends the same in every run, whichever user carries it out.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """How a visit is meant to end."""

    BROWSE = "browse"
    """Looks around and goes, without a cart."""
    LEAVE = "leave"
    """Fills a cart and goes without a word; the shop's own timer calls it abandoned."""
    EMPTY = "empty"
    """Fills a cart and empties it."""
    BUY = "buy"
    """Fills a cart and pays."""


class Card(StrEnum):
    """What the customer's bank will say; the shop's payment provider knows these test cards."""

    GOOD = "good"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    EXPIRED = "expired_card"
    FRAUD = "suspected_fraud"


@dataclass(frozen=True, slots=True)
class Line:
    """One product to take: `pick` in [0, 1) is its place in whatever the shop shows."""

    pick: float
    quantity: int


@dataclass(frozen=True, slots=True)
class Visit:
    """The plan of one visit."""

    number: int
    intent: Intent
    card: Card
    searches: bool
    term: float
    looks: tuple[float, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Mix:
    """The shares of a population of visitors; the rest of the intents buys."""

    browse: float = 0.30
    leave: float = 0.06
    empty: float = 0.04
    declined: float = 0.05

    def __post_init__(self) -> None:
        """Refuse shares that cannot be shares."""
        shares = (self.browse, self.leave, self.empty, self.declined)
        if any(not 0 <= share <= 1 for share in shares) or self.browse + self.leave + self.empty > 1:
            raise ValueError(f"the shares of a mix lie in [0, 1] and leave room for buyers, not {self}")


def visit(seed: int, number: int, mix: Mix) -> Visit:
    """Plan visit `number` (from 0) of the run seeded with `seed`."""
    # Not a secret: the point of the generator is that everybody can repeat it.
    rng = random.Random(f"{seed}:{number}")  # noqa: S311
    intent = _intent(rng.random(), mix)
    card = rng.choice([Card.INSUFFICIENT_FUNDS, Card.EXPIRED, Card.FRAUD]) if rng.random() < mix.declined else Card.GOOD
    searches = rng.random() < 0.5
    term = rng.random()
    looks = tuple(rng.random() for _ in range(rng.randint(1, 3)))
    count = 0 if intent is Intent.BROWSE else rng.choice([1, 1, 1, 2, 3])
    lines = tuple(Line(rng.random(), rng.choice([1, 1, 1, 2])) for _ in range(count))
    return Visit(number, intent, card, searches, term, looks, lines)


def _intent(draw: float, mix: Mix) -> Intent:
    for share, intent in ((mix.browse, Intent.BROWSE), (mix.leave, Intent.LEAVE), (mix.empty, Intent.EMPTY)):
        if draw < share:
            return intent
        draw -= share
    return Intent.BUY
