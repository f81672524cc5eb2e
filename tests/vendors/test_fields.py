"""The table of fields against the platforms' own documents: none missing, none too many, each read and sent right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import pytest

from shipconsole.domain.field import EACH, NAMED, Field, FieldPath, Kind, check, field_at, text_of
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Request
from tests.vendors.documents import concrete, document, edit_of, value_for, whole_document
from tests.vendors.examples import sample_json, sent_json

STARSHIPIT, SHIPUP, SHIPENGINE = VENDORS["starshipit"], VENDORS["shipup"], VENDORS["shipengine"]

STARSHIPIT_IDS = {("order_id",), ("items", EACH, "item_id"), ("packages", EACH, "package_id")}
STARSHIPIT_DELETIONS = {("items", EACH, "delete"), ("packages", EACH, "delete")}

SHIPUP_PLACES: dict[str, tuple[FieldPath, ...]] = {
    "order": ((),),
    "order_details": (("order_details",),),
    "shipping_address": (("shipping_address",), ("fulfillments", EACH, "shipping_address")),
    "fulfillment": (("fulfillments", EACH),),
    "tracker": (("fulfillments", EACH, "trackers", EACH),),
    "line_item": (
        ("line_items", EACH),
        ("fulfillments", EACH, "line_items", EACH),
        ("fulfillments", EACH, "trackers", EACH, "line_items", EACH),
    ),
}

SHIPENGINE_ENVELOPE = {"resource_url", "resource_type"}
"""Rows of the webhook's table that belong to the message and not to an order."""

# The table leaves these out, the API's addresses and amounts have them.
SHIPENGINE_BESIDE_THE_TABLE = {
    *(
        (*place, "ship_to", name)
        for place in ((), ("sales_order_items", EACH))
        for name in ("company_name", "address_line2", "address_line3")
    ),
    *(("sales_order_items", EACH, "price_summary", "estimated_shipping", name) for name in ("currency", "amount")),
}


@dataclass(frozen=True)
class Property:
    """One row of the table: a property of a platform's documents, and what can be done with it there."""

    vendor: str
    path: FieldPath
    read: bool
    sent: bool
    schema: Mapping[str, Any]


def starshipit_rows() -> list[Property]:
    read, sent = (
        dict(_leaves(cast("Any", document(f"starshipit/documents/{name}.schema.json"))["properties"]["order"]))
        for name in ("response", "request")
    )
    paths = list(dict.fromkeys([*sent, *read]))
    # What can be sent is what is offered.
    return [Property("starshipit", path, path in read, path in sent, (read | sent)[path]) for path in paths]


def _leaves(schema: Mapping[str, Any], path: FieldPath = ()) -> Iterator[tuple[FieldPath, Any]]:
    if "properties" in schema:
        for name, inner in schema["properties"].items():
            yield from _leaves(inner, (*path, name))
    elif schema["type"] == "array":
        yield from _leaves(schema["items"], (*path, EACH))
    else:
        yield path, schema


def shipup_rows() -> list[Property]:
    table = cast("dict[str, Any]", document("shipup/documents/properties.json"))
    rows: list[Property] = []
    for part, places in SHIPUP_PLACES.items():
        for place in places:
            sent = [*table[part]["sent"]]
            if part == "line_item" and "trackers" in place:
                sent += table[part]["sent_in_a_parcel_only"]
            for name in dict.fromkeys([*sent, *table[part]["read"]]):
                path = (*place, *name.split("."))
                rows.append(Property("shipup", path, name in table[part]["read"], name in sent, {}))
    return rows


def shipengine_rows() -> list[Property]:
    rows = [row for row in shipengine_table() if row["type"] not in ("object", "array")]
    paths = [shipengine_path(row["path"]) for row in rows if row["path"] not in SHIPENGINE_ENVELOPE]
    return [Property("shipengine", path, read=True, sent=False, schema={}) for path in paths]


def shipengine_table() -> list[dict[str, str]]:
    _, orders = cast("list[dict[str, Any]]", document("shipengine/documents/attributes.json"))
    return orders["attributes"]


def shipengine_path(text: str) -> FieldPath:
    steps = text.removeprefix("data[]").replace("[]", f".{EACH}").split(".")
    return tuple(step for step in steps if step)


ROWS = [*starshipit_rows(), *shipup_rows(), *shipengine_rows()]


