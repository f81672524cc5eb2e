"""What platforms say of an order that does not agree with ours."""

from dataclasses import replace

import pytest

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import LineLink, Link
from shipconsole.operations.importing.identity import Joined
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
            ("Shopify AU says “Dispatched”, but here something is left to ship.",),
        ),
        (
            Link(connection_id=1, remote_id="a", shipped_elsewhere=True),
            ("ShipEngine says that it has shipped, but here something is left to ship.",),
        ),
        (
            Link(connection_id=1, remote_id="a", status="Void", cancelled=True),
            ("ShipEngine says “Void”. Ask before you ship.",),
        ),
        (
            Link(connection_id=1, remote_id="a", cancelled=True),
            ("ShipEngine says that it was cancelled. Ask before you ship.",),
        ),
        (
            Link(connection_id=1, remote_id="a", lines=(LineLink(line_id=CASE, remote_id="b", quantity=2),)),
            ("ShipEngine has 2 × MOBILE-CASE-BLK, here 3 were ordered.",),
        ),
    ],
)
def test_a_difference_is_said_in_a_sentence(link: Link, said: tuple[str, ...]) -> None:
    assert remarks(sheet(link)) == said


def test_a_printer_that_shipped_its_part_contradicts_nobody() -> None:
    link = Link(connection_id=1, remote_id="a", status="shipped", shipped_elsewhere=True)
    assert remarks(replace(sheet(link), ships=(PLACE,))) == ()
    has_case = link.model_copy(update={"lines": (LineLink(line_id=CASE, remote_id="b", quantity=3),)})
    said = ("ShipEngine says “shipped”, but here something is left to ship.",)
    assert remarks(replace(sheet(has_case), ships=(PLACE,))) == said


def test_who_is_not_told_as_it_has_another_order_of_the_number_is_said() -> None:
    shown = replace(sheet(Link(connection_id=1, remote_id="a")), taken=(PLACE,))
    assert remarks(shown) == (
        "ShipEngine isn't notified about this order because it has a different order with number 10001.",
    )


def test_a_linked_order_whose_recipient_changed_is_said() -> None:
    joined = (Joined("ShipEngine", "1", "A", differs=False), Joined("Starshipit", "1", "B. Stone · Wellington", True))
    shown = replace(sheet(Link(connection_id=1, remote_id="a")), joined=joined)
    assert remarks(shown) == (
        "Starshipit has another recipient: B. Stone · Wellington. Check before you ship, or unlink Starshipit.",
    )


def test_a_quantity_without_whole_units_differs_as_it_came() -> None:
    linked = LineLink(line_id=CASE, remote_id="b", quantity=None, quantity_text='"3 m"')
    link = Link(connection_id=1, remote_id="a", lines=(linked,))
    assert remarks(sheet(link)) == ("ShipEngine has 3 m × MOBILE-CASE-BLK, here 3 were ordered.",)


def test_a_cancelled_order_says_so() -> None:
    link = Link(connection_id=1, remote_id="a", status="Void", cancelled=True)
    assert remarks(sheet(link, cancelled=True)) == ("This order was cancelled and can't be shipped.",)
