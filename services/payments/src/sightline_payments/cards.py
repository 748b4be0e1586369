"""The test cards: their number says what the bank will say."""

from __future__ import annotations

DECLINES = {
    "4000000000009995": "insufficient_funds",
    "4000000000000069": "expired_card",
    "4100000000000019": "suspected_fraud",
}
"""As the field's sandboxes spell them: https://docs.stripe.com/testing"""


def is_card(number: str) -> bool:
    """Whether a text is a card's number: 12 to 19 digits that pass the Luhn check."""
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


def decline(number: str) -> str | None:
    """Return why the bank declines, None where it does not."""
    return DECLINES.get(number)


def provider(number: str) -> str:
    """Return who processes a card."""
    return "paylink" if number.startswith("5") else "cardnet"
