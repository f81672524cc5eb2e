"""Sizes of packages as people type them, and the station's boxes."""

import pytest

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.package_size import PackagePreset, PackageSize, presets_from, size_from, size_text
from shipconsole.domain.shipment import draft_of, shipment_from, shipment_problems
from tests.ui.order_editor.orders import CASE, order_of


@pytest.mark.parametrize(
    "typed", ["30 x 20 x 10.5", "30x20x10,5", "30 × 20 × 10.5", "30*20*10.5", "30 20 10.5", " 30 X 20 X 10.5 cm "]
)
def test_a_size_is_read_however_it_is_typed(typed: str) -> None:
    assert size_from(typed) == PackageSize(300, 200, 105)
    assert size_from(size_text(PackageSize(300, 200, 105))) == PackageSize(300, 200, 105)


@pytest.mark.parametrize(
    "typed",
    ["", "30", "30 x 20", "30 x 20 x 10 x 5", "30 x 20 x", "a x b x c", "0 x 1 x 1", "1001 x 1 x 1", "-3 x 2 x 1"],
)
def test_anything_else_is_no_size(typed: str) -> None:
    assert size_from(typed) is None


def test_boxes_have_a_name_or_are_named_by_their_size() -> None:
    assert presets_from(["Small box: 20 x 15 x 10", "60x40x40", "nonsense"]) == (
        PackagePreset("Small box", PackageSize(200, 150, 100)),
        PackagePreset("60 × 40 × 40", PackageSize(600, 400, 400)),
    )


def test_the_size_ships_with_its_package_and_a_wrong_one_is_a_problem_at_its_field() -> None:
    package = PackageDraft(tracking_number="9400100109361129278357", quantities={CASE: 1}, size_cm="30 x 20 x 10")
    shipped = shipment_from(order_of(), ShipmentDraft(packages=(package,))).packages[0]
    assert shipped.size == PackageSize(300, 200, 100)
    assert draft_of(shipped).size_cm == "30 × 20 × 10"
    package.size_cm = "30 x 20"
    (problem,) = shipment_problems(order_of(), ShipmentDraft(packages=(package,)))
    assert (problem.path, problem.message.id) == (("packages", 0, "size"), "ship.size")
