"""The registration of ShipEngine's webhooks: register, list, change and remove them.

Source: ShipEngine, List Webhooks, Create a Webhook, Update a Webhook, Delete Webhook By ID (read November 2026).
"""

from typing import cast
from urllib.parse import quote

from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Accepted, Outcome
from shipconsole.domain.webhook_event import Webhook
from shipconsole.vendors.adapter import WebhookRegistration, WebhookRegistry
from shipconsole.vendors.field_errors import parsed, unreadable
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.received import Received
from shipconsole.vendors.request import Request, Response
from shipconsole.vendors.shipengine.replies import TITLE, failure_of

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
    """Ask for the registered webhooks."""
    return Request("list_webhooks", "GET", _PATH)


def create_webhook(event: str, url: str, name: str) -> Request:
    """Register a URL for an event; a second one for the same event gets a 409."""
    body = {"url": url, "event": event} | ({"name": name} if name else {})
    return Request("create_webhook", "POST", _PATH, body={**body}, field_map=FIELD_MAP)


def update_webhook(webhook_id: str, url: str) -> Request:
    """Change a webhook's URL; its event stays."""
    return Request(
        "update_webhook", "PUT", f"{_PATH}/{quote(webhook_id, safe='')}", body={"url": url}, field_map=FIELD_MAP
    )


def delete_webhook(webhook_id: str) -> Request:
    """Remove a webhook."""
    return Request("delete_webhook", "DELETE", f"{_PATH}/{quote(webhook_id, safe='')}", field_map=FIELD_MAP)


def read_list_webhooks(response: Response) -> tuple[Webhook, ...] | Outcome:
    """Return the registered webhooks."""
    body = parsed(response)
    failed = failure_of(response, body, FIELD_MAP, by_status=ADVICE)
    if failed is not None:
        return failed
    if not isinstance(body, list):
        return unreadable(response, TITLE)
    entries = cast("list[object]", body)
    return tuple(_webhook(cast("object", entry)) for entry in entries if isinstance(entry, dict))


def read_create_webhook(request: Request, response: Response) -> Webhook | Outcome:
    """Return the webhook as registered; what the response leaves out is as it was requested."""
    body = parsed(response)
    failed = failure_of(response, body, FIELD_MAP, by_status=ADVICE)
    if failed is not None:
        return failed
    requested = cast("dict[str, object]", request.body)
    webhook = _webhook({**requested, **cast("dict[str, object]", body)}) if isinstance(body, dict) else None
    return webhook if webhook and webhook.id else unreadable(response, TITLE)


def read_done(response: Response) -> Outcome:
    """Return the outcome of changing or removing: success has no body."""
    body = parsed(response)
    failed = failure_of(response, body, FIELD_MAP, by_status=ADVICE)
    if failed is not None:
        return failed
    return unreadable(response, TITLE) if body is None and response.body.strip() else Accepted()


def _webhook(raw: object) -> Webhook:
    webhook = _Webhook.model_validate(raw)
    return Webhook(id=webhook.webhook_id, event=webhook.event, url=webhook.url, name=webhook.name)


REGISTRATION = WebhookRegistration(
    events=EVENTS,
    register=create_webhook,
    read_registered=read_create_webhook,
    registry=WebhookRegistry(
        list_all=list_webhooks,
        read=read_list_webhooks,
        change=update_webhook,
        remove=delete_webhook,
        read_done=read_done,
    ),
)
