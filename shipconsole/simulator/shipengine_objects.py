"""The simulated ShipEngine's batches, rates and carriers: one of each, queried by id."""

import re

from shipconsole.simulator.messages import Json, Response, Route, json_answer
from shipconsole.simulator.shipengine_errors import error_answer

# Source: ShipEngine, Get Batch By ID, Get Shipment Rates, Get Rate By ID, Get Carrier By ID (read November 2026).
OBJECT_ROUTES = (
    Route("GET", re.compile(r"/v1/batches/(?P<id>[^/]+)"), "get_batch_by_id"),
    Route("GET", re.compile(r"/v1/shipments/(?P<id>[^/]+)/rates"), "list_shipment_rates"),
    Route("GET", re.compile(r"/v1/rates/(?P<id>[^/]+)"), "get_rate_by_id"),
    Route("GET", re.compile(r"/v1/carriers/(?P<id>[^/]+)"), "get_carrier_by_id"),
)
BATCH_ID, SHIPMENT_ID, RATE_ID, CARRIER_ID = "se-1013119", "se-2120221", "se-3001", "se-123890"


def _rate(rate_id: str, service: str, amount: float, days: int) -> dict[str, Json]:
    return {
        "rate_id": rate_id,
        "rate_type": "shipment",
        "carrier_id": CARRIER_ID,
        "carrier_code": "stamps_com",
        "carrier_friendly_name": "Stamps.com",
        "service_type": service,
        "shipping_amount": {"currency": "usd", "amount": amount},
        "delivery_days": days,
    }


_RATE = _rate(RATE_ID, "USPS Priority Mail", 7.75, 3)
_BY_CALL: dict[str, tuple[str, dict[str, Json]]] = {
    "get_batch_by_id": (
        BATCH_ID,
        {
            "batch_id": BATCH_ID,
            "batch_number": "10128",
            "external_batch_id": None,
            "batch_notes": None,
            "created_at": "2026-11-20T08:00:00.000Z",
            "processed_at": "2026-11-20T08:01:30.000Z",
            "errors": 1,
            "warnings": 0,
            "completed": 2,
            "forms": 0,
            "count": 3,
            "status": "completed_with_errors",
        },
    ),
    "list_shipment_rates": (
        SHIPMENT_ID,
        {
            "rates": [_RATE, _rate("se-3002", "USPS First Class Mail", 3.35, 5)],
            "invalid_rates": [],
            "rate_request_id": "se-9001",
            "shipment_id": SHIPMENT_ID,
            "created_at": "2026-11-20T08:00:00.000Z",
            "status": "completed",
            "errors": [],
        },
    ),
    "get_rate_by_id": (RATE_ID, _RATE),
    "get_carrier_by_id": (
        CARRIER_ID,
        {
            "carrier_id": CARRIER_ID,
            "carrier_code": "stamps_com",
            "account_number": "simulator",
            "requires_funded_amount": True,
            "balance": 100.0,
            "nickname": "Account of the warehouse",
            "friendly_name": "Stamps.com",
            "primary": True,
            "connection_status": "approved",
        },
    ),
}


def object_answer(call: str, object_id: str) -> Response | None:
    """Respond to a call about one of these objects; None for any other call."""
    if call not in _BY_CALL:
        return None
    known_id, thing = _BY_CALL[call]
    if object_id == known_id:
        return json_answer(200, thing)
    return error_answer(404, "business_rules", "unspecified", f"There is nothing with the id {object_id}.")
