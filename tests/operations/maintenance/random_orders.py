"""Orders written directly to the tables, each with a name of its own wherever a name can stand."""

import json
from typing import Literal, NamedTuple

from shipconsole.domain.address import Address
from shipconsole.domain.call import CallState
from shipconsole.domain.message import verbatim
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.store import search_text
from shipconsole.store.database import Db

DAY_MS = 86_400_000
Hindrance = Literal["", "draft", "open", "claim", "job", "change", "unresolved", "review", "late track"]
ENDED = ("confirmed", "cancelled", "superseded")


class Made(NamedTuple):
    """An order to make: its units, the states of its updates, its age, and what keeps it from being finished."""

    left: bool = False
    calls: tuple[CallState, ...] = ("confirmed",)
    age_days: int = 200
    hindrance: Hindrance = ""

    def is_due(self, days: int) -> bool:
        """Return whether such an order ended more than some days ago; a draft or a task goes first."""
        is_over = not self.left and all(state in ENDED for state in self.calls)
        return is_over and self.age_days > days and self.hindrance in ("", "draft", "job")


def name_of(index: int) -> str:
    """Return the name that stands in one order only."""
    return f"Nepomuk{index:05}Quitte"


def make(db: Db, orders: list[Made], now_ms: int) -> None:
    """Write orders and all that belongs to them."""

    def add(table: str, **values: object) -> int:
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        text = f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING *"
        # The id is the first column, where there is one.
        return db.connection.execute(text, values).fetchall()[0][0]  # pyright: ignore[reportArgumentType]

    connection = add("connection", name="ShipEngine", vendor="shipengine", base_url="https://example.test")
    for index, made in enumerate(orders):
        name, number, at_ms = name_of(index), f"R-{index}", now_ms - made.age_days * DAY_MS
        address = Address(name=name, street=f"{name} 1", email=f"{name}@example.test", phone=name, country="AT")
        shown = verbatim(name).stored()
        order = add(
            "orders", number=number, match_key=number, number_key=number, ship_to=address.model_dump_json(),
            recipient=name, state="open" if made.left else "shipped", ordered_units=2,
            shipped_units=0 if made.left else 2, left_units=2 if made.left else 0,
            unresolved_lines=int(made.hindrance == "unresolved"), note=shown,
            search_text=search_text.of((number,), (name,)), changed_at_ms=at_ms,
        )  # fmt: skip
        line = add("order_line", order_id=order, position=0, sku="LAMP", sku_key="lamp", ordered=2)
        document = json.dumps({"order_number": number, "ship_to": {"name": name, "zip": 1}, "tags": [name]})
        add("link", order_id=order, connection_id=connection, remote_id=number, document=document, seen_at_ms=at_ms)
        shipment = add("shipment", order_id=order, created_at_ms=at_ms, station="B", operator=name)
        package = add(
            "package", shipment_id=shipment, position=0, tracking_number=f"T{index}", tracking_key=f"T{index}",
            raw_scan=name, kept_reason=name,
        )  # fmt: skip
        add("packed", package_id=package, line_id=line, quantity=2)
        add("package_change", package_id=package, at_ms=at_ms, operator=name, old_number="1", number="2", reason=name)
        add("scan", order_id=order, at_ms=at_ms, operator=name, raw=name, verdict="good")
        add("manual_change", order_id=order, at_ms=at_ms, operator=name, what=shown, reason=name)
        add("imported_row", row_key=number, order_id=order, file="f", row_number=1, at_ms=at_ms, operator=name)
        request = {"call": "", "method": "POST", "path": "/", "query": [], "body": name, "summary": "", "trail": {}}
        for position, state in enumerate(made.calls):
            call = add(
                "call", key=f"{index}-{position}", order_id=order, shipment_id=shipment, connection_id=connection,
                state=state, created_at_ms=at_ms, changed_at_ms=at_ms, due_at_ms=0, attempts=1, position=position,
                request=json.dumps({**request, "repeatable": False}), fingerprint="1", message=shown,
                problems=json.dumps([["", shown, ""]]), evidence=json.dumps({"name": name}),
            )  # fmt: skip
            add(
                "attempt",
                call_id=call,
                number=1,
                at_ms=at_ms,
                what="answered",
                answer=name,
                message=shown,
                operator=name,
            )
            add("platform_drift", call_id=call, at_ms=at_ms, changes=json.dumps([[["name"], name, "", name]]))
        event = add(
            "webhook_event", connection_id=connection, received_at_ms=at_ms, body=name.encode(), sha256="",
            dedupe_key=number, state="processed", processed_at_ms=at_ms,
        )  # fmt: skip
        add(
            "platform_notice", at_ms=at_ms, connection_id=connection, webhook_event_id=event, order_id=order, kind="",
            position=0, message=shown,
        )  # fmt: skip
        track = RemoteTrack(tracking_number=f"T{index}", platform_texts=(name,), document=json.dumps({"to": name}))
        track_ms = now_ms if made.hindrance == "late track" else at_ms
        tracked = add(
            "track", connection_id=connection, tracking_number=f"T{index}", tracking_key=f"T{index}", order_id=order,
            status="delivered", details=track.model_dump_json(exclude={"events"}), changed_at_ms=track_ms,
            next_check_at_ms=0,
        )  # fmt: skip
        add("track_event", track_id=tracked, event_key="[]", message=shown, status="delivered", signer=name)
        _hinder(add, made.hindrance, order, connection, name, at_ms, now_ms)


def _hinder(add: object, hindrance: Hindrance, order: int, connection: int, name: str, at_ms: int, now_ms: int) -> None:
    assert callable(add)
    match hindrance:
        case "draft":
            add("draft", order_id=order, body=json.dumps({"note": name}), changed_at_ms=at_ms)
        case "open":
            add("open_order", station=name, order_id=order)
            add("sending_station", id=name, name=name, seen_at_ms=0)
        case "claim":
            add("claim", order_id=order, station="B", operator=name, at_ms=at_ms, seen_at_ms=now_ms)
        case "job":
            add("follow_up_job", connection_id=connection, order_id=order, kind="confirm", due_at_ms=0)
        case "change":
            add("order_change", order_id=order, at_ms=at_ms, connection="ShipEngine")
        case "review":
            add("forward_review", connection_id=connection, tracking_number="1", order_id=order, at_ms=at_ms)
        case _:
            pass
