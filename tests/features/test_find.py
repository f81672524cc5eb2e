"""Orders are found by whatever a person has in hand."""

import pytest

from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from tests.support.bench import USPS_NUMBERS, draft_of

NUMBER = USPS_NUMBERS[1]


@pytest.mark.parametrize(
    "words",
    ["10002", "10002 rossi", "TABLET-10", "M. Rossi", "milano", NUMBER, NUMBER[-6:], "9400 1112 0620 6406 2607 87",
     f"42020123{NUMBER}", f"]C1{NUMBER}"],
)  # fmt: skip
async def test_an_order_is_found_by_number_item_name_and_by_its_label_as_scanned(bench: Context, words: str) -> None:
    order_id, draft = await draft_of(bench, "10002", None, NUMBER)
    await ship.ship(bench, order_id, draft)
    found = [row.number for row in await orders.list_rows(bench, find=words)]
    assert "10002" in found
    assert len(found) < 8, "and not all others"