def own_field(row: Property) -> Field:
    (found,) = [field for field in VENDORS[row.vendor].orders.fields if field.path == row.path]
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.vendor} {'.'.join(row.path)}")
def test_the_table(row: Property) -> None:
    field = own_field(row)
    assert field.read is row.read
    assert (field.editable or field.path in STARSHIPIT_IDS | STARSHIPIT_DELETIONS) is row.sent
    assert str(field.title)
    assert str(field.help).endswith(".")
    assert field.vendor.casefold() == row.vendor
    if row.read:
        whole = whole_document(VENDORS[row.vendor].orders.fields)
        if row.path[-2:] != ("price_summary", "estimated_shipping"):
            read = VENDORS[row.vendor].orders.read_fields(whole)[concrete(row.path)]
            assert read == value_for(field)
    if row.schema:
        assert (field.max_length, field.min_length) == (row.schema.get("maxLength"), row.schema.get("minLength", 0))
        assert field.kind == kind_of(row)
        assert set(row.schema.get("enum", ())) <= set(field.choices)
        assert not field.choices or field.open_choices


def kind_of(row: Property) -> Kind:
    if row.path[-1] in ("quantity", "quantity_to_ship"):
        return "number"  # whole in responses, decimal in requests
    if "enum" in row.schema:
        return "choice"
    by_type: dict[str, Kind] = {"integer": "whole", "number": "number", "boolean": "yes_no", "string": "text"}
    return "moment" if row.schema.get("format") == "date-time" else by_type[row.schema["type"]]


@pytest.mark.parametrize("vendor", [STARSHIPIT, SHIPUP, SHIPENGINE], ids=lambda vendor: vendor.name)
def test_there_is_no_field_that_no_document_has(vendor: Vendor) -> None:
    paths = [field.path for field in vendor.orders.fields]
    assert len(paths) == len(set(paths))
    beside = SHIPENGINE_BESIDE_THE_TABLE if vendor is SHIPENGINE else set[FieldPath]()
    assert set(paths) == {row.path for row in ROWS if row.vendor == vendor.name} | beside
    assert 8 <= sum(field.basic for field in vendor.orders.fields) <= 30
    for field in vendor.orders.fields:
        assert all(any(one.path == need for one in vendor.orders.fields) for need in field.needs)


def test_each_of_the_99_rows_of_shipengines_table_is_covered() -> None:
    table = shipengine_table()
    assert len(table) == 99
    paths = [field.path for field in SHIPENGINE.orders.fields]
    for row in table:
        path = shipengine_path(row["path"].removeprefix("data") if row["path"] == "data" else row["path"])
        if row["path"] not in SHIPENGINE_ENVELOPE:
            assert any(one[: len(path)] == path for one in paths), row
    assert not any(field.editable for field in SHIPENGINE.orders.fields)
    assert SHIPENGINE.edits.change is None


def test_the_statuses_offered_are_those_of_the_request() -> None:
    status = field_at(STARSHIPIT.orders.fields, ("status",))
    assert status is not None
    request = cast("Any", document("starshipit/documents/request.schema.json"))
    assert list(status.choices) == request["properties"]["order"]["properties"]["status"]["enum"]
    assert len(status.choices) == 6
    assert text_of(status, "Delivered6") == "Delivered6"
    assert check(status, "Delivered6") is None


def test_the_49_published_carriers_are_offered_and_newer_ones_accepted() -> None:
    carrier = field_at(STARSHIPIT.orders.fields, ("carrier",))
    assert carrier is not None
    request = cast("Any", document("starshipit/documents/request.schema.json"))
    published = request["properties"]["order"]["properties"]["carrier"]["enum"]
    assert (len(published), list(carrier.choices[:49])) == (49, published)
    assert check(carrier, "OpenedYesterday") is None


def body_of(vendor: Vendor, request: Request) -> dict[str, Any]:
    body = cast("dict[str, Any]", sent_json(request))
    return body["order"] if vendor is STARSHIPIT else body


EDITABLE = [
    (vendor, field)
    for vendor in (STARSHIPIT, SHIPUP)
    for field in vendor.orders.fields
    if field.editable and not field.once
]


@pytest.mark.parametrize(
    ("vendor", "field"), EDITABLE, ids=[f"{vendor.name} {'.'.join(field.path)}" for vendor, field in EDITABLE]
)
def test_one_changed_field_sends_only_that_and_what_is_required_with_it(vendor: Vendor, field: Field) -> None:
    whole = whole_document(vendor.orders.fields)
    path = concrete(field.path, entry=1)
    after = vendor.orders.read_fields(whole) | {path: value_for(field, other=True)}
    assert vendor.edits.change
    request = vendor.edits.change(edit_of(whole, after))
    assert request.repeatable
    assert str(field.title) in str(request.summary)
    expected = expected_body(vendor, field, whole)
    assert plain(body_of(vendor, request)) == plain(expected)
    assert ".".join(("fields", *path)) in request.field_map.to_text().values()


