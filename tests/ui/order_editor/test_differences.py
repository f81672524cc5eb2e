"""Differences between an order and its copies on platforms."""

from dataclasses import replace

import pytest

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import LineLink, Link
from shipconsole.messages import text
from shipconsole.operations.importing.identity import LinkedOrder
from shipconsole.operations.orders import remarks
from shipconsole.operations.orders.orders import OrderSheet
from tests.ui.order_editor.orders import CASE, order_of

SHIPENGINE = Connection(1, "ShipEngine", "shipengine", "https://api.example.com")


def sheet(link: Link, **changes: object) -> OrderSheet:
    return OrderSheet(order_of(**changes), (), (), (link,), (SHIPENGINE,), (), None)


def differences(shown: OrderSheet) -> tuple[str, ...]:
    return tuple(map(str, remarks.differences_of(shown)))


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (Link(connection_id=1, remote_id="a", status="unfulfilled"), ()),
        (
            Link(connection_id=1, remote_id="a", status="Dispatched", shipped_elsewhere=True, source_name="Shopify AU"),
            (text("remark.shipped_there_as", name="Shopify AU", status="Dispatched", count=3),),
        ),
        (
            Link(connection_id=1, remote_id="a", shipped_elsewhere=True),
            (text("remark.shipped_there", name="ShipEngine", count=3),),
        ),
        (
            Link(connection_id=1, remote_id="a", status="Void", cancelled=True),
            (text("remark.cancelled_there_as", name="ShipEngine", status="Void"),),
        ),
        (
            Link(connection_id=1, remote_id="a", cancelled=True),
            (text("remark.cancelled_there", name="ShipEngine"),),
        ),
        (
            Link(connection_id=1, remote_id="a", lines=(LineLink(line_id=CASE, remote_id="b", quantity=2),)),
            (text("remark.quantity", name="ShipEngine", theirs="2", sku="MOBILE-CASE-BLK", ours="3"),),
        ),
    ],
)
def test_a_difference_is_one_sentence(link: Link, expected: tuple[str, ...]) -> None:
    assert differences(sheet(link)) == expected


def test_a_printer_that_shipped_its_part_is_no_difference() -> None:
    link = Link(connection_id=1, remote_id="a", status="shipped", shipped_elsewhere=True)
    assert differences(replace(sheet(link), self_shipping=(SHIPENGINE,))) == ()
    has_case = link.model_copy(update={"lines": (LineLink(line_id=CASE, remote_id="b", quantity=3),)})
    expected = (text("remark.shipped_there_as", name="ShipEngine", status="shipped", count=2),)
    assert differences(replace(sheet(has_case), self_shipping=(SHIPENGINE,))) == expected


def test_a_connection_with_another_order_of_the_number_is_named() -> None:
    shown = replace(sheet(Link(connection_id=1, remote_id="a")), number_conflicts=(SHIPENGINE,))
    assert differences(shown) == (text("remark.not_notified", name="ShipEngine", number="10001"),)


def test_another_recipient_of_a_linked_order_is_shown() -> None:
    joined = (
        LinkedOrder("ShipEngine", "1", "A", differs=False),
        LinkedOrder("Starshipit", "1", "B. Stone · Wellington", True),
    )
    shown = replace(sheet(Link(connection_id=1, remote_id="a")), linked_orders=joined)
    assert differences(shown) == (text("remark.recipient", name="Starshipit", recipient="B. Stone · Wellington"),)


def test_a_quantity_without_whole_units_is_compared_as_received() -> None:
    linked = LineLink(line_id=CASE, remote_id="b", quantity=None, quantity_text='"3 m"')
    link = Link(connection_id=1, remote_id="a", lines=(linked,))
    assert differences(sheet(link)) == (
        text("remark.quantity", name="ShipEngine", theirs="3 m", sku="MOBILE-CASE-BLK", ours="3"),
    )


def test_a_cancelled_order_is_shown_as_cancelled() -> None:
    link = Link(connection_id=1, remote_id="a", status="Void", cancelled=True)
    assert differences(sheet(link, cancelled=True)) == (text("remark.cancelled_here"),)
