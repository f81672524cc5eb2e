"""Field maps: an error is shown at its field, else at the nearest parent, else at the form; none is lost."""

import pytest

from shipconsole.domain.problem import Path
from shipconsole.vendors.field_map import FieldMap

FIELD_MAP = FieldMap(
    {
        ("fulfillments", 0, "shipping_address", "country"): ("ship_to", "country"),
        ("fulfillments", 0, "shipping_address", "city"): ("ship_to", "city"),
        ("fulfillments", 0, "trackers", 0, "tracking_number"): ("packages", 0, "tracking_number"),
        ("fulfillments", 0, "trackers", 1, "tracking_number"): ("packages", 1, "tracking_number"),
        ("fulfillments", 0, "trackers", 1, "carrier_code"): ("packages", 1, "carrier"),
        ("fulfillments", 0, "line_items", 0, "quantity"): ("lines", 7),
    }
)


@pytest.mark.parametrize(
    ("complained", "ours"),
    [
        (("fulfillments", 0, "shipping_address", "country"), ("ship_to", "country")),
        (("fulfillments", 0, "country"), ("ship_to", "country")),
        (("fulfillments", 0, "trackers", 1, "tracking_number", "deeper"), ("packages", 1, "tracking_number")),
        (("fulfillments", 0, "trackers", 1, "line_items", 0), ("packages", 1)),
        (("fulfillments", 0, "trackers", 1), ("packages", 1)),
        (("fulfillments", 0, "trackers"), ("packages",)),
        (("fulfillments", 0, "shipping_address"), ("ship_to",)),
        (("fulfillments", 0, "line_items", 0, "canceled"), ("lines", 7)),
        (("fulfillments", 0, "tracking_number"), ()),
        (("fulfillments", 9), ()),
        (("nowhere",), ()),
        ((), ()),
    ],
)
def test_an_error_is_shown_at_our_field(complained: Path, ours: Path) -> None:
    assert FIELD_MAP.ours(complained) == ours


def test_a_field_map_can_be_stored_as_text() -> None:
    assert FieldMap.from_text(FIELD_MAP.to_text()) == FIELD_MAP
    assert FieldMap() != FIELD_MAP
