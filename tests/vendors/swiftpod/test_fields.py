"""SwiftPOD's fields: every property of the published order has a title, and those a packer needs are basic."""

from typing import Any, cast

import pytest

from shipconsole.domain.field import field_at
from shipconsole.vendors.catalog import VENDORS
from tests.vendors.examples import sample_json

SWIFTPOD = VENDORS["swiftpod"]
ORDER = cast("dict[str, Any]", sample_json("swiftpod/samples/shipment_notify/webhook.json"))["data"]


def test_every_property_of_the_published_order_has_a_title_and_a_help() -> None:
    read = SWIFTPOD.orders.read_fields({**ORDER, "return_address": ORDER["address"]})
    assert len(read) > 60
    untitled = [path for path in read if field_at(SWIFTPOD.orders.fields, path) is None]
    assert untitled == []
    for field in SWIFTPOD.orders.fields:
        assert str(field.title)
        assert str(field.help).endswith(".")
        assert not field.editable
        assert not field.choices or field.open_choices


def test_no_two_fields_have_one_path_and_basic_ones_have_titles_of_their_own() -> None:
    paths = [field.path for field in SWIFTPOD.orders.fields]
    assert len(paths) == len(set(paths))
    basic = [field for field in SWIFTPOD.orders.fields if field.basic]
    assert 8 <= len(basic) <= 30
    assert len({str(field.title) for field in basic}) == len(basic)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        (("order_id",), "Order number"),
        (("status",), "Status"),
        (("address", "zip"), "Postal code"),
        (("line_items", "0", "sku"), "SKU"),
        (("trackings", "1", "tracking_number"), "Tracking number"),
    ],
)
def test_the_fields_that_a_packer_needs_are_basic(path: tuple[str, ...], title: str) -> None:
    field = field_at(SWIFTPOD.orders.fields, path)
    assert field is not None
    assert (str(field.title), field.basic) == (title, True)


def test_a_single_packed_item_is_read_as_a_list_of_one() -> None:
    listed = ORDER["trackings"][0]
    alone = {**listed, "shipped_items": listed["shipped_items"][0]}
    assert SWIFTPOD.orders.read_fields({"trackings": [alone]}) == SWIFTPOD.orders.read_fields({"trackings": [listed]})
