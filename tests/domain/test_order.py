"""An order's quantities and its state."""

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.measures import decimal_from_text, grams, kilograms
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import path_from_text, path_text


def order(*counts: tuple[int, int, int], cancelled: bool = False) -> Order:
    lines = tuple(
        OrderLine(id=number, sku="A", ordered=ordered, shipped=shipped, cancelled=gone)
        for number, (ordered, shipped, gone) in enumerate(counts)
    )
    return Order(id=1, number="1", lines=lines, cancelled=cancelled)


@pytest.mark.parametrize(
    ("order", "state", "left"),
    [
        (order((2, 0, 0)), "open", 2),
        (order((2, 1, 0)), "partly_shipped", 1),
        (order((2, 2, 0), (1, 0, 0)), "partly_shipped", 1),
        (order((2, 2, 0)), "shipped", 0),
        (order((2, 1, 1)), "shipped", 0),
        (order((2, 0, 2)), "cancelled", 0),
        (order((2, 1, 0), cancelled=True), "cancelled", 0),
        (order((1, 2, 0)), "shipped", 0),
        (order(), "open", 0),
    ],
)
def test_state_and_left(order: Order, state: str, left: int) -> None:
    assert (order.state, order.left) == (state, left)


def test_a_sku_is_found_in_any_case() -> None:
    assert [line.id for line in order((1, 0, 0), (1, 0, 0)).lines_of(" a ")] == [0, 1]


@pytest.mark.parametrize(
    ("address", "recipient"),
    [
        (Address(name="John Smith", city="Sydney", country="AU"), "J. Smith · Sydney AU"),
        (Address(name="John Smith", city="Sydney", country="Australia"), "J. Smith · Sydney AU"),
        (Address(name="John Smith", city="Leeds", country="uk"), "J. Smith · Leeds GB"),
        (Address(name="John Smith", city="Nowhere", country="XX"), "J. Smith · Nowhere XX"),
        (Address(name="John", suburb="Sydney"), "John · Sydney"),
        (Address(name="山田 太郎", city="大阪", country="JP"), "山田 太郎 · 大阪 JP"),
        (Address(company="DEMO"), "DEMO"),
        (Address(), ""),
    ],
)
def test_the_recipient_has_name_and_town(address: Address, recipient: str) -> None:
    assert address.recipient == recipient


def test_units_convert_exactly() -> None:
    assert str(kilograms(700)) == "0.7"
    assert grams("0.7", "kg") == 700
    assert grams(1, "lb") == 454
    assert grams(1, "oz") == 28
    assert kilograms(grams("0.05", "kg")) == decimal_from_text("0,05")
    assert decimal_from_text("NaN") is None
    assert decimal_from_text("1e") is None
    assert decimal_from_text("1_0") is None


def test_paths_go_to_text_and_back() -> None:
    for path in [(), ("packages", 0, "tracking_number"), ("ship_to", "country")]:
        assert path_from_text(path_text(path)) == path


def cloth(quantity: str = "2.5", **given: object) -> OrderLine:
    values = {"id": 9, "sku": "CLOTH", "ordered": 0, "quantity_text": quantity, **given}
    return OrderLine.model_validate(values)


@pytest.mark.parametrize("quantity", ["2.5", "null", "-1", "true", '"3 m"', "10000000", '""'])
def test_a_line_that_is_not_counted_in_units_waits_for_a_person(quantity: str) -> None:
    mug = OrderLine(id=1, sku="MUG", ordered=2, shipped=2)
    alone, beside = (Order(id=1, number="1", lines=lines) for lines in ((cloth(quantity),), (mug, cloth(quantity))))
    assert (alone.state, alone.left, alone.unresolved, alone.count) == ("open", 0, 1, (1, 0, 1))
    assert (beside.state, beside.left, beside.unresolved, beside.count) == ("partly_shipped", 0, 1, (3, 2, 1))
    for resolution, alone_is in (("shipped", "shipped"), ("cancelled", "cancelled")):
        done = cloth(quantity, resolution=resolution, resolved_quantity=quantity)
        assert alone.model_copy(update={"lines": (done,)}).state == alone_is
        assert beside.model_copy(update={"lines": (mug, done)}).state == "shipped"
        assert (done.left, done.is_unresolved, done.resolved_as) == (0, False, resolution)


def test_a_resolution_holds_for_the_quantity_that_was_resolved() -> None:
    line = cloth(resolution="shipped", resolved_quantity="2.5")
    assert line.resolved_as == "shipped"
    for change in ({"quantity_text": "3.5"}, {"quantity_text": "", "ordered": 3}):
        changed = line.model_copy(update=change)
        assert (changed.is_counted, changed.is_unresolved, changed.left) == (False, True, 0), change
    assert cloth("", ordered=3).left == 3


def test_a_cancelled_order_has_nothing_to_resolve() -> None:
    order = Order(id=1, number="1", lines=(cloth(),), cancelled=True)
    assert (order.state, order.unresolved, order.count.left) == ("cancelled", 0, 0)


def test_a_quantity_is_shown_as_received() -> None:
    shown = {'"3 m"': "3 m", "2.5": "2.5", "null": "null", '""': '""', '"\\u00bd"': "½", "": "4"}
    assert {text: cloth(text, ordered=4).quantity for text in shown} == shown


def test_a_changed_copy_has_its_own_items() -> None:
    order = Order(id=1, number="1", lines=(OrderLine(id=1, sku="A", ordered=2), OrderLine(id=2, sku="B", ordered=1)))
    assert (order.line(2), order.left, order.line(9), order.position_of(9)) == (order.lines[1], 3, None, -1)
    other = order.model_copy(update={"lines": (OrderLine(id=3, sku="A", ordered=5),)})
    assert (other.line(2), other.line(3), other.left, other.count.ordered) == (None, other.lines[0], 5, 5)
    assert [line.id for line in other.items_by_code.exact["A"]] == [3]
    assert order == Order(id=1, number="1", lines=order.lines), "what was computed does not count"
