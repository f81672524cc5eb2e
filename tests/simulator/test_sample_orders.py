"""The sample orders, the same at every start."""

import datetime

from shipconsole.simulator.sample_orders import sample_orders

TODAY = datetime.date(2026, 11, 23)


def test_the_same_day_gives_the_same_orders() -> None:
    assert sample_orders(50, TODAY) == sample_orders(50, TODAY)
    assert sample_orders(10, TODAY) == sample_orders(50, TODAY)[:10]
    assert sample_orders(0, TODAY) == ()


def test_the_first_order_is_the_one_of_the_pictures() -> None:
    first = sample_orders(1, TODAY)[0]
    assert (first.number, first.name, first.street) == ("10001", "John Smith", "20 George Street")
    assert (first.city, first.state, first.post_code, first.country) == ("Sydney", "NSW", "2000", "Australia")
    assert first.instructions == "Leave at door"
    assert [(line.sku, line.quantity, line.name) for line in first.lines] == [
        ("MOBILE", 1, "Mobile Phone"),
        ("MOBILE-CASE-BLK", 3, "Mobile Case (Black)"),
        ("CHARGER-USB-C", 1, "Charger, USB-C 30 W"),
    ]


def test_the_cases_that_break_programs_are_included() -> None:
    orders = {order.number: order for order in sample_orders(24, TODAY)}
    assert len(orders["10005"].lines) == 5
    assert [line.sku for line in orders["10004"].lines] == ["MOBILE-CASE-BLK"] * 2
    assert len(orders["10006"].lines[0].name) == 60
    assert not orders["10003"].city.isascii()
    assert [line.quantity for line in orders["10007"].lines] == [10]
    assert {order.packages for order in orders.values()} == {0, 1}
    assert sum(order.in_shipup for order in orders.values()) == 12


def test_many_orders_stay_valid() -> None:
    orders = sample_orders(2000, TODAY)
    assert len({order.number for order in orders}) == 2000
    assert len({line.id for order in orders for line in order.lines}) == sum(len(o.lines) for o in orders)
    midnight_s = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC).timestamp()
    for order in orders:
        assert order.lines
        assert all(line.quantity >= 1 for line in order.lines)
        assert order.ordered_at_s + 300 < midnight_s
        assert 0 <= (order.due_on - TODAY).days < 7
        assert len(order.post_code) <= 10
        assert max(map(len, (order.name, order.street, order.city, order.instructions))) <= 100
    assert len({order.due_on for order in orders}) == 5
