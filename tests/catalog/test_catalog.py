"""Products: found by every word, refused by name, slow where the database is told to be."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline_catalog.app import create
from sightline_catalog.products import PRODUCTS
from tests.support.service import Service, require_problem, running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service on a SQLite file; no test changes its products."""
    with running("catalog", create, tmp_path_factory.mktemp("catalog")) as service:
        yield service


def found(catalog: Service, **query: object) -> list[str]:
    answer = catalog.client.get("/products", query_string=query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json["products"]]


def test_every_product_is_there_in_the_shops_order(catalog: Service) -> None:
    """Thirty products with whole, positive prices in minor units."""
    listed = catalog.client.get("/products").json["products"]
    assert [item["id"] for item in listed] == [each.id for each in PRODUCTS]
    assert len(listed) == 30
    for item in listed:
        assert isinstance(item["price"], int)
        assert item["price"] > 0
        assert item["currency"] == "EUR"
        assert catalog.client.get(f"/products/{item['id']}").json == item


WORDS = sorted({word.strip(",.") for each in PRODUCTS for word in f"{each.name} {each.description}".split()})


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.booleans())
def test_what_is_found_has_every_word(catalog: Service, words: list[str], shout: bool) -> None:  # noqa: FBT001 - drawn
    """A search finds exactly the products that have every word, whatever its case."""
    wanted = " ".join(words)
    expected = [
        each.id
        for each in PRODUCTS
        if all(word.lower() in each.name.lower() or word.lower() in each.description.lower() for word in wanted.split())
    ]
    assert found(catalog, q=wanted.upper() if shout else wanted) == expected


@pytest.mark.parametrize("pattern", ["%", "_", "\\", "a%", "%%", "'", '"', "--", "\x00%", "*", "[a-z]"])
def test_a_pattern_is_no_joker(catalog: Service, pattern: str) -> None:
    """What means something to SQL means itself: only products that contain it are found."""
    word = pattern.replace("\x00", "")
    expected = [each.id for each in PRODUCTS if word in each.name or word in each.description]
    assert found(catalog, q=pattern) == expected


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1e3", "x", "", "\u0661", "9" * 5000])
def test_a_bad_limit_is_refused(catalog: Service, limit: str) -> None:
    """Only a whole number from 1 to 100 limits a list."""
    assert require_problem(catalog.client.get("/products", query_string={"limit": limit}), 422)["member"] == "limit"


def test_a_limit_limits(catalog: Service) -> None:
    """The first ones in the shop's order."""
    assert found(catalog, limit=3) == [each.id for each in PRODUCTS[:3]]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/products/none", 404),
        ("GET", "/products/%00", 404),
        ("GET", "/products/" + "x" * 200, 404),
        ("GET", "/products?q=" + "x" * 101, 422),
        ("POST", "/products", 405),
        ("GET", "/", 404),
    ],
)
def test_a_bad_request_line_is_refused(catalog: Service, method: str, path: str, status: int) -> None:
    """A wrong method, an unknown product and a word that is too long have their own answers."""
    require_problem(catalog.client.open(path, method=method), status)


def test_a_slow_query_takes_its_time_in_the_database(catalog: Service) -> None:
    """While the switch is on, the database takes the time, and the request's line names the fault; then no more."""
    catalog.fault("slow_query", delay_ms=120)
    before = time.perf_counter()
    assert catalog.client.get("/products/assam").status_code == 200
    assert time.perf_counter() - before >= 0.12
    catalog.mend("slow_query")
    catalog.client.get("/products/sencha")
    looked = [line for line in catalog.lines() if line["message"] == "request" and line["status"] == 200]
    assert [line.get("faults") for line in looked if line["path"] == "/products/assam"][-1] == ["slow_query"]
    assert "faults" not in looked[-1]
