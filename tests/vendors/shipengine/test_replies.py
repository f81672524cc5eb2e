"""ShipEngine's responses: orders in our model, rejections at our fields, no failure on nonsense."""

import json

import pytest
from pydantic import BaseModel

from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.outcome import Accepted, Blocked, Refused, TryLater, Unsure
from shipconsole.domain.problem import Problem
from shipconsole.vendors.adapter import StoreState
from shipconsole.vendors.paging import OrderPage
from shipconsole.vendors.request import Request
from shipconsole.vendors.shipengine import VENDOR, wire
from tests.support.quoting import quoting
from tests.vendors.examples import link, notification, order, package, response, sample, shipment

GIVEN = {
    "sales_order_id": "2078df9b-2c23-5a61-8ec8-c9a2a2ac0f8d",
    "external_order_id": "x-1",
    "external_order_number": "10001",
    "order_source": {
        "order_source_id": "source-1",
        "order_source_nickname": "My Shopify account",
        "refresh_info": {"status": "idle", "last_refresh_attempt": None, "refresh_date": "2026-11-01T00:00:00Z"},
    },
    "sales_order_status": {
        "payment_status": "paid",
        "fulfillment_status": "unfulfilled",
        "is_cancelled": False,
    },
    "order_date": "2026-11-01T02:11:12.6468502Z",
    "customer": {"name": "John Smith", "email": "john@example.com"},
    "ship_to": {
        "name": "John Smith",
        "address_line1": "20 George Street",
        "city_locality": "Sydney",
        "state_province": "NSW",
        "postal_code": "2000",
        "country_code": "AU",
    },
    "sales_order_items": [
        {
            "sales_order_item_id": "item-1",
            "line_item_details": {
                "name": "Mobile Phone",
                "sku": "MOBILE",
                "weight": {"value": 22.9, "unit": "ounce"},
            },
            "requested_shipping_options": {"ship_date": "2026-11-03T00:00:00Z"},
            "price_summary": {"estimated_shipping": "5.00", "total": {"currency": "usd", "amount": 125.0}},
            "quantity": 1,
            "is_gift": True,
        }
    ],
    "something_new": {"kept": [1, 2.5]},
}


def built_notification() -> Request:
    known = link("so-1", {1: ("item-1", 1), 2: ("item-2", 3)})
    request = VENDOR.shipments.notify(notification(order(1, 3), known, shipment(package("N1", {1: 1}))))
    assert request is not None
    return request


def told_with(status: int, body: object = b"", **headers: str) -> object:
    return VENDOR.read_update(built_notification(), response(status, body, **headers))


def detail(message: str, code: str = "unspecified", **more: object) -> dict[str, object]:
    error_detail = {"error_source": "shipengine", "error_type": "system", "error_code": code, "message": message}
    return error_detail | more


def error(message: str, code: str = "unspecified") -> dict[str, object]:
    return {"request_id": "22467317-a130-4927-95a6-76124b716e58", "errors": [detail(message, code)]}


def test_an_order_is_read_into_our_model() -> None:
    read = VENDOR.orders.read(response(200, GIVEN))
    assert not isinstance(read, Accepted | Refused | TryLater | Unsure | Blocked)
    assert (read.remote_id, read.number) == (GIVEN["sales_order_id"], "10001")
    assert (read.source_id, read.source_name) == ("source-1", "My Shopify account")
    assert (read.status, read.cancelled, read.shipped_elsewhere) == ("unfulfilled", False, False)
    (line,) = read.lines
    assert (line.remote_id, line.sku, line.description) == ("item-1", "MOBILE", "Mobile Phone")
    assert (line.quantity, line.weight_g) == (1, 649)
    assert (read.ship_to.street, read.ship_to.city) == ("20 George Street", "Sydney")
    assert (read.ship_to.country, read.ship_to.email) == ("AU", "john@example.com")
    assert (read.ordered_at_ms, read.due_at_ms) == (1_793_499_072_646, 1_793_664_000_000)
    assert (read.note, read.notes) == (Message("order.gift"), ())
    assert json.loads(read.document) == GIVEN


