"""The output of commands: one JSON document for scripts, short lines for people."""

import json
import sys
from collections.abc import Sequence

from shipconsole.cli.streams import CleanStream
from shipconsole.domain.call import Call
from shipconsole.domain.message import Message
from shipconsole.domain.order import OrderLine
from shipconsole.domain.plain_text import escaped_json, plain
from shipconsole.domain.problem import Problem, path_text
from shipconsole.domain.tracking import Track
from shipconsole.operations.orders.orders import OrderSheet

JSON_HELP = "help.json"
Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def document(value: Json) -> None:
    """Print a JSON document, in ASCII if standard output cannot show every character."""
    readable = sys.stdout.encoding.lower().startswith("utf")
    print(escaped_json(json.dumps(value, ensure_ascii=not readable, indent=2)))


def line(text: object) -> None:
    """Print a text on one line, whatever it contains."""
    print(plain(str(text)))


def note(text: object) -> None:
    """Print a text that is not the command's result on one line of standard error."""
    print(plain(str(text)), file=sys.stderr)


def warn(text: object) -> None:
    """Print a warning on standard error, in red on a terminal."""
    if isinstance(sys.stderr, CleanStream) and sys.stderr.isatty():
        sys.stderr.write_exactly(f"\x1b[31m{plain(str(text))}\x1b[0m\n")
    else:
        note(text)


def table(rows: Sequence[Sequence[object]]) -> None:
    """Print rows in aligned columns, each row on one line whatever its cells contain."""
    shown = [[plain(str(cell)) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(shown[0]) - 1)] if shown else []
    for row in shown:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[-1]]).rstrip())


def problem_json(problem: Problem) -> dict[str, Json]:
    """Return a problem for scripts."""
    shown: dict[str, Json] = {"path": path_text(problem.path), **message_json(problem.message)}
    return {**shown, **message_json(problem.advice, "advice_code", "advice")}


def message_json(message: Message, code: str = "code", sentence: str = "message") -> dict[str, Json]:
    """Return a message for scripts: its id, which is stable, and its sentence, which may be reworded."""
    return {code: message.id, sentence: str(message)}


def call_json(call: Call) -> dict[str, Json]:
    """Return an update for scripts."""
    return {
        "id": call.id,
        "order": call.order_number,
        "connection": call.connection,
        "vendor": call.vendor,
        "state": call.state,
        **message_json(call.summary, "summary_code", "summary"),
        "attempts": call.attempts,
        "next_at": when(call.due_at_ms) if call.state in ("pending", "retry_wait", "held") else None,
        **message_json(call.message),
        "vendor_request_id": call.vendor_request_id,
        "problems": [problem_json(problem) for problem in call.problems],
    }


def order_json(sheet: OrderSheet) -> Json:
    """Return an order with its shipments, updates and tracks for scripts."""
    order = sheet.order
    skus = {line.id: line.sku for line in order.lines}
    return {
        "id": order.id,
        "number": order.number,
        "state": order.state,
        "ship_to": order.ship_to.model_dump(exclude_defaults=True),
        "note": order.note,
        "linked": [
            {"connection": part.connection, "number": part.number, "recipient": part.recipient, "differs": part.differs}
            for part in sheet.linked_orders
        ],
        "may_be_same": [
            {
                "id": other.order_id,
                "number": other.number,
                "connections": list(other.connections),
                "recipient": other.recipient,
            }
            for other in sheet.possible_duplicates
        ],
        "lines": [_line_json(line) for line in order.lines],
        "connections": [connection.name for connection in sheet.targets],
        "claim": None
        if sheet.claim is None
        else {"station": sheet.claim.station, "packer": sheet.claim.operator, "since": when(sheet.claim.at_ms)},
        "unseen_change": None
        if sheet.unseen_change is None
        else {
            "connection": sheet.unseen_change.connection,
            "cancelled": sheet.unseen_change.is_cancelled,
            "changes": [change._asdict() for change in sheet.unseen_change.changes],
        },
        "shipments": [
            {
                "id": shipment.id,
                "at": when(shipment.created_at_ms),
                "station": shipment.station,
                "packages": [
                    {
                        "tracking_number": package.tracking_number,
                        "carrier": package.carrier,
                        "service": package.service,
                        "unverified": package.unverified,
                        "accepted": list(package.accepted),
                        "kept_reason": package.kept_reason,
                        "box": package.box or None,
                        "lines": [
                            {"sku": skus.get(packed.line_id, ""), "quantity": packed.quantity}
                            for packed in package.lines
                        ],
                    }
                    for package in shipment.packages
                ],
                "calls": [call_json(call) for call in sheet.calls if call.shipment_id == shipment.id],
            }
            for shipment in sheet.shipments
        ],
        "manual_changes": [
            {
                "at": when(change.at_ms),
                "station": change.station,
                "operator": change.operator,
                **message_json(change.what, "what_code", "what"),
                "reason": change.reason,
            }
            for change in sheet.manual_changes
        ],
        "tracks": [track_json(track) for track in sheet.tracks],
    }


def track_json(track: Track) -> Json:
    """Return a package's tracking for scripts; the platform's texts are verbatim."""
    return {
        "tracking_number": track.tracking_number,
        "carrier": track.carrier,
        "status": track.status,
        **message_json(track.message, "message_code"),
        "platform_texts": list(track.platform_texts),
        "description": track.description,
        "code": track.code,
        "detail_code": track.detail_code,
        "carrier_status_code": track.carrier_status_code,
        "carrier_detail_code": track.carrier_detail_code,
        "shipped": track.shipped,
        "expected": track.expected,
        "delivered": track.delivered,
        "url": track.url,
        "label_url": track.label_url,
        "items": [{"item": item.remote_id, "quantity": item.quantity} for item in track.items],
        "warnings": [message_json(doubt) for doubt in track.doubts],
        "events": [
            {
                "at": None if event.at_ms is None else when(event.at_ms),
                "occurred_at": event.occurred,
                "local_time": event.local_time,
                **message_json(event.message, "message_code"),
                "location": event.location,
                "postal_code": event.postal_code,
                "company": event.company,
                "signer": event.signer,
                "proof_url": event.proof_url,
                "status": event.status,
                "code": event.code,
                "event_code": event.event_code,
                "detail_code": event.detail_code,
                "platform_text": event.platform_text,
                "latitude": event.latitude,
                "longitude": event.longitude,
            }
            for event in track.events
        ],
    }


def _line_json(line: OrderLine) -> Json:
    """Return an item for scripts; `left` is null if it is not counted in units."""
    quantity = json.loads(line.quantity_json)
    return {
        "sku": line.sku,
        "description": line.description,
        "quantity": quantity,
        "ordered": quantity,
        "cancelled": line.cancelled,
        "shipped": line.shipped,
        "left": line.left if line.is_counted else None,
        "unresolved": line.is_unresolved,
        "resolved_as": line.resolved_as,
    }


def when(at_ms: int) -> str:
    """Return a time as ISO 8601 text in UTC."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at_ms / 1_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
