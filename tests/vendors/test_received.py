"""What platforms send is read tolerantly, and each object that is as documented in one go."""

from shipconsole.domain.message import Message
from shipconsole.vendors.field_errors import MAX_NESTING, parse
from shipconsole.vendors.shipengine.wire import Address, SalesOrder, SalesOrderItem

RIGHT = {
    "sales_order_id": "so-1",
    "customer": {"name": "A. Chen"},
    "ship_to": {"city_locality": "Auckland"},
    "sales_order_items": [{"sales_order_item_id": "1", "quantity": 2, "ship_to": {"name": "A. Chen"}}],
}


def read(**changed: object) -> tuple[SalesOrder, list[Message]]:
    notes: list[Message] = []
    return SalesOrder.model_validate({**RIGHT, **changed}, context=notes), notes


def test_no_default_is_copied() -> None:
    order, notes = read()
    assert notes == []
    assert order.bill_to is SalesOrder.model_fields["bill_to"].default
    assert order.sales_order_items[0].price_summary is SalesOrderItem.model_fields["price_summary"].default


def test_an_odd_value_is_noted_once_and_loses_nothing_else() -> None:
    odd = {"sales_order_item_id": ["1"], "quantity": 1, "is_gift": "perhaps"}
    order, notes = read(sales_order_items=[odd, "no item"], order_date="soon", customer={"name": {}}, bill_to="nobody")
    assert (order.sales_order_id, order.ship_to.city_locality, order.customer.name) == ("so-1", "Auckland", "")
    assert (len(order.sales_order_items), order.order_date) == (1, None)
    assert len(set(notes)) == len(notes)
    assert {note.arguments.get("path") for note in notes} == {
        None,
        "sales_order_item_id",
        "is_gift",
        "order_date",
        "name",
        "bill_to",
    }


def test_null_is_missing_and_true_is_no_number() -> None:
    order, notes = read(ship_to=None, customer={"name": None, "phone": True})
    assert (order.ship_to, order.customer.name, order.customer.phone) == (Address(), "", "")
    assert [note.arguments["path"] for note in notes] == ["phone"]


def test_an_unknown_field_stays_whatever_it_is() -> None:
    order, _ = read(new_field=None, other=True)
    assert order.model_extra == {"new_field": None, "other": True}


def test_what_no_database_takes_is_replaced_and_deep_values_are_refused() -> None:
    assert parse(b'{"a": ["\\ud800x", "y\\u0000", "\\ud83d\\ude00"]}') == {"a": ["\ufffdx", "y\ufffd", "😀"]}
    assert parse(b"[" * MAX_NESTING + b"]" * MAX_NESTING) is not None
    assert parse(b"[" * MAX_NESTING + b"1" + b"]" * MAX_NESTING) is not None
    assert parse(b"[" * (MAX_NESTING + 1) + b"1" + b"]" * (MAX_NESTING + 1)) is None
