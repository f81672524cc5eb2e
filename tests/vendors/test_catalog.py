"""What holds for every platform: what it offers, what it builds, and that no response breaks its readers."""

import json
from collections.abc import Callable, Mapping
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.webhook_event import Webhook
from shipconsole.vendors.adapter import StoreState, Vendor
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.paging import OrderPage
from shipconsole.vendors.request import Request, Response
from tests.support.effort import Effort
from tests.vendors.examples import link, notification, order, package, response, shipment
from tests.vendors.nonsense import BODIES, STATUSES

OUTCOMES = get_args(Outcome)
KNOWN = link("7", {1: ("11", 1), 2: ("12", 3)})

every_vendor = pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS.keys())
TOLD = {name: vendor for name, vendor in VENDORS.items() if vendor.is_notified}
every_told_vendor = pytest.mark.parametrize("vendor", TOLD.values(), ids=TOLD.keys())


def built_notification(vendor: Vendor, options: Mapping[str, str] | None = None) -> Request:
    """Return the request that notifies of one package with a part of the order."""
    shipped = shipment(package("N1", {2: 2}, carrier="ups"))
    request = vendor.shipments.notify(notification(order(1, 3), KNOWN, shipped, package_position=0, options=options))
    assert request is not None
    return request


def readers(vendor: Vendor) -> list[tuple[str, Callable[[Response], object], tuple[type, ...]]]:
    request = built_notification(vendor) if vendor.is_notified else vendor.probe({})
    found: list[tuple[str, Callable[[Response], object], tuple[type, ...]]] = [
        ("read_probe", vendor.read_probe, ()),
        ("read_orders", vendor.orders.read_page, (OrderPage,)),
        ("read_order", vendor.orders.read, (RemoteOrder,)),
        ("read_told", lambda response: vendor.read_update(request, response), ()),
    ]
    if vendor.stores:
        found.append(("refresh.read", vendor.stores.read, (StoreState,)))
    if vendor.tracking:
        found.append(("tracking.read", vendor.tracking.read, (RemoteTrack,)))
        if subscription := vendor.tracking.subscription:
            found.append(("tracking.subscription.read_done", subscription.read_done, ()))
    if registration := vendor.webhooks.registration:
        sent = registration.register(registration.events[0], "https://example.com/hook", "")
        found.append(("read_registered", lambda response: registration.read_registered(sent, response), (Webhook,)))
        if registration.registry:
            found.append(("registry.read", registration.registry.read, (tuple,)))
            found.append(("registry.read_done", registration.registry.read_done, ()))
    return found


def requests(vendor: Vendor) -> list[Request]:
    built = [vendor.probe({}), vendor.orders.list_page({}, ""), vendor.orders.get("1/2", {})]
    if vendor.is_notified:
        built.append(built_notification(vendor))
    if vendor.stores:
        built += [vendor.stores.start("s"), vendor.stores.get("s")]
    if vendor.tracking:
        content = (
            (vendor.tracking.subscription.start, vendor.tracking.subscription.stop)
            if vendor.tracking.subscription
            else ()
        )
        built += [call("1/2", "ups", {}) for call in (vendor.tracking.get, *content)]
    if registration := vendor.webhooks.registration:
        built.append(registration.register(registration.events[0], "https://example.com/hook", ""))
        if registry := registration.registry:
            built += [registry.list_all(), registry.change("1/2", "https://example.com/hook"), registry.remove("1/2")]
    return built


def test_all_platforms_are_in_the_catalog() -> None:
    assert list(VENDORS) == ["shipengine", "starshipit", "shipup", "swiftpod"]
    assert {name: [secret.name for secret in vendor.secrets] for name, vendor in VENDORS.items()} == {
        "shipengine": ["api_key"],
        "starshipit": ["api_key", "subscription_key"],
        "shipup": ["api_key"],
        "swiftpod": ["api_key"],
    }


@every_vendor
def test_it_has_a_name_an_address_and_options(vendor: Vendor) -> None:
    assert vendor.default_url.startswith("https://")
    assert vendor.title.casefold() == vendor.name
    assert vendor.rate_per_s > 0
    assert vendor.burst >= 1
    assert len({option.name for option in vendor.options.fields()}) == len(vendor.options.fields())
    assert all(option.default in option.choices for option in vendor.options.fields() if option.choices)


@every_vendor
def test_its_headers_carry_every_key(vendor: Vendor) -> None:
    secrets = {secret.name: f"key-{secret.name}" for secret in vendor.secrets}
    values = " ".join(vendor.headers(secrets, {}).values())
    assert all(secret in values for secret in secrets.values())
    assert all(name.isascii() for name in vendor.headers({}, {}))
    assert not {"accept", "content-type"}.intersection(map(str.casefold, vendor.headers(secrets, {})))


@every_vendor
def test_its_requests_are_whole(vendor: Vendor) -> None:
    for request in requests(vendor):
        assert request.call
        assert request.method in ("GET", "POST", "PUT", "DELETE")
        assert request.path.startswith("/")
        assert "://" not in request.path
        assert "?" not in request.path
        assert "1/2" not in request.path
        if request.body is not None:
            json.loads(request.body_text)
        if request.method == "GET":
            assert request.repeatable
            assert request.body is None


