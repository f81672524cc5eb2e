"""Requests as stored with their calls: what may have arrived is sent again as the same bytes."""

import json

from shipconsole.domain.message import from_json
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.request import Json, Request


def request_text(request: Request) -> str:
    """Return a request as it is stored with its call."""
    kept = {
        "call": request.call,
        "method": request.method,
        "path": request.path,
        "query": [list(pair) for pair in request.query],
        "body": request.body_text,
        "summary": request.summary.as_json() if request.summary else "",
        "repeatable": request.repeatable,
        "trail": request.field_map.to_text(),
    }
    return json.dumps(kept, ensure_ascii=False)


def spelled_out(text: str) -> str:
    """Return a stored request for people: method and address, and below them its formatted body."""
    request = request_from(text)
    query = "&".join(f"{name}={value}" for name, value in request.query)
    address = f"{request.path}?{query}" if query else request.path
    body = "" if request.body is None else json.dumps(request.body, indent=2, ensure_ascii=False)
    return f"{request.method} {address}\n{body}".rstrip()


def request_from(text: str) -> Request:
    """Read back what `request_text` stored: the same bytes will be sent."""
    kept = json.loads(text)
    body: Json = json.loads(kept["body"]) if kept["body"] else None
    return Request(
        call=kept["call"],
        method=kept["method"],
        path=kept["path"],
        query=tuple((name, value) for name, value in kept["query"]),
        body=body,
        repeatable=kept["repeatable"],
        summary=from_json(kept["summary"]),
        field_map=FieldMap.from_text(kept["trail"]),
    )
