"""Starshipit's XML: numbers, booleans and lists as in its JSON, texts that look like numbers as texts."""

import json
from datetime import date
from typing import Any

import pytest

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.simulator import STARSHIPIT_API_KEY, STARSHIPIT_SUBSCRIPTION_KEY
from shipconsole.simulator.messages import Request
from shipconsole.simulator.sample_orders import sample_orders
from shipconsole.simulator.starshipit import Starshipit
from shipconsole.vendors.paging import OrderPage
from shipconsole.vendors.request import Response
from shipconsole.vendors.starshipit import VENDOR
from shipconsole.vendors.starshipit.fields import FIELDS
from shipconsole.vendors.starshipit.xml import from_xml
from tests.vendors.examples import response, sample, sample_json

KEYS = {
    "starshipit-api-key": STARSHIPIT_API_KEY,
    "ocp-apim-subscription-key": STARSHIPIT_SUBSCRIPTION_KEY,
}
PLACEHOLDERS = "starshipit/samples/update_order/200_placeholders"


def read(inner: str) -> Any:
    return from_xml(f"<R><order>{inner}</order><success>true</success></R>".encode(), {})["order"]


def test_every_placeholder_of_the_published_xml_is_what_the_json_has() -> None:
    read_value: Any = from_xml(sample(f"{PLACEHOLDERS}.xml"), {})
    expected: Any = sample_json(f"{PLACEHOLDERS}.json")
    assert read_value == expected
    kinds = {type(value) for value in read_value["order"].values()}
    assert {int, bool, str} <= kinds
    for field in FIELDS:
        if len(field.path) == 1 and field.read and field.path[0] in read_value["order"]:
            wanted = {"yes_no": bool, "whole": int, "number": int}.get(field.kind, str)
            assert isinstance(read_value["order"][field.path[0]], wanted), field.path


@pytest.mark.parametrize("path", ["/api/orders", "/api/orders/unshipped"])
def test_orders_in_xml_are_those_in_json(path: str) -> None:
    vendor = Starshipit(sample_orders(5, date(2026, 11, 20)), lambda: 1_795_000_100.0)
    query = {"order_number": "10001"} if path == "/api/orders" else {"since_last_updated": "2000-01-01T00:00:00Z"}
    given = [
        vendor.answer(Request("GET", path, query, {**KEYS, "accept": accept}))
        for accept in ("application/json", "application/xml")
    ]
    in_json, in_xml = (Response(one.status, {"content-type": one.content_type}, one.body) for one in given)
    assert in_xml.body.startswith(b"<?xml")
    if path == "/api/orders":
        found = [VENDOR.orders.read(one) for one in (in_json, in_xml)]
    else:
        pages = [VENDOR.orders.read_page(one, VENDOR.orders.list_page({}, "", {})) for one in (in_json, in_xml)]
        assert all(isinstance(page, OrderPage) and len(page.orders) > 3 for page in pages)
        found = [order for page in pages if isinstance(page, OrderPage) for order in page.orders]
    orders = [one for one in found if isinstance(one, RemoteOrder)]
    assert len(orders) == len(found)
    for one, other in zip(orders[: len(orders) // 2], orders[len(orders) // 2 :], strict=True):
        # An empty list is no element at all.
        whole, alike = json.loads(one.document), json.loads(other.document)
        assert {name: value for name, value in whole.items() if value != []} == alike
        assert one.model_copy(update={"document": ""}) == other.model_copy(update={"document": ""})


def test_texts_keep_their_zeros_and_what_is_no_number_stays_as_it_is() -> None:
    order = read(
        "<order_id>7</order_id><order_number>0010</order_number><reference>1E5</reference><status>true</status>"
        "<destination><post_code>0800</post_code><phone>0290988227</phone></destination>"
        "<items><item_id>x</item_id><sku>0012</sku><quantity>2</quantity><weight>0.650</weight></items>"
        "<packages><tracking_number>00340434161094021501</tracking_number><weight>1e400</weight></packages>"
        "<signature_required>perhaps</signature_required><dtp>1</dtp><plt>FALSE</plt><newer>5</newer>"
    )
    assert order == {
        "order_id": 7,
        "order_number": "0010",
        "reference": "1E5",
        "status": "true",
        "destination": {"post_code": "0800", "phone": "0290988227"},
        "items": [{"item_id": "x", "sku": "0012", "quantity": 2, "weight": 0.65}],
        "packages": [{"tracking_number": "00340434161094021501", "weight": "1e400"}],
        "signature_required": "perhaps",
        "dtp": True,
        "plt": False,
        "newer": "5",
    }


def test_lists_of_one_of_none_and_nothing() -> None:
    nil = '<reference xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>'
    assert read(f"<items/>{nil}<packages><labels><label_url>u</label_url></labels></packages>") == {
        "items": [],
        "reference": None,
        "packages": [{"labels": [{"label_url": "u"}]}],
    }


def test_whether_it_succeeded_is_a_truth() -> None:
    read_value = from_xml(b"<R><success>false</success><errors><message>No.</message></errors></R>", {})
    assert read_value == {"success": False, "errors": [{"message": "No."}]}
    assert from_xml(b"<R><statusCode>401</statusCode><message>No key.</message></R>", {})["statusCode"] == 401


def test_a_track_in_xml_is_read() -> None:
    body = (
        b"<R><results><tracking_number>0012</tracking_number><tracking_status>Delivered</tracking_status>"
        b"<tracking_events><status>Delivered</status><details>Left at door</details></tracking_events>"
        b"</results><success>true</success></R>"
    )
    assert VENDOR.tracking
    track = VENDOR.tracking.read(response(200, body))
    assert isinstance(track, RemoteTrack)
    assert (track.tracking_number, track.status, str(track.events[0].message)) == ("0012", "delivered", "Left at door")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_document_in_another_encoding(encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?><R><order><reference>Zoë</reference></order></R>'
    assert from_xml(document.encode(encoding), {}) == {"order": {"reference": "Zoë"}}
