"""SwiftPOD's requests: pages, filters, one order, the subscription of a webhook."""

import pytest
from pydantic import ValidationError

from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.swiftpod import VENDOR
from shipconsole.vendors.swiftpod.requests import subscribe_webhook
from tests.vendors.examples import sample_json, sent_json


def test_the_first_page_is_asked_for_without_filters() -> None:
    request = VENDOR.orders.list_page({}, "")
    assert (request.method, request.path, request.query) == ("GET", "/orders", (("page", "1"), ("limit", "50")))


def test_a_cursor_is_a_page_number_and_an_invalid_one_is_the_first() -> None:
    assert dict(VENDOR.orders.list_page({"page_size": "5"}, "7").query) == {"page": "7", "limit": "5"}
    assert dict(VENDOR.orders.list_page({"page_size": "none"}, "https://x").query) == {"page": "1", "limit": "50"}


def test_every_filter_is_sent_under_the_platforms_name() -> None:
    options = {
        "statuses": "new_order, on_hold",
        "rejected_statuses": "ip_violation",
        "created_at_after": "2026-11-01",
        "created_at_before": "2026-11-30",
        "trackings_created_at_after": "2026-11-02",
        "trackings_created_at_before": "2026-11-03",
    }
    assert VENDOR.orders.list_page(options, "").query[2:] == (
        ("status[]", "new_order"),
        ("status[]", "on_hold"),
        ("rejected_status[]", "ip_violation"),
        ("created_at_after", "2026-11-01"),
        ("created_at_before", "2026-11-30"),
        ("trackings_created_at_after", "2026-11-02"),
        ("trackings_created_at_before", "2026-11-03"),
    )
    assert options.keys() < {option.name for option in VENDOR.options.fields()}


def test_an_invalid_day_is_rejected_and_not_left_out() -> None:
    with pytest.raises(ValidationFailed, match="created_at_after: “yesterday” is not a day"):
        VENDOR.orders.list_page({"created_at_after": "yesterday"}, "")


def test_an_order_is_asked_for_by_its_id() -> None:
    assert VENDOR.orders.get("06lz3a11", {}).path == "/orders/06lz3a11"


def test_a_webhook_is_registered_as_in_the_platforms_example() -> None:
    request = subscribe_webhook("order_notify", "https://eoppa0n672s2noz.m.pipedream.net", "My Webhook")
    assert (request.method, request.path) == ("POST", "/webhooks/subscribe")
    assert sent_json(request) == sample_json("swiftpod/samples/subscribe_webhook/request.json")
    with pytest.raises(ValidationError):
        subscribe_webhook("orders", "https://example.com", "")


def test_the_key_goes_after_bearer_and_without_one_there_is_no_header() -> None:
    assert VENDOR.headers({"api_key": "k"}, {}) == {"Authorization": "Bearer k"}
    assert VENDOR.headers({}, {}) == {}
    assert not VENDOR.secrets[0].required


def test_the_pace_stays_below_the_limit() -> None:
    assert VENDOR.burst + VENDOR.rate_per_s * 10 < 150
