"""The error format of the simulated ShipEngine."""

import uuid

from shipconsole.simulator.messages import Json, Response, json_answer


def error_answer(
    status: int, error_type: str, error_code: str, message: str, field_name: str | None = None
) -> Response:
    """Return an error response. Source: ShipEngine, Errors (read November 2026)."""
    error: dict[str, Json] = {
        "error_source": "shipengine",
        "error_type": error_type,
        "error_code": error_code,
        "message": message,
    }
    if field_name is not None:
        error["field_name"] = field_name
    return json_answer(status, {"request_id": str(uuid.uuid4()), "errors": [error]})
