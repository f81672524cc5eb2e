"""Finished orders with everything that names a person, and a search for those names in all that is stored."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from shipconsole.domain.address import Address
from shipconsole.domain.call import Attempt
from shipconsole.domain.message import verbatim
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import process
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import correct, ship
from shipconsole.store import calls, scans, shipments
from shipconsole.store import orders as stored_orders
from shipconsole.store.database import Db
from tests.operations.pod import received
from tests.support.bench import draft_of

PACKER = "Zacharias Quellwasser"
SIGNER = "Ottokar Zwiebelfisch"
REASON = "Frau Grünspan asked for it"
RAW_LABEL = "[)>\x1e01\x1d02840\x1dKunigunde Morgenstern\x1dAm Weiher 17"
RAW_PARTS = ("Kunigunde Morgenstern", "Am Weiher 17")
PERSON = Address(
    name="Kunigunde Morgenstern",
    company="Morgenstern Lamps",
    email="kunigunde@morgenstern.example",
    phone="+49 30 998877665",
    street="Am Weiher 17",
    city="Hinterzarten",
    state="Baden",
    postal_code="79856",
    country="DE",
    instructions="Ring at Blaubart's",
)
NAMES = (
    PACKER,
    SIGNER,
    "Frau Grünspan",
    *(text for name, text in PERSON if name != "country" and isinstance(text, str) and text),
    *RAW_PARTS,
)


_TEXTS = {
    "name": PERSON.name,
    "first_name": "Kunigunde",
    "last_name": "Morgenstern",
    "email": PERSON.email,
    "phone": PERSON.phone,
    "company": PERSON.company,
    "company_name": PERSON.company,
    "street": PERSON.street,
    "address1": PERSON.street,
    "address_line1": PERSON.street,
    "city": PERSON.city,
    "suburb": PERSON.city,
    "city_locality": PERSON.city,
    "post_code": PERSON.postal_code,
    "zip": PERSON.postal_code,
    "postal_code": PERSON.postal_code,
}
_ADDRESSES = frozenset(("ship_to", "destination", "shipping_address", "customer", "bill_to", "address"))


def person_in(value: object, *, is_address: bool = False) -> object:
    """Return a platform's document with the person in its addresses, whatever their fields are called."""
    if isinstance(value, list):
        return [person_in(entry, is_address=is_address) for entry in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    return {
        name: _TEXTS.get(name, inner)
        if is_address and isinstance(inner, str)
        else person_in(inner, is_address=name in _ADDRESSES)
        for name, inner in cast("dict[str, object]", value).items()
    }


def give_person(db: Db, order_id: int, now_ms: int) -> None:
    """Have an order's recipient be a person whose name is nowhere else, here and in the platforms' documents."""
    for link_id, text in db.rows("blanking.documents", order_id=order_id):
        document = cast("dict[str, Any]", person_in(json.loads(text)))
        document |= {name: text for name, text in _TEXTS.items() if name in ("email", "phone") and name in document}
        document["gift_note"] = f"For {PERSON.name}"
        document["metadatas"] = [{"metafield_key": "gift", "value": f"From {PERSON.name}"}]
        db.change("blanking.put_document", id=link_id, document=json.dumps(document, ensure_ascii=False))
    stored_orders.describe_manual_order(
        db, order_id, ship_to=PERSON, note=verbatim(PERSON.instructions), ordered_at_ms=1
    )
    stored_orders.refresh_totals(db, order_id, now_ms=now_ms)


async def finish(ctx: Context, number: str, tracking: str) -> int:
    """Ship an order to the person completely, tell every platform, receive events about it; return its id."""
    ctx.current_packer.operator = PACKER
    order_id = await orders.find(ctx, number)
    await ctx.write(give_person, order_id, ctx.clock.now_ms())
    _, draft = await draft_of(ctx, number, None, tracking)
    draft.packages[0].raw_scan = RAW_LABEL
    values = {"kind": "tracking", "reason": "", "number": tracking, "verdict": "good", "answer": ""}
    await ctx.write(
        scans.add, order_id, station="Bench 1", operator=PACKER, raw=RAW_LABEL, now_ms=ctx.clock.now_ms(), **values
    )
    shipped = await ship.ship(ctx, order_id, draft)
    await worker.flush(ctx, until_empty=True)
    (package,) = (await orders.sheet(ctx, order_id)).shipments[0].packages
    await correct.edit_tracking(
        ctx, order_id, package.id, correct.NewLabel(tracking, "usps", "Priority " * 2), [], REASON
    )
    await worker.flush(ctx, until_empty=True)
    assert shipped is not None
    await hear(ctx, tracking, "delivered")
    # What was read again meanwhile names the platform's own people.
    await ctx.write(give_person, order_id, ctx.clock.now_ms())
    await ctx.write(quote, order_id, ctx.clock.now_ms())
    ctx.current_packer.operator = ""
    return order_id


def quote(db: Db, order_id: int, now_ms: int) -> None:
    """Have a platform quote the person in a response, and the package have the label as it was scanned."""
    call = calls.of_order(db, order_id)[0]
    answer, message = json.dumps({"to": PERSON.name}), verbatim(f"{PERSON.name}: delivered")
    attempt = Attempt(9, now_ms, "person", answer=answer, message=message, station="Bench 1", operator=PACKER)
    calls.add_attempt(db, call.id, attempt, owner="")
    (package,) = shipments.of_order(db, order_id)[0].packages
    relabelled = package.model_copy(update={"raw_scan": RAW_LABEL, "kept_reason": REASON})
    assert shipments.relabel(db, relabelled, old_number=package.tracking_number)


async def hear(ctx: Context, tracking: str, when: str) -> None:
    """Receive and process a webhook about a package that names who signed for it."""
    (connection,) = await connections.named(ctx, ["ShipEngine"])
    event = {
        "occurred_at": "2026-11-20T12:00:00Z" if when == "delivered" else "2026-11-21T12:00:00Z",
        "description": f"Left with {SIGNER}",
        "status_code": "DE",
        "city_locality": PERSON.city,
        "postal_code": PERSON.postal_code,
        "signer": SIGNER,
        "latitude": 47.90411,
        "longitude": 8.10277,
    }
    data = {"tracking_number": tracking, "status_code": "DE", "carrier_code": "usps", "events": [event]}
    body = {"resource_type": "API_TRACK", "resource_url": "https://api.shipengine.com/v1/tracking", "data": data}
    await process.process_one(ctx, await received(ctx, connection, body))


def found_in_columns(db: Db, names: tuple[str, ...] = NAMES) -> list[tuple[str, str, str]]:
    """Return where names stand in any column of any table, the search index included."""
    found: list[tuple[str, str, str]] = []
    for (table,) in rows(db, TABLES[db.engine]):
        columns = [name for (name,) in rows(db, COLUMNS[db.engine].format(table))]
        for row in rows(db, f'SELECT * FROM "{table}"'):
            for column, value in zip(columns, row, strict=False):
                text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                found += [(table, column, name) for name in _in(text, names)]
    return found


def rows(db: Db, text: str) -> list[tuple[Any, ...]]:
    """Run a statement and return what it gives."""
    return db.connection.execute(text).fetchall()


TABLES = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'table'",
    "postgresql": "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
}
COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('{}')",
    "postgresql": "SELECT column_name FROM information_schema.columns WHERE table_name = '{}'"
    " ORDER BY ordinal_position",
}


def found_in_files(folder: Path, names: tuple[str, ...] = NAMES) -> list[tuple[str, str]]:
    """Return in which files of a database's folder the bytes of names stand: unused parts and write-ahead file too."""
    files = [file for file in folder.iterdir() if file.is_file()]
    return [(file.name, name) for file in files for name in names if _stands_in(file.read_bytes(), name)]


def _stands_in(content: bytes, name: str) -> bool:
    forms = {name, name.casefold(), name.encode("ascii", "backslashreplace").decode(), json.dumps(name)[1:-1]}
    return any(form.encode() in content for form in forms)


def _in(text: str, names: tuple[str, ...]) -> Iterator[str]:
    folded = text.casefold()
    for name in names:
        if name.casefold() in folded or json.dumps(name)[1:-1].casefold() in folded:
            yield name