@pytest.mark.parametrize(
    ("change", "number"),
    [({}, "10001"), ({"external_order_number": None}, "x-1"), ({"external_order_number": [1]}, "x-1")],
)
def test_the_number_falls_back(change: dict[str, object], number: str) -> None:
    read = VENDOR.orders.read(response(200, GIVEN | change))
    assert getattr(read, "number", None) == number


def test_statuses_decide_what_became_of_an_order() -> None:
    for status, cancelled, elsewhere in (("fulfilled", False, True), ("unfulfilled", True, False)):
        fields = {"fulfillment_status": status, "is_cancelled": cancelled}
        read = VENDOR.orders.read(response(200, GIVEN | {"sales_order_status": fields}))
        assert (getattr(read, "cancelled", None), getattr(read, "shipped_elsewhere", None)) == (
            cancelled,
            elsewhere,
        )


@pytest.mark.parametrize(
    "odd", [None, 7, 1.5, True, "text", [], {}, [[]], {"a": 1}, -1, 10**400, "½", [None, 3]], ids=repr
)
@pytest.mark.parametrize("level", ["order", "source", "status", "item", "details", "weight"])
def test_no_wrong_type_loses_an_order(odd: object, level: str) -> None:
    order_given = json.loads(json.dumps(GIVEN))
    item = order_given["sales_order_items"][0]
    place = {
        "order": order_given,
        "source": order_given["order_source"],
        "status": order_given["sales_order_status"],
        "item": item,
        "details": item["line_item_details"],
        "weight": item["line_item_details"]["weight"],
    }[level]
    for name in place:
        if name == "sales_order_id":
            continue
        kept, place[name] = place[name], odd
        read = VENDOR.orders.read(response(200, order_given))
        assert getattr(read, "remote_id", None) == GIVEN["sales_order_id"], name
        place[name] = kept


def test_half_a_unit_is_noted() -> None:
    item = {"sales_order_item_id": "i", "quantity": 1.5, "line_item_details": {"sku": "ROPE"}}
    read = VENDOR.orders.read(response(200, GIVEN | {"sales_order_items": [item, "stray"]}))
    assert getattr(read, "notes", None) == (
        Message("sync.entries_left_out", name="sales_order_items", count=1, all=2),
        Message("sync.quantity_not_counted", item="ROPE", quantity="1.5"),
    )


def test_every_attribute_of_the_platforms_table_has_its_field() -> None:
    rows = sample("shipengine/samples/sales_orders_imported_attributes.txt").decode().split()
    assert len(rows) == 99
    for row in rows[3:]:
        model: type[BaseModel] | None = wire.SalesOrder
        for name in row.removeprefix("data[].").replace("[]", "").split("."):
            assert model is not None, row
            assert name in model.model_fields, row
            model = next((one for one in _models_in(model.model_fields[name].annotation)), None)


def _models_in(annotation: object) -> list[type[BaseModel]]:
    inner = getattr(annotation, "__args__", (annotation,))
    return [one for one in inner if isinstance(one, type) and issubclass(one, BaseModel)]


def page(status: str = "unfulfilled", number: int = 1, pages: int = 1, **more: object) -> dict[str, object]:
    def neighbour(to: int) -> dict[str, str]:
        address = f"https://api.shipengine.com/v-beta/sales_orders?fulfillment_status={status}&page={to}"
        return {"href": address} if 1 <= to <= pages else {}

    links = {
        "first": neighbour(1),
        "last": neighbour(pages),
        "prev": neighbour(number - 1),
        "next": neighbour(number + 1),
    }
    body = {"sales_orders": [GIVEN], "total": 3, "page": number, "pages": pages, "links": links}
    return body | more


@pytest.mark.parametrize(
    ("asked", "body", "cursor"),
    [
        ("", page(), ""),
        ("", page(pages=2), "unfulfilled:2"),
        ("unfulfilled:2", page(number=2, pages=2), ""),
        ("partially_fulfilled:1", page("partially_fulfilled", pages=2), "partially_fulfilled:2"),
        ("partially_fulfilled:2", page("partially_fulfilled", 2, 2), ""),
        ("", page("partially_fulfilled", sales_orders=[]), ""),
        ("", page(pages=2, links=None), "unfulfilled:2"),
        ("", page(pages=2, links={"next": {}}), "unfulfilled:2"),
        ("", page(pages=2, page="no", links={"next": {"href": "//[bad"}}), "unfulfilled:2"),
    ],
)
def test_the_next_page(asked: str, body: dict[str, object], cursor: str) -> None:
    read = VENDOR.orders.read_page(response(200, body), VENDOR.orders.list_page({}, asked))
    assert isinstance(read, OrderPage)
    assert (read.next_cursor, read.total, read.shortfalls) == (cursor, 3, ())


