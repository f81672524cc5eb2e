"""Lists as CSV: every row, safe for spreadsheets, page by page, and of the orders that are listed."""

import csv
from pathlib import Path

import pytest

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.operations.files import export
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from tests.support.bench import draft_of
from tests.support.engines import beside
from tests.support.labels import usps

FORMULA = '=HYPERLINK("http://x")'


def rows_of(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
async def shop(bench: Context) -> Context:
    """A bench with a shipped order and with hostile texts in its lists."""
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, usps(4_001))
    await ship.ship(bench, order_id, draft)
    with beside(bench.store) as connection:
        connection.execute("UPDATE orders SET recipient = ?", (FORMULA,))
        connection.execute("UPDATE order_line SET description = ?, sku = '00' || sku", (f"\t{FORMULA}",))
        connection.execute("UPDATE connection SET name = '+' || name")
    return bench


@pytest.mark.parametrize("at_once", [3, 500])
async def test_every_list_is_written_whole_and_without_formulas(
    shop: Context, tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", at_once)
    ids = await export.order_ids(shop)
    path = tmp_path / "list.csv"
    seen: list[int] = []
    assert await export.export_orders(shop, ids, str(path), report=seen.append) == len(ids) == seen[-1]
    found = rows_of(path)
    assert [row["number"] for row in found] == [row.number for row in await orders.list_rows(shop)]
    assert {row["recipient"] for row in found} == {f"'{FORMULA}"}

    count = await export.export_orders(shop, ids, str(path), "items")
    found = rows_of(path)
    assert count == len(found) > len(ids)
    assert all(row["description"].startswith("'") for row in found)
    first = [row["sku"].lstrip("'") for row in found if row["order"] == "10001"]
    assert first == ["00MOBILE", "00MOBILE-CASE-BLK", "00CHARGER-USB-C"]

    assert await export.export_orders(shop, ids, str(path), "tracking") == 1
    (package,) = rows_of(path)
    assert (package["order"], package["tracking_number"]) == ("10001", f"'{usps(4_001)}")

    assert await export.export_updates(shop, str(path)) == 3
    found = rows_of(path)
    assert [row["connection"] for row in found] == ["'+ShipEngine", "'+Starshipit", "'+Shipup"]
    assert await export.export_updates(shop, str(path), state="confirmed") == 0
    assert await export.export_connections(shop, str(path)) == 3
    assert await export.export_webhook_events(shop, str(path)) == 0
    assert rows_of(path) == []


async def test_only_the_orders_that_are_listed_are_written(shop: Context, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    for find, state in (("10001", None), ("", "partly_shipped"), ("", "open"), ("", "shipped"), ("1000", "to_ship")):
        ids = await export.order_ids(shop, find=find, state=state)
        await export.export_orders(shop, ids, str(path), state=state)
        listed = await orders.list_rows(shop, find=find, state=state)
        assert [row["number"] for row in rows_of(path)] == [row.number for row in listed]


async def test_a_list_that_cannot_be_written_leaves_the_file_as_it_was(shop: Context, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure):
        await export.export_connections(shop, str(tmp_path / "none" / "list.csv"))
    path = tmp_path / "list.csv"
    path.write_text("before")

    def stop(_: int) -> None:
        raise OSError("full")

    with pytest.raises(EnvironmentFailure):
        await export.export_connections(shop, str(path), report=stop)
    assert path.read_text() == "before"
