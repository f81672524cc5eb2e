"""A country that is written in any way is sent as its ISO code, and an order is found by it."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Program
from tests.operations.importing.lying_lists import lying, shipup, starshipit


@pytest.fixture(scope="module")
def orders() -> dict[str, Any]:
    page = starshipit([1, 2, 3, 4, 5], 1)
    for order, country in zip(page["orders"], ("UK", "EL", "Deutschland", "USA", "XX"), strict=True):
        order["destination"] = {"name": "王芳", "street": "1 Test Street", "suburb": "Leeds", "country": country}
    return page


def test_shipup_is_sent_the_code_and_the_order_is_found(
    program: Program, tmp_path: Path, orders: dict[str, Any]
) -> None:
    own, nothing = program.on(tmp_path), shipup([], more=False)
    with lying(lambda _: orders) as source, lying(lambda _: nothing) as other:
        keys = ("--secret", "api_key", "--secret", "subscription_key")
        own.done("connect", "starshipit", "--name", "A", "--url", source.url, *keys, typed="k\nk\n")
        own.done("connect", "shipup", "--name", "B", "--url", other.url, "--secret", "api_key", typed="k\n")
        own.done("sync")
        package = ("--item", "A=1", "--tracking", "1Z999AA10123456784", "--to", "B")
        ended = own.run_together([("preview", f"N{number}", *package, "--json") for number in range(1, 6)])
    sent = [each.json["requests"][0]["body"]["fulfillments"][0]["shipping_address"] for each in ended]
    assert [(request.get("country_code"), request.get("country")) for request in sent] == [
        ("GB", None),
        ("GR", None),
        ("DE", "Germany"),
        ("US", None),
        (None, "XX"),
    ]
    for text, number in (("Germany", "N3"), ("greece", "N2"), ("N1", "N1"), ("#N4", "N4")):
        assert [order["number"] for order in own.json("orders", "--find", text)] == [number]
    assert len(own.json("orders", "--find", "王")) == 5
