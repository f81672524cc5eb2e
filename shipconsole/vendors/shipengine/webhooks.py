"""ShipEngine's webhooks: registering one, listing, changing and removing them.

Source: ShipEngine, List Webhooks, Create a Webhook, Update a Webhook, Delete Webhook By ID (read November 2026).
"""

from typing import cast
from urllib.parse import quote

from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Accepted, Outcome
from shipconsole.domain.webhook_event import Webhook
from shipconsole.vendors.adapter import WebhookRegistry, Webhooks
from shipconsole.vendors.exchange import Answer, Received, Request
from shipconsole.vendors.field_errors import parsed, unreadable
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.shipengine.replies import TITLE, unless_done

EVENTS = (
    "batch",
    "carrier_connected",
    "order_source_refresh_complete",
    "rate",
    "report_complete",
    "sales_orders_imported",
    "track",
)

ADVICE = {
    404: Message("shipengine.unknown_webhook"),
    409: Message("shipengine.webhook_exists"),
}
FIELD_MAP = FieldMap({(name,): (name,) for name in ("event", "url", "name", "webhook_id")})
_PATH = "/v1/environment/webhooks"


class _Webhook(Received):
    """A webhook; further fields (`headers`, `store_id`) are kept as they come."""

    webhook_id: str = ""
    url: str = ""
    event: str = ""
    name: str = ""


def list_webhooks() -> Request:
    """Ask which webhooks are registered."""
    return Request("list_webhooks", "GET", _PATH)


def create_webhook(event: str, url: str, name: str) -> Request:
    """Register an address for an event; a second one for the same event is answered by 409."""
    body = {"url": url, "event": event} | ({"name": name} if name else {})
    return Request("create_webhook", "POST", _PATH, body={**body}, field_map=FIELD_MAP)


def update_webhook(webhook_id: str, url: str) -> Request:
    """Give a webhook another address; its event stays."""
    return Request(
        "update_webhook", "PUT", f"{_PATH}/{quote(webhook_id, safe='')}", body={"url": url}, field_map=FIELD_MAP
    )


def delete_webhook(webhook_id: str) -> Request:
    """Remove a webhook."""
    return Request("delete_webhook", "DELETE", f"{_PATH}/{quote(webhook_id, safe='')}", field_map=FIELD_MAP)


def read_list_webhooks(answer: Answer) -> tuple[Webhook, ...] | Outcome:
    """The webhooks that are registered."""
    body = parsed(answer)
    failed = unless_done(answer, body, FIELD_MAP, by_status=ADVICE)
    if failed is not None:
        return failed
    if not isinstance(body, list):
        return unreadable(answer, TITLE)
    entries = cast("list[object]", body)
    return tuple(_webhook(cast("object", entry)) for entry in entries if isinstance(entry, dict))


def read_create_webhook(request: Request, answer: Answer) -> Webhook | Outcome:
    """The webhook as it was registered; what the answer leaves out is as it was asked for."""
    body = parsed(answer)
    failed = unless_done(answer, body, FIELD_MAP, by_status=ADVICE)
    if failed is not None:
        return failed
    asked = cast("dict[str, object]", request.body)
    webhook = _webhook({**asked, **cast("dict[str, object]", body)}) if isinstance(body, dict) else None
    return webhook if webhook and webhook.id else unreadable(answer, TITLE)


def read_done(answer: Answer) -> Outcome:
    """What became of changing or removing: success has no body."""
    body = parsed(answer)
    failed = unless_done(answer, body, FIELD_MAP, by_status=ADVICE)
    if failed is not None:
        return failed
    return unreadable(answer, TITLE) if body is None and answer.body.strip() else Accepted()


def _webhook(raw: object) -> Webhook:
    webhook = _Webhook.model_validate(raw)
    return Webhook(id=webhook.webhook_id, event=webhook.event, url=webhook.url, name=webhook.name)


WEBHOOKS = Webhooks(
    events=EVENTS,
    register=create_webhook,
    read_registered=read_create_webhook,
    registry=WebhookRegistry(
        look=list_webhooks,
        read=read_list_webhooks,
        change=update_webhook,
        remove=delete_webhook,
        read_done=read_done,
    ),
)