@pytest.mark.parametrize(
    ("asked", "body", "cursor", "shortfalls"),
    [
        ("unfulfilled:2", page(number=1, pages=3), "unfulfilled:2", ("page_number",)),
        ("unfulfilled:2", page(number=2, pages=2, links={"next": {"href": "/?page=3"}}), "", ("past_last_page",)),
    ],
)
def test_what_a_page_itself_shows_to_be_wrong(
    asked: str, body: dict[str, object], cursor: str, shortfalls: tuple[str, ...]
) -> None:
    read = VENDOR.orders.read_page(response(200, body), VENDOR.orders.list_page({}, asked))
    assert isinstance(read, OrderPage)
    assert (read.next_cursor, read.shortfalls) == (cursor, shortfalls)


def test_both_lists_of_open_orders_are_read_or_the_requested_one() -> None:
    assert VENDOR.orders.first_cursors({}) == ("unfulfilled:1", "partially_fulfilled:1")
    assert VENDOR.orders.first_cursors({"fulfillment_status": "fulfilled"}) == ("fulfilled:1",)
    assert (
        dict(VENDOR.orders.list_page({}, "partially_fulfilled:1").query)["fulfillment_status"] == "partially_fulfilled"
    )


def test_the_platforms_paging_example_has_a_next_page_but_no_orders() -> None:
    body = json.loads(sample("shipengine/samples/list_sales_orders/200_pagination.json"))
    read = wire.SalesOrderList.model_validate(body)
    assert (read.total, read.pages, read.links.prev.href) == (168, 7, "")
    assert isinstance(VENDOR.orders.read_page(response(200, body)), Unsure)


def test_an_order_without_id_is_left_out_with_a_note() -> None:
    read = VENDOR.orders.read_page(response(200, page(sales_orders=[{"external_order_number": "1"}, GIVEN])))
    assert isinstance(read, OrderPage)
    assert (len(read.orders), read.notes) == (1, (Message("sync.order_without_id"),))


@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize("body", [b"", b"{}", b'{"errors":[]}', b'{"anything":1}'])
def test_any_success_is_accepted(status: int, body: bytes) -> None:
    assert told_with(status, body) == Accepted()
    assert isinstance(told_with(202, body), Unsure), "taken in is not done"


def test_a_success_that_names_errors_or_is_a_page_is_not_sure() -> None:
    assert told_with(200, error("Half of it failed.")) == Unsure(
        Message("platform.named_errors", platform="ShipEngine", status="200", text="Half of it failed.")
    )
    assert isinstance(told_with(200, b"<html><title>Sign in</title></html>"), Unsure)


def test_the_platforms_400_is_a_rejection_that_quotes_it() -> None:
    assert told_with(400, sample("shipengine/samples/notify_shipped/400_body_required.json")) == Refused(
        (Problem((), verbatim("Request body cannot be empty.")),)
    )


def test_refusals_find_our_fields() -> None:
    details = [
        detail("Tracking number is required.", field_name="tracking_number", field_value=None),
        detail("Too many.", field_name="sales_order_items[0].quantity"),
        detail("No such code.", field_name="carrier_code"),
        detail("Odd.", field_name=None),
    ]
    body = {"request_id": "22467317-a130-4927-95a6-76124b716e58", "errors": details}
    refused = told_with(422, body)
    assert refused == Refused(
        (
            Problem(("packages", 0, "tracking_number"), verbatim("Tracking number is required.")),
            Problem(("lines", 1), verbatim("Too many.")),
            Problem(("packages", 0, "carrier"), verbatim("No such code.")),
            Problem((), verbatim("Odd.")),
        )
    )


