"""ShipEngine's webhooks: registered, listed, changed and removed."""

import pytest

from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.outcome import Accepted, Refused, Unsure
from shipconsole.domain.problem import Problem
from shipconsole.domain.webhook_event import Webhook
from shipconsole.vendors.shipengine.webhook_registration import (
    EVENTS,
    create_webhook,
    delete_webhook,
    list_webhooks,
    read_create_webhook,
    read_done,
    read_list_webhooks,
    update_webhook,
)
from tests.vendors.examples import response, sent_json

URL = "https://example.com/hook"
GIVEN = {"webhook_id": "se-1", "url": URL, "event": "track", "headers": [{"key": "a", "value": "b"}]}


def test_the_requests_are_the_platforms() -> None:
    assert (list_webhooks().method, list_webhooks().path) == ("GET", "/v1/environment/webhooks")
    made = create_webhook("track", URL, "Bench")
    assert (made.method, made.path) == ("POST", "/v1/environment/webhooks")
    assert sent_json(made) == {"url": URL, "event": "track", "name": "Bench"}
    assert sent_json(create_webhook("track", URL, "")) == {"url": URL, "event": "track"}
    changed = update_webhook("se-1", URL)
    assert (changed.method, changed.path, sent_json(changed)) == ("PUT", "/v1/environment/webhooks/se-1", {"url": URL})
    removed = delete_webhook("se/1")
    assert (removed.method, removed.path, removed.body_text) == ("DELETE", "/v1/environment/webhooks/se%2F1", "")


def test_the_seven_events() -> None:
    assert len(EVENTS) == len(set(EVENTS)) == 7


def test_a_list_is_read_with_what_is_new_and_what_is_missing() -> None:
    assert read_list_webhooks(response(200, [])) == ()
    odd = {"webhook_id": 7, "event": "something_new", "url": None, "name": "N"}
    assert read_list_webhooks(response(200, [GIVEN, "x", odd])) == (
        Webhook(id="se-1", event="track", url=URL),
        Webhook(id="7", event="something_new", url="", name="N"),
    )
    assert isinstance(read_list_webhooks(response(200, {"a": 1})), Unsure)


def test_a_registered_webhook_is_returned_with_its_id() -> None:
    asked = create_webhook("track", URL, "Bench")
    assert read_create_webhook(asked, response(200, GIVEN)) == Webhook(id="se-1", event="track", url=URL, name="Bench")
    assert isinstance(read_create_webhook(asked, response(200, {"event": "track"})), Unsure)


def test_an_event_that_is_registered_already_is_a_rejection_with_advice() -> None:
    body = {"errors": [{"message": "Exists", "error_code": "webhook_event_type_conflict", "field_name": "event"}]}
    outcome = read_create_webhook(create_webhook("track", URL, ""), response(409, body))
    assert isinstance(outcome, Refused)
    assert outcome.problems == (Problem(("event",), verbatim("Exists"), Message("shipengine.webhook_exists")),)


@pytest.mark.parametrize("status", [200, 204])
def test_changing_and_removing_need_no_body(status: int) -> None:
    assert read_done(response(status)) == Accepted()


def test_an_unknown_id_is_a_rejection_with_advice() -> None:
    outcome = read_done(response(404, {"errors": [{"message": "No such webhook", "error_code": "invalid_identifier"}]}))
    assert isinstance(outcome, Refused)
    assert str(outcome.problems[0].advice).startswith("ShipEngine has no webhook with this ID.")
