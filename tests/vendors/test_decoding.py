"""Bodies in every encoding are read, and bytes that are no text are noted, never replaced in silence."""

import json

import pytest

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.outcome import Accepted, Refused
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.webhook_event import OrdersEvent
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.decoding import NOTE, decoded, with_escapes
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.paging import OrderPage
from shipconsole.vendors.request import Request, Response
from tests.support.effort import Effort
from tests.vendors.examples import response

TREE = {"name": "Zoë 王芳", "total": 1}
TEXT = json.dumps(TREE, ensure_ascii=False)
TOLD = Request("tell", "PUT", "/")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
@pytest.mark.parametrize("content_type", ["", "application/json", "application/json; charset=utf-8"])
def test_json_is_read_in_every_form_of_unicode(encoding: str, content_type: str) -> None:
    body = TEXT.encode(encoding)
    assert parse(body, {"content-type": content_type}) == TREE
    assert decoded(body, {"content-type": content_type}) == (TEXT, True)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=iso-8859-1",
        'application/json;charset="ISO-8859-1"',
        "application/json; charset=windows-1252",
        "application/json; charset=latin1; odd=1",
    ],
)
def test_a_charset_that_the_sender_names_is_used(content_type: str) -> None:
    assert parse(b'{"name": "Zo\xeb"}', {"content-type": content_type}) == {"name": "Zoë"}


@pytest.mark.parametrize(
    "charset", ["utf-16", "utf-16le", "UTF-16BE", "zlib", "punycode", "idna", "no such", "", "\r\n"]
)
def test_a_wrong_odd_or_missing_charset_does_no_harm(charset: str) -> None:
    headers = {"content-type": f"application/json; charset={charset}"}
    effort = Effort()
    with effort.of():
        for body in (b'{"a": "b"}', b"", b"\xff" * 50_000):
            decoded(body, headers)
    assert effort.most < 40
    if not charset.casefold().startswith("utf-16"):
        assert parse(b'{"a": "b"}', headers) == {"a": "b"}


@pytest.mark.parametrize("body", [b"a\x00b", b"\x00", b"1", b"{}", b"[]", b'""', b"ab\x00c"])
def test_zeros_in_a_text_do_not_make_it_utf16(body: bytes) -> None:
    assert decoded(body) == (body.decode(), True)


def test_an_xml_document_may_declare_its_encoding() -> None:
    document = '<?xml version="1.0" encoding="ISO-8859-1"?><R><name>Zoë</name></R>'
    assert decoded(document.encode("latin-1")) == (document, True)


def test_bytes_that_are_no_text_are_shown_as_they_are_where_a_response_is_kept() -> None:
    assert with_escapes(b'{"name": "Zo\xeb"}') == '{"name": "Zo\\xeb"}'
    assert with_escapes(TEXT.encode("utf-16")) == TEXT


ORDERS = {
    "shipengine": ("sales_orders", {"sales_order_id": "so", "external_order_number": "Zoë"}),
    "starshipit": ("orders", {"order_id": 7, "order_number": "Zoë"}),
    "shipup": ("data", {"merchant_id": "Zoë"}),
    "swiftpod": ("data", {"id": 7, "order_id": "Zoë"}),
}


@pytest.mark.parametrize("name", ORDERS)
def test_lists_and_orders_note_what_was_no_text(name: str) -> None:
    vendor, (key, order) = VENDORS[name], ORDERS[name]
    whole = json.dumps({key: [order], "order": order, "success": True, **order}, ensure_ascii=False)
    for body, notes in ((whole.encode(), []), (whole.encode("utf-16"), []), (whole.encode("latin-1"), [NOTE])):
        page = vendor.orders.read_page(response(200, body), vendor.orders.list_page({}, "", {}))
        assert isinstance(page, OrderPage)
        assert [note for note in page.notes if note == NOTE] == notes
        assert [one.number for one in page.orders] == ["Zo�" if notes else "Zoë"]
        alone = {"order": order, "success": True} if name == "starshipit" else order
        encoding = "latin-1" if notes else "utf-16" if body.startswith(b"\xff\xfe") else "utf-8"
        found = vendor.orders.read(response(200, json.dumps(alone, ensure_ascii=False).encode(encoding)))
        assert isinstance(found, RemoteOrder)
        assert [note for note in found.notes if note == NOTE] == notes


def test_tracks_and_webhooks_note_it_as_well() -> None:
    vendor = VENDORS["shipengine"]
    assert vendor.tracking
    track = {"tracking_number": "N", "status_code": "DE", "events": [{"signer": "Zoë"}]}
    found = vendor.tracking.read(response(200, json.dumps(track, ensure_ascii=False).encode("latin-1")))
    assert isinstance(found, RemoteTrack)
    assert found.notes == (NOTE,)
    data = [{"sales_order_id": "so", "external_order_number": "Zoë"}]
    event = json.dumps({"resource_type": "API_SALES_ORDERS_IMPORTED", "data": data}, ensure_ascii=False)
    assert vendor.webhooks.read(event.encode("latin-1")).notes == (NOTE,)
    assert vendor.webhooks.read(event.encode()).notes == ()
    assert isinstance(vendor.webhooks.read(event.encode("utf-16")).content, OrdersEvent)


@pytest.mark.parametrize("name", ORDERS)
def test_a_webhook_of_any_platform_notes_it(name: str) -> None:
    reader = VENDORS[name].webhooks
    assert reader
    event = json.dumps({"event": {"name": "order_notify"}, "tracking_number": "N", "said": "Zoë"}, ensure_ascii=False)
    assert NOTE in reader.read(event.encode("latin-1")).notes
    assert NOTE not in reader.read(event.encode()).notes


def test_a_charset_that_swiftpod_names_is_used() -> None:
    vendor = VENDORS["swiftpod"]
    body = json.dumps({"id": 7, "order_id": "Zoë"}, ensure_ascii=False).encode("latin-1")
    found = vendor.orders.read(Response(200, {"content-type": "application/json; charset=iso-8859-1"}, body))
    assert isinstance(found, RemoteOrder)
    assert (found.number, found.notes) == ("Zoë", ())


def test_a_rejection_in_utf16_keeps_its_text_and_a_success_is_read() -> None:
    for name, body in (
        ("shipup", {"errors": {"email": "Ungültig"}}),
        ("shipengine", {"errors": [{"message": "Ungültig"}]}),
        ("starshipit", {"success": False, "errors": [{"message": "Ungültig"}]}),
    ):
        text = json.dumps(body, ensure_ascii=False).encode("utf-16")
        refused = VENDORS[name].read_update(
            TOLD, Response(400, {"content-type": "application/json; charset=utf-16"}, text)
        )
        assert isinstance(refused, Refused)
        assert str(refused.problems[0].message) == "Ungültig"
        assert isinstance(
            VENDORS[name].read_update(TOLD, response(200, '{"success": true}'.encode("utf-16"))), Accepted
        )