def test_known_codes_and_statuses_carry_advice() -> None:
    for outcome in (
        told_with(404),
        told_with(400, error("No.", "order_source_not_active")),
    ):
        assert isinstance(outcome, Refused)
        assert str(outcome.problems[0].advice)


def test_too_many_requests() -> None:
    body = sample("shipengine/samples/notify_shipped/429_rate_limit.json")
    later = told_with(429, body, retry_after="7")
    assert isinstance(later, TryLater)
    assert (later.after_s, later.whole_account) == (7.0, True)
    assert "exceeded the rate limit" in str(later.message)


def test_a_conflict_and_a_503_are_unsure() -> None:
    assert told_with(409, error("Conflict.")) == Unsure(verbatim("Conflict."))
    assert told_with(503, b"", retry_after="5") == Unsure(Message("platform.unavailable", platform="ShipEngine"))


def test_account_matters_block() -> None:
    assert told_with(401, error("The API key is invalid.", "unauthorized")) == Blocked(
        quoting(Message("platform.key_rejected", platform="ShipEngine"), "ShipEngine", "The API key is invalid.")
    )
    for status in (301, 402, 403):
        assert isinstance(told_with(status), Blocked)


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504, 520])
def test_what_may_have_been_acted_on_is_not_sure(status: int) -> None:
    unsure = told_with(status, b"<html><title>502 Bad Gateway</title></html>")
    assert unsure == Unsure(
        quoting(Message("platform.status", platform="ShipEngine", status=str(status)), "ShipEngine", "502 Bad Gateway")
    )


def test_the_probe_counts_the_stores() -> None:
    assert VENDOR.read_probe(response(200, {"order_sources": [{}, {}]})) == Accepted(
        Message("shipengine.probed", count=2)
    )
    assert isinstance(VENDOR.read_probe(response(200, {})), Unsure)
    assert isinstance(VENDOR.read_probe(response(401)), Blocked)


def test_a_refresh_is_seen_to_end() -> None:
    assert VENDOR.stores is not None
    started = VENDOR.stores.read(response(200, sample("shipengine/samples/refresh_order_source/200_preparing.json")))
    assert started == StoreState(idle=False, refreshed_at="2018-02-10T20:55:46.673Z")
    ended = {"refresh_info": {"status": "idle", "refresh_date": "2026-11-01T00:00:00Z"}}
    assert VENDOR.stores.read(response(200, ended)) == StoreState(True, "2026-11-01T00:00:00Z")
    assert isinstance(VENDOR.stores.read(response(200, [])), Unsure)
    assert isinstance(VENDOR.stores.read(response(400, error("No.", "refresh_not_supported"))), Refused)


def test_an_advice_belongs_to_its_own_error() -> None:
    details = [detail("No.", code) for code in ("carrier_not_connected", "insufficient_funds", "trial_expired")]
    for given in (details, details[::-1]):
        outcome = told_with(400, {"errors": given})
        assert isinstance(outcome, Refused)
        assert {problem.advice for problem in outcome.problems} == {
            Message("shipengine.choose_carrier"),
            Message("shipengine.trial"),
        }


def test_an_envelope_without_a_message_is_not_quoted() -> None:
    for body in ({"request_id": "22467317-a130-4927-95a6-76124b716e58", "errors": []}, {"request_id": None}):
        outcome = told_with(404, body)
        assert isinstance(outcome, Refused)
        assert outcome.problems[0].message == Message("platform.error_without_message")
        assert "order" in str(outcome.problems[0].advice)
    odd = told_with(400, {"unknown": "shape"})
    assert isinstance(odd, Refused)
    assert str(odd.problems[0].message) == '{"unknown": "shape"}'


def test_advice_about_an_order_is_not_given_about_a_store_or_an_account() -> None:
    missing = response(404, {"errors": [detail("Not found.", "invalid_identifier")]})
    assert VENDOR.stores
    for read, word in ((VENDOR.orders.read, "order"), (VENDOR.stores.read, "store")):
        outcome = read(missing)
        assert isinstance(outcome, Refused)
        assert word in str(outcome.problems[0].advice)
    for outcome in (VENDOR.read_probe(missing), VENDOR.stores.read_all(missing)):
        assert isinstance(outcome, Refused)
        assert str(outcome.problems[0].advice) == ""
