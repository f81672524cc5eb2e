"""What platforms say of an order that does not agree with ours."""

from dataclasses import replace

import pytest

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import LineLink, Link
from shipconsole.messages import text
from shipconsole.operations.importing.identity import LinkedOrder
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.order_editor.remarks import remarks
from tests.ui.order_editor.orders import CASE, order_of

PLACE = Connection(1, "ShipEngine", "shipengine", "https://api.example.com")


def sheet(link: Link, **changes: object) -> OrderSheet:
    return OrderSheet(order_of(**changes), (), (), (link,), (PLACE,), (), None)


@pytest.mark.parametrize(
    ("link", "said"),
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
def test_a_difference_is_said_in_a_sentence(link: Link, said: tuple[str, ...]) -> None:
    assert remarks(sheet(link)) == said


def test_a_printer_that_shipped_its_part_contradicts_nobody() -> None:
    link = Link(connection_id=1, remote_id="a", status="shipped", shipped_elsewhere=True)
    assert remarks(replace(sheet(link), self_shipping=(PLACE,))) == ()
    has_case = link.model_copy(update={"lines": (LineLink(line_id=CASE, remote_id="b", quantity=3),)})
    said = (text("remark.shipped_there_as", name="ShipEngine", status="shipped", count=2),)
    assert remarks(replace(sheet(has_case), self_shipping=(PLACE,))) == said


def test_who_is_not_told_as_it_has_another_order_of_the_number_is_said() -> None:
    shown = replace(sheet(Link(connection_id=1, remote_id="a")), number_conflicts=(PLACE,))
    assert remarks(shown) == (text("remark.not_notified", name="ShipEngine", number="10001"),)


def test_a_linked_order_whose_recipient_changed_is_said() -> None:
    joined = (
        LinkedOrder("ShipEngine", "1", "A", differs=False),
        LinkedOrder("Starshipit", "1", "B. Stone · Wellington", True),
    )
    shown = replace(sheet(Link(connection_id=1, remote_id="a")), linked_orders=joined)
    assert remarks(shown) == (text("remark.recipient", name="Starshipit", recipient="B. Stone · Wellington"),)


def test_a_quantity_without_whole_units_differs_as_it_came() -> None:
    linked = LineLink(line_id=CASE, remote_id="b", quantity=None, quantity_text='"3 m"')
    link = Link(connection_id=1, remote_id="a", lines=(linked,))
    assert remarks(sheet(link)) == (
        text("remark.quantity", name="ShipEngine", theirs="3 m", sku="MOBILE-CASE-BLK", ours="3"),
    )


def test_a_cancelled_order_says_so() -> None:
    link = Link(connection_id=1, remote_id="a", status="Void", cancelled=True)
    assert remarks(sheet(link, cancelled=True)) == (text("remark.cancelled_here"),)
