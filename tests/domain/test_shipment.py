"""A shipment that is empty, without a number, or more than is left can't be built."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.shipment import NewShipment, Package, Packed, label_problems, shipment_from

ORDER = Order(
    id=1,
    number="10001",
    lines=(
        OrderLine(id=11, sku="MOBILE", ordered=1, shipped=1),
        OrderLine(id=12, sku="MOBILE-CASE-BLK", ordered=3, shipped=1),
        OrderLine(id=13, sku="CHARGER-USB-C", ordered=2, cancelled=1),
    ),
)


def draft(quantities: dict[int, int], tracking: str = "9400100109361129278357") -> ShipmentDraft:
    return ShipmentDraft(packages=(PackageDraft(tracking_number=tracking, quantities=quantities),))


def refusal(order: Order, typed: ShipmentDraft) -> dict[tuple[str | int, ...], str]:
    with pytest.raises(ValidationFailed) as caught:
        shipment_from(order, typed)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_units_left_may_ship() -> None:
    new = shipment_from(ORDER, draft({12: 2, 13: 1}))
    assert new.taken == {12: 2, 13: 1}
    assert new.units == 3
    assert [line.shipped for line in new.order_after.lines] == [1, 3, 1]
    assert new.order_after.left == 0
    assert new.order_after.state == "shipped"


def test_more_than_is_left_is_refused_with_the_item_and_the_figures() -> None:
    assert refusal(ORDER, draft({12: 3, 11: 1})) == {
        ("lines", 12): Message("ship.too_many", sku="MOBILE-CASE-BLK", count=3, left=2),
        ("lines", 11): Message("ship.none_left", sku="MOBILE", count=1),
    }


def test_two_packages_count_together() -> None:
    two = ShipmentDraft(
        packages=(
            PackageDraft(tracking_number="A1", quantities={12: 2}),
            PackageDraft(tracking_number="A2", quantities={12: 1}),
        )
    )
    assert ("lines", 12) in refusal(ORDER, two)


def test_nothing_in_the_package_is_refused() -> None:
    assert refusal(ORDER, draft({})) == {("lines",): Message("ship.nothing_packed")}
    assert refusal(ORDER, draft({12: 0}))


def test_no_tracking_number_is_refused_at_its_field() -> None:
    assert refusal(ORDER, draft({12: 1}, tracking="  ")) == {
        ("packages", 0, "tracking_number"): Message("package.no_tracking_number")
    }


def test_an_untouched_second_package_is_left_out() -> None:
    two = ShipmentDraft(packages=(*draft({12: 1}).packages, PackageDraft()))
    assert len(shipment_from(ORDER, two).packages) == 1


def test_all_problems_come_at_once_with_their_package() -> None:
    two = ShipmentDraft(
        packages=(
            PackageDraft(tracking_number="x" * 101, quantities={12: 1}, weight_kg="heavy"),
            PackageDraft(tracking_number="A2", weight_kg="-1"),
        )
    )
    assert set(refusal(ORDER, two)) == {
        ("packages", 0, "tracking_number"),
        ("packages", 0, "weight"),
        ("packages", 1, "lines"),
        ("packages", 1, "weight"),
    }


def test_a_cancelled_order_ships_nothing() -> None:
    cancelled = ORDER.model_copy(update={"cancelled": True})
    assert refusal(cancelled, draft({12: 1})) == {(): Message("order.cancelled_cannot_ship", number="10001")}


def test_a_line_of_another_order_is_refused() -> None:
    assert refusal(ORDER, draft({99: 1})) == {("lines", 99): Message("ship.unknown_line", number="10001")}


def test_weights_are_typed_with_comma_or_point() -> None:
    typed = ShipmentDraft(packages=(PackageDraft(tracking_number="A1", quantities={12: 1}, weight_kg=" 0,05 "),))
    assert shipment_from(ORDER, typed).packages[0].weight_g == 50


@pytest.mark.parametrize(
    "packages",
    [
        (),
        (Package.model_construct(tracking_number="A1", lines=()),),
        (Package(tracking_number="A1", lines=(Packed(line_id=12, quantity=3),)),),
        (Package(tracking_number="A1", lines=(Packed(line_id=12, quantity=1), Packed(line_id=12, quantity=2))),),
    ],
    ids=["no package", "empty package", "too many", "too many in two entries"],
)
def test_an_invalid_shipment_can_not_be_built_directly(packages: tuple[Package, ...]) -> None:
    with pytest.raises(ValidationError):
        NewShipment.model_validate({"order": ORDER, "packages": [package.model_dump() for package in packages]})


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=4), st.data())
def test_every_shipment_that_is_built_fits_its_order(counts: list[tuple[int, int, int]], data: st.DataObject) -> None:
    lines = tuple(
        OrderLine(id=number, sku=f"S{number}", ordered=ordered, shipped=min(shipped, ordered), cancelled=cancelled)
        for number, (ordered, shipped, cancelled) in enumerate(counts, start=1)
    )
    order = Order(id=1, number="1", lines=lines)
    quantities = {line.id: data.draw(st.integers(-1, 6)) for line in lines}
    try:
        new = shipment_from(order, draft(quantities))
    except ValidationFailed:
        assert any(units > line.left for line, units in zip(lines, quantities.values(), strict=True)) or not any(
            units > 0 for units in quantities.values()
        )
    else:
        assert new.units > 0
        assert all(new.taken.get(line.id, 0) <= line.left for line in lines)
        assert all(line.left >= 0 for line in new.order_after.lines)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("-", Message("label.no_letter_or_digit", number="-")),
        ("–/.", Message("label.no_letter_or_digit", number="–/.")),
        ("https://www.ups.com/track?tracknum=1Z999AA10123456784", Message("label.web_address")),
        ("1Z999AA10123456784, 9400100109361129278357", Message("label.several_numbers")),
    ],
)
def test_a_label_without_one_number_does_not_ship(number: str, message: Message):
    (problem,) = label_problems((), PackageDraft(tracking_number=number))
    assert problem.message == message


@pytest.mark.parametrize("number", ["1", "LOC-1", "A/1", "王1", "1Z 999 AA1 01 2345 6784"])
def test_any_other_number_ships(number: str):
    assert label_problems((), PackageDraft(tracking_number=number)) == []