def expected_body(vendor: Vendor, field: Field, whole: dict[str, Any]) -> dict[str, Any]:
    """Built the slow way from the document: the ids around the field, its whole part, and the field."""
    sent_values: dict[str, Any] = (
        {"order_id": 77} if vendor is STARSHIPIT else {"merchant_id": "77", "order_number": "10001"}
    )
    node, source, pattern = sent_values, whole, field.path
    names = {one.path for one in vendor.orders.fields if one.editable or one.key}
    done: FieldPath = ()
    while len(pattern) > len(done) + 1:
        step = pattern[len(done)]
        if step == "metadatas":
            node[step] = [dict(entry) for entry in source[step]]
            node = node[step][1]
            done = (*done, step, EACH)
        elif pattern[len(done) + 1] == EACH:
            done = (*done, step, EACH)
            source = source[step][1]
            keys = {path[-1] for path in names if path[:-1] == done and field_by(vendor, path).key}
            node[step] = [{key: source[key] for key in keys}]
            node = node[step][0]
        else:
            done = (*done, step)
            source = source[step] if isinstance(source, dict) else {}
            sent = {path[-1] for path in names if path[:-1] == done}
            all_named = (*done, NAMED) in names
            keep = step != "order_details"
            node[step] = {k: v for k, v in source.items() if keep and (k in sent or all_named)}
            node = node[step]
    node[concrete(field.path)[-1]] = value_for(field, other=True)
    if vendor is STARSHIPIT and field.path == ("carrier",):
        sent_values["carrier_service_code"] = ""
    return sent_values


def field_by(vendor: Vendor, path: FieldPath) -> Field:
    return next(field for field in vendor.orders.fields if field.path == path)


def plain(value: object) -> object:
    """Numbers alike, whether whole or not."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [plain(inner) for inner in cast("list[object]", value)]
    return float(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


@pytest.mark.parametrize("vendor", [STARSHIPIT, SHIPUP], ids=lambda vendor: vendor.name)
def test_saved_without_a_change_nothing_is_sent(vendor: Vendor) -> None:
    assert vendor.edits.change
    whole = whole_document(vendor.orders.fields) | {"newer": {"than": ["this"]}}
    read = vendor.orders.read_fields(whole)
    shown = {
        path: text_of(field, value) for path, value in read.items() if (field := field_at(vendor.orders.fields, path))
    }
    for values in (read, shown, {}):
        with pytest.raises(ValidationFailed, match="Nothing changed"):
            vendor.edits.change(edit_of(whole, values))


@pytest.mark.parametrize("vendor", [STARSHIPIT, SHIPUP], ids=lambda vendor: vendor.name)
def test_every_published_order_saved_unchanged_sends_nothing(vendor: Vendor) -> None:
    assert vendor.edits.change
    path = {
        "starshipit": "starshipit/samples/update_order/200_updated.json",
        "shipup": "shipup/samples/create_order/request.json",
    }[vendor.name]
    whole = cast("dict[str, Any]", sample_json(path))
    whole = whole.get("order", whole)
    with pytest.raises(ValidationFailed, match="Nothing changed"):
        vendor.edits.change(edit_of(whole, vendor.orders.read_fields(whole)))


TOO_LONG = [(vendor, field) for vendor, field in EDITABLE if field.max_length is not None]


@pytest.mark.parametrize(
    ("vendor", "field"), TOO_LONG, ids=[f"{vendor.name} {'.'.join(field.path)}" for vendor, field in TOO_LONG]
)
def test_beyond_a_limit_it_is_refused_with_field_and_limit(vendor: Vendor, field: Field) -> None:
    assert vendor.edits.change
    assert field.max_length
    path = concrete(field.path)
    with pytest.raises(ValidationFailed) as refused:
        vendor.edits.change(edit_of(whole_document(vendor.orders.fields), {path: "x" * (field.max_length + 1)}))
    (problem,) = refused.value.problems
    assert problem.path == ("fields", *path)
    assert str(problem.message).startswith(f"{field.title} has {field.max_length + 1} characters. ")


FIXED = [
    (vendor, field)
    for vendor in (STARSHIPIT, SHIPUP)
    for field in vendor.orders.fields
    if field.once or not field.editable
]


@pytest.mark.parametrize(
    ("vendor", "field"), FIXED, ids=[f"{vendor.name} {'.'.join(field.path)}" for vendor, field in FIXED]
)
def test_what_cannot_be_changed_is_refused_by_name(vendor: Vendor, field: Field) -> None:
    assert vendor.edits.change
    path = concrete(field.path)
    with pytest.raises(ValidationFailed, match="can't be changed at") as refused:
        vendor.edits.change(edit_of(whole_document(vendor.orders.fields), {path: "another"}))
    assert refused.value.problems[0].path == ("fields", *path)
    assert str(refused.value.problems[0].message).startswith(str(field.title))
