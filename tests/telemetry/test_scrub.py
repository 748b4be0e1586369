"""What is taken out of text, and what must not be."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_telemetry import scrub

CARDS = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "5500000000000004",
    "2221000000000009",
    "378282246310005",
    "3782 822463 10005",
    "3782%20822463%2010005",
    "4111%201111%201111%201111",
    "4111+1111+1111+1111",
    "4111.1111.1111.1111",
    "4111\u00a01111\u00a01111\u00a01111",
    "6011111111111117",
    "30569309025904",
    "3530111333300000",
]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("around", ["{}", "card {}.", "card={}", '"{}"', "x:{},", "PAN{}", "#{}#", "\u00e9{}\u00e9"])
def test_cards_go_wherever_they_stand(card: str, around: str) -> None:
    """Every brand, plain or grouped, with whatever around it."""
    cleaned = scrub.text(around.format(card))
    assert card not in cleaned
    assert scrub.CARD in cleaned


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("abcdef0123456789", "Authorization: Bearer abcdef0123456789"),
        ("dXNlcjpwYXNzd29yZA==", "basic dXNlcjpwYXNzd29yZA=="),
        ("c2lnbmF0dXJl", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"),
        ("sk_live_abcdefgh12345678", "key sk_live_abcdefgh12345678"),
        ("AKIAIOSFODNN7EXAMPLE", "aws AKIAIOSFODNN7EXAMPLE"),
        ("ghp_0123456789abcdefghij0123456789", "ghp_0123456789abcdefghij0123456789"),
        ("someone@mail.example.org", "from someone@mail.example.org to"),
        ("someone%40mail.example.org", "/u?e=someone%40mail.example.org"),
        ("hunter2", "/login?user=x&password=hunter2&next=/"),
        ("tok123", "https://x/y?access_token=tok123"),
        ("tok123", "form_token=tok123&quantity=1"),
        ("hunter2", 'refused {"user": "x", "password": "hunter2"}'),
        ("ter2", "password='hun ter2'"),
        ("0123456789abcdef", "sent DD-API-KEY: 0123456789abcdef"),
        ("abcdefgh", "Cookie: shop_cart=abcdefgh; shop_form=x"),
        ("pa55", "cannot reach redis://shop:pa55@cache:6379/0"),
        ("s3cret", "postgresql+psycopg://shop:s3cret@db/orders"),
        ("a" * 64, f"header synthetic.1790000000.{'a' * 64} refused"),
    ],
)
def test_tokens_addresses_and_secrets_in_urls_go(secret: str, text: str) -> None:
    """Their place keeps a mark of what stood there."""
    cleaned = scrub.text(text)
    assert secret not in cleaned
    assert "[" in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "GET /product/4111 200 12 ms",
        "order 0190f5fe-7c1b-7cc2-9a5e-5f6a7b8c9d0e placed",
        "4111111111111112",  # fails the check digit
        "amount 41111111111111110000 minor units",
        "at 1700000000123456789",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "user@localhost",
        "a=b&c=d",
        "token bucket empty",
        "no token: it expired",
        "http://127.0.0.1:4300/cart?page=2",
        "sizes 4111.1111.1111.1112",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    """Ids, times, paths, broken check digits and the word token are nobody's secret."""
    assert scrub.text(text) == text


def test_nanosecond_timestamps_and_hex_ids_stay() -> None:
    """A tenth of today's nanosecond times pass the Luhn check: none of 20,000 is touched, nor of as many trace ids."""
    chance = random.Random(7)
    for _ in range(20_000):
        stamp = str(chance.randrange(1_600_000_000, 1_999_999_999) * 10**9 + chance.randrange(10**9))
        trace = f"{chance.getrandbits(128):032x}"
        assert scrub.text(f"at {stamp} in {trace}") == f"at {stamp} in {trace}"


def test_named_ids_are_never_looked_at() -> None:
    """A decimal span id that looks like a card stays in its own field, and goes in free text."""
    looks_like_a_card = "4000000000000000006"
    assert scrub.luhn(looks_like_a_card)
    assert scrub.attribute("dd.span_id", looks_like_a_card) == looks_like_a_card
    assert scrub.attribute("comment", looks_like_a_card) == scrub.CARD


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "user.password",
        "api_key",
        "x-api-key",
        "Authorization",
        "cookie",
        "cvv",
        "token",
        "form_token",
        "x-sightline-traffic",
    ],
)
def test_a_named_secret_goes_whatever_it_looks_like(key: str) -> None:
    """The name is reason enough."""
    assert scrub.attribute(key, "harmless") == scrub.SECRET


def test_fields_are_clean_at_every_depth() -> None:
    """Dictionaries, lists, numbers and foreign objects."""

    class Odd:
        def __str__(self) -> str:
            return "odd 4111111111111111"

    value = {"a": [1, {"card": 4111111111111111}, ("x@y.example",)], "password": "p", "odd": Odd(), "n": None}
    assert scrub.field("root", value) == {
        "a": [1, {"card": scrub.CARD}, [scrub.EMAIL]],
        "password": scrub.SECRET,
        "odd": f"odd {scrub.CARD}",
        "n": None,
    }
    assert scrub.field("card", 4111111111111111.0) == scrub.CARD
    assert scrub.field("at_ns", 1700000000123456789) == 1700000000123456789
    assert scrub.field("ratio", 0.25) == 0.25
    assert scrub.field("on", True) is True  # noqa: FBT003 - a field's value, not a switch


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    """The marks themselves are clean."""
    once = scrub.text(text)
    assert scrub.text(once) == once


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 50_000 + "@",
        "eyJ" * 20_000 + ".",
        "4 " * 30_000,
        "a.%-" * 20_000 + "@b",
        "password" * 9_000,
        "://" * 30_000 + "@",
        "4%20" * 20_000,
        "a_token" * 9_000 + ":",
    ],
)
def test_hostile_text_takes_no_time(hostile: str) -> None:
    """Work grows with the length of a text, not with its square."""
    started = time.process_time()
    scrub.text(hostile)
    assert time.process_time() - started < 1.0