@every_vendor
def test_a_page_can_be_read_with_the_request_it_answers(vendor: Vendor) -> None:
    body = {"sales_orders": [], "orders": [], "data": [], "success": True}
    read: Callable[..., object] = vendor.orders.read_page
    assert isinstance(read(response(200, body), vendor.orders.list_page({}, "")), OrderPage)


def test_a_platform_that_is_not_notified_gets_no_request() -> None:
    silent = [vendor for vendor in VENDORS.values() if not vendor.is_notified]
    assert [vendor.name for vendor in silent] == ["swiftpod"]
    shipped = shipment(package("N1", {2: 2}, carrier="ups"))
    for vendor in silent:
        assert vendor.shipments.notify(notification(order(1, 3), KNOWN, shipped)) is None
        assert not vendor.shipments.creates_missing({})


@every_told_vendor
def test_a_notification_built_twice_is_the_same_request(vendor: Vendor) -> None:
    first, second = built_notification(vendor), built_notification(vendor)
    assert first.fingerprint == second.fingerprint
    assert first.field_map == second.field_map
    assert "2" in str(first.summary)


@every_told_vendor
def test_the_field_map_leads_to_the_packages_number_and_the_line(vendor: Vendor) -> None:
    ours = set(built_notification(vendor).field_map.to_text().values())
    assert {"packages.0.tracking_number", "lines.2"} <= ours


@every_told_vendor
def test_a_chosen_carrier_code_wins(vendor: Vendor) -> None:
    assert "chosen_code" in built_notification(vendor, {"carrier.ups": "chosen_code"}).body_text


@every_vendor
@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (400, {}, Refused),
        (404, {}, Refused),
        (409, {}, Refused),
        (422, {}, Refused),
        (401, {}, Blocked),
        (402, {}, Blocked),
        (403, {}, Blocked),
        (302, {}, Blocked),
        (429, {"retry_after": "3"}, TryLater),
        (503, {"retry_after": "3"}, TryLater),
        (503, {}, Unsure),
        (408, {}, Unsure),
        (425, {}, Unsure),
        (500, {}, Unsure),
        (502, {}, Unsure),
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b"<html><title>Sorry</title></html>", b'{"errors":[{"message":"No."}]}'], ids=repr
)
def test_a_status_means_the_same_everywhere(
    vendor: Vendor, status: int, headers: dict[str, str], kind: type, body: bytes
) -> None:
    for name, read, _ in readers(vendor):
        outcome = read(response(status, body, **headers))
        if (vendor.name, name) == ("shipengine", "read_told") and status in (409, 503):
            # It may be about an earlier attempt, and the platform documents no 503: it is checked.
            assert isinstance(outcome, Unsure)
            continue
        if status == 403 and body.startswith(b"<"):
            # A page is no response of an interface: it does not blame the key.
            assert isinstance(outcome, Unsure)
            continue
        assert isinstance(outcome, kind), name
        if isinstance(outcome, TryLater):
            assert (outcome.after_s, outcome.whole_account) == (3.0, status == 429)
        if isinstance(outcome, Refused):
            assert all(str(problem.message) for problem in outcome.problems)


@every_vendor
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_no_reader_fails_on_nonsense(vendor: Vendor, body: bytes) -> None:
    effort = Effort()
    for status in STATUSES:
        for name, read, values in readers(vendor):
            with effort.of():
                outcome = read(response(status, body))
            assert isinstance(outcome, (*OUTCOMES, *values)), (name, status)
            _storable(outcome)
            if not 200 <= status < 300:
                assert not isinstance(outcome, (Accepted, *values)), (name, status)
    assert effort.most < 40


def _storable(outcome: object) -> None:
    """Assert that what was read can be stored: no half surrogate pairs, no NUL, no endless texts."""
    text = repr(outcome)
    text.encode()
    texts = str(getattr(outcome, "message", "")) + "".join(
        str(problem.message) for problem in getattr(outcome, "problems", ())
    )
    texts.encode()
    assert "\x00" not in texts
    assert len(texts) < 100_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "sales_orders sales_order_id sales_order_items order_source refresh_info status links next href page pages "
    "orders order order_id items item_id packages quantity success errors message statusCode total_pages data id "
    "merchant_id fulfillments trackers line_items has_more ordered_at order_date shipping_address ship_to object "
    "trackings shipped_items test_order address last_page tracking_number status_code events webhook_id url event"
)
VENDOR_LIKE = st.recursive(
    JSON,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS.split()), inner, max_size=6),
    max_leaves=12,
)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)


@every_vendor
@few
@given(status=st.sampled_from((200, 201, 400, 503)), body=VENDOR_LIKE.map(lambda tree: json.dumps(tree).encode()))
def test_no_reader_fails_on_any_json(vendor: Vendor, status: int, body: bytes) -> None:
    for name, read, values in readers(vendor):
        assert isinstance(read(response(status, body)), (*OUTCOMES, *values)), name


@every_vendor
@few
@given(status=st.integers(), body=st.binary(max_size=60))
def test_no_reader_fails_on_any_bytes(vendor: Vendor, status: int, body: bytes) -> None:
    for name, read, values in readers(vendor):
        assert isinstance(read(response(status, body)), (*OUTCOMES, *values)), name
