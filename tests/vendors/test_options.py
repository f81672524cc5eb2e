"""Options of connections: each platform's model reads what a person typed, says what is wrong, and describes a form."""

import pytest

from shipconsole.domain.message import Message
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.options import ConnectionOptions
from shipconsole.vendors.shipengine.options import ShipEngineOptions
from shipconsole.vendors.swiftpod.options import SwiftPODOptions

MODELS = [vendor.options for vendor in VENDORS.values()]


@pytest.mark.parametrize("model", MODELS, ids=list(VENDORS))
def test_what_a_form_offers_is_accepted_and_is_what_holds_without_it(model: type[ConnectionOptions]) -> None:
    offered = {field.name: field.default for field in model.fields() if not field.name.endswith("*")}
    assert model.problems("P", offered) == ()
    assert model.read(offered) == model.read({}) == model()
    for field in model.fields():
        for choice in field.choices:
            assert model.problems("P", {field.name: choice}) == ()
        assert set(field.warnings) <= set(field.choices)


def test_texts_are_read_in_the_options_types_and_empty_ones_are_not_set() -> None:
    read = ShipEngineOptions.read({"undo_window_s": "0", "page_size": "25", "settle_delay_s": "", "carrier.usps": "e"})
    assert (read.undo_window_s, read.page_size, dict(read.carrier)) == (0, 25, {"usps": "e"})
    assert read.model_fields_set == {"undo_window_s", "page_size", "carrier"}


@pytest.mark.parametrize(
    ("model", "name", "text", "message"),
    [
        (ShipEngineOptions, "settle_delay_s", "4", {"id": "connection.option_number", "least": 5, "most": 3_600}),
        (
            ShipEngineOptions,
            "settle_delay_s",
            "9" * 5_000,
            {"id": "connection.option_number", "least": 5, "most": 3_600},
        ),
        (ShipEngineOptions, "undo_window_s", "soon", {"id": "connection.option_number", "least": 0, "most": 600}),
        (ShipEngineOptions, "page_size", "501", {"id": "connection.option_number", "least": 1, "most": 500}),
        (
            ShipEngineOptions,
            "webhook_signature",
            "on",
            {"id": "connection.option_choice", "choices": ("required", "off")},
        ),
        (SwiftPODOptions, "created_at_after", "yesterday", {"id": "connection.option_day"}),
    ],
)
def test_an_invalid_value_is_reported_by_its_name_and_not_set_where_it_is_stored(
    model: type[ConnectionOptions], name: str, text: str, message: dict[str, str | int]
) -> None:
    (problem,) = model.problems("P", {name: text})
    expected = {key: value for key, value in message.items() if key != "id"}
    assert problem.path == ("options", name)
    assert problem.message == Message(str(message["id"]), option=name, value=text, **expected)
    assert model.read({name: text}) == model()


def test_an_option_that_a_platform_does_not_have_is_unknown() -> None:
    (color, code) = SwiftPODOptions.problems("SwiftPOD", {"color": "red", "carrier.usps": "x"})
    assert (color.path, code.path) == (("options", "color"), ("options", "carrier.usps"))
    assert color.message.id == code.message.id == "connection.unknown_option"
    assert SwiftPODOptions.read({"color": "red", "test_orders": "yes"}).test_orders == "yes"


def test_options_that_leave_orders_out_are_known() -> None:
    assert [field.name for field in SwiftPODOptions.fields() if field.narrows] == [
        "statuses",
        "rejected_statuses",
        "created_at_after",
        "created_at_before",
        "trackings_created_at_after",
        "trackings_created_at_before",
    ]
