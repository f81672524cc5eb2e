"""The simulated ShipEngine's webhook registrations: one URL for each event."""

import re

from shipconsole.simulator.messages import Json, Response, Route, json_answer, read_json
from shipconsole.simulator.shipengine_errors import error_answer

# Source: ShipEngine, Create a Webhook, Update a Webhook (read November 2026).
WEBHOOK_ROUTES = (
    Route("GET", re.compile(r"/v1/environment/webhooks"), "list_webhooks"),
    Route("POST", re.compile(r"/v1/environment/webhooks"), "create_webhook"),
    Route("GET", re.compile(r"/v1/environment/webhooks/(?P<id>[^/]+)"), "get_webhook_by_id"),
    Route("PUT", re.compile(r"/v1/environment/webhooks/(?P<id>[^/]+)"), "update_webhook"),
    Route("DELETE", re.compile(r"/v1/environment/webhooks/(?P<id>[^/]+)"), "delete_webhook"),
)
_EVENTS = (
    "batch",
    "carrier_connected",
    "order_source_refresh_complete",
    "rate",
    "report_complete",
    "sales_orders_imported",
    "track",
)
_FIELDS = {"url", "event", "name", "headers", "store_id"}
_FIRST_ID = 1001


class WebhookRegistry:
    """The account's webhooks by id."""

    def __init__(self) -> None:
        self._webhooks: dict[str, dict[str, Json]] = {}
        self._next_id = _FIRST_ID

    def answer(self, call: str, webhook_id: str, raw: bytes) -> Response:
        """Respond to a call about webhooks."""
        if call == "list_webhooks":
            return json_answer(200, self.view())
        if call == "create_webhook":
            return self._create(raw)
        known = self._webhooks.get(webhook_id)
        if known is None:
            message = f"There is no webhook with the id {webhook_id}."
            return error_answer(404, "business_rules", "unspecified", message, "webhook_id")
        if call == "update_webhook":
            body = _read_body(raw, _FIELDS - {"event"})
            if isinstance(body, Response):
                return body
            known |= body
            return Response(204)
        if call == "delete_webhook":
            del self._webhooks[webhook_id]
            return Response(204)
        return json_answer(200, known)

    def url_for(self, event: str) -> str:
        """Return the URL that is called for an event; empty if there is none."""
        return next((f"{known['url']}" for known in self._webhooks.values() if known["event"] == event), "")

    def view(self) -> Json:
        """List the webhooks, oldest first."""
        return [*self._webhooks.values()]

    def _create(self, raw: bytes) -> Response:
        body = _read_body(raw, _FIELDS)
        if isinstance(body, Response):
            return body
        for name in ("url", "event"):
            if not body.get(name):
                return error_answer(400, "validation", "field_value_required", f"{name} is required.", name)
        if body["event"] not in _EVENTS:
            message = f"event must be one of {', '.join(_EVENTS)}."
            return error_answer(400, "validation", "invalid_field_value", message, "event")
        if any(known["event"] == body["event"] for known in self._webhooks.values()):
            message = f"A webhook for {body['event']} exists already."
            return error_answer(409, "business_rules", "webhook_event_type_conflict", message, "event")
        webhook: dict[str, Json] = {"webhook_id": f"se-{self._next_id}", **body}
        self._next_id += 1
        self._webhooks[f"{webhook['webhook_id']}"] = webhook
        return json_answer(200, webhook)


def _read_body(raw: bytes, allowed: set[str]) -> dict[str, Json] | Response:
    """Return the fields of a request, or the response that rejects them."""
    try:
        body = read_json(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return error_answer(400, "validation", "invalid_object", "The request body must be an object.")
    if unknown := body.keys() - allowed:
        name = min(unknown)
        return error_answer(400, "validation", "invalid_object", f"{name} is not allowed here.", name)
    url = body.get("url", "")
    if not isinstance(url, str) or (url and not url.startswith(("http://", "https://"))):
        return error_answer(400, "validation", "invalid_field_value", "url must be an address.", "url")
    return body
