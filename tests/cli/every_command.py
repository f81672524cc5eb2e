"""A line for every command, with which it does its work on the profile that is made here."""

import argparse
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from shipconsole.cli.program import parser
from shipconsole.station.keys import MemoryKeys
from shipconsole.station.profile import open_profile
from tests.cli.in_process import Here, free_port
from tests.support import sql
from tests.support.bench import NAMES, SECRETS
from tests.support.labels import usps

SHIPPED, ELSEWHERE, OTHER, BOX, IMPORTED = (usps(serial) for serial in range(701, 706))
ADDRESS = ("--name", "A", "--street", "1 B St", "--city", "Sydney", "--post-code", "2000", "--country", "AU")


class Row(NamedTuple):
    """How a command is run, its usual exit code, and whether it stores something."""

    words: tuple[str, ...]
    code: int = 0
    stores: bool = False


def names() -> list[str]:
    """Every command, as the parser knows them."""
    return [
        name
        for action in parser()._actions
        if isinstance(action, argparse._SubParsersAction)
        for name in action.choices  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    ]


def rows(folder: Path, url: str) -> dict[str, Row]:
    """A row for each command; files are in `folder`, where the profile is too, and the platforms at `url`."""
    return {
        "connect": Row(
            ("connect", "shipup", "--name", "Two", "--url", f"{url}/shipup", "--secret", "api_key"), stores=True
        ),
        "connections": Row(("connections", "--json")),
        "test-connection": Row(("test-connection", "ShipEngine"), stores=True),
        "carriers": Row(("carriers", "--connection", "Shipup", "--set", "ups=brown"), stores=True),
        "sync": Row(("sync", "--connection", "Shipup"), stores=True),
        "orders": Row(("orders",)),
        "order": Row(("order", "10001")),
        "identify": Row(("identify", "10001")),
        "fields": Row(("fields", "10001")),
        "change": Row(("change", "10002", "--connection", "Starshipit", "--set", "reference=x"), stores=True),
        "create-order": Row(
            ("create-order", "N-1", "--item", "CABLE=1", "--weight", "CABLE=0.1", *ADDRESS), stores=True
        ),
        "push": Row(("push", "P-1", "--to", "Starshipit"), stores=True),
        "cancel": Row(("cancel", "10004", "--item", "MOBILE-CASE-BLK=1", "--reason", "x"), stores=True),
        "link": Row(("link", "L-1", "L-2", "--reason", "x"), stores=True),
        "unlink": Row(("unlink", "10003", "--connection", "Shipup", "--reason", "x"), stores=True),
        "resolve-item": Row(("resolve-item", "L-1", "--item", "CABLE", "--shipped", "--reason", "x"), stores=True),
        "ship": Row(("ship", "10006", "--all-left", "--tracking", OTHER), stores=True),
        "preview": Row(("preview", "10006", "--all-left", "--tracking", OTHER)),
        "ship-box": Row(("ship-box", "10002", "10003", "--tracking", BOX, "--reason", "x"), stores=True),
        "import": Row(("import", str(folder / "shipments.csv")), stores=True),
        "edit-tracking": Row(("edit-tracking", "10001", "--tracking", SHIPPED)),
        "void": Row(("void", "10001", "--tracking", SHIPPED, "--reason", "x"), stores=True),
        "outbox": Row(("outbox",)),
        "resolve": Row(("resolve", "1", "--discard", "--reason", "x"), stores=True),
        "flush": Row(("flush",), stores=True),
        "pause": Row(("pause", "Pod"), stores=True),
        "resume": Row(("resume", "Pod")),
        "packers": Row(("packers", "add", "Mira", "--badge", "M-1"), stores=True),
        "acknowledge": Row(("acknowledge", "10001")),
        "cases": Row(("cases", "set", "10036000291459", "12"), stores=True),
        "track": Row(("track", SHIPPED, "--connection", "ShipEngine")),
        "serve": Row(("serve", "--port", str(free_port()))),
        "webhooks": Row(("webhooks", "ShipEngine")),
        "webhook-events": Row(("webhook-events",)),
        "reprocess": Row(("reprocess", "1"), stores=True),
        "import-webhook-event": Row(
            ("import-webhook-event", str(folder / "second.json"), "--connection", "Pod"), stores=True
        ),
        "forwarding": Row(("forwarding", "--from", "Pod", "--to", "Shipup"), stores=True),
        "forward-review": Row(("forward-review",)),
        "stores": Row(("stores",), stores=True),
        "audit-log": Row(("audit-log", "--csv", str(folder / "record.csv"))),
        "slip": Row(("slip", "10001", "--pdf", str(folder / "slip.pdf"))),
        "command-sheet": Row(("command-sheet", "--pdf", str(folder / "commands.pdf"))),
        "hand-over": Row(("hand-over", "--record", "--pdf", str(folder / "hand-over.pdf")), stores=True),
        "retention": Row(("retention",), stores=True),
        "shift-report": Row(("shift-report", "--csv", str(folder / "report.csv"))),
        "simulator": Row(("simulator", "--orders", "0", "--ends-with-input")),
        "backup": Row(("backup", "--to", str(folder / "new.db"))),
        "restore": Row(("restore", str(folder / "copy.db"))),
        # No server responds there, so that nothing moves.
        "move": Row(("move", "--to", f"postgresql://nobody@127.0.0.1:{free_port()}/none"), code=5),
        "database": Row(("database", "--new"), code=2),
        # SwiftPOD has no key here, which a doctor does not pass over.
        "doctor": Row(("doctor",), code=5),
        "diagnostics": Row(("diagnostics", "--to", str(folder / "diagnostics.txt"))),
    }


def make(here: Here, pulled: Path, url: str, texts: Mapping[str, str] | None = None) -> None:
    """Make the profile on which every row does something; `texts` stand in for what comes from outside."""
    folder = here.profile.parent
    hostile = texts or {}
    here.profile.mkdir(parents=True)
    shutil.copy(pulled, here.profile / "shipconsole.db")
    assert open_profile(here.profile, {}).id
    for vendor, name in NAMES.items():
        for field, value in SECRETS[vendor].items():
            here.keys.put(name, field, value).result()
    here.done("connect", "swiftpod", "--name", "Pod", "--url", f"{url}/swiftpod")
    here.done("forwarding", "--from", "Pod", "--to", "ShipEngine")
    for number, name in enumerate(("first.json", "second.json"), 1):
        (folder / name).write_text(json.dumps(_webhook(number, hostile)), encoding="utf-8")
    imported = f"Order,SKU,Quantity,Tracking number\n10005,MOBILE,1,{IMPORTED}\n"
    (folder / "shipments.csv").write_text(imported, encoding="utf-8")
    here.done("import-webhook-event", str(folder / "first.json"), "--connection", "Pod")
    here.done("reprocess", "1")
    here.done("ship", "10001", "--item", "MOBILE-CASE-BLK=1", "--tracking", SHIPPED)
    for number in ("P-1", "L-1", "L-2"):
        here.done("create-order", number, "--item", "CABLE=1", "--weight", "CABLE=0.1", *ADDRESS)
    database = sql.connect(here.profile / "shipconsole.db")
    database.execute(
        "UPDATE order_line SET quantity_text = '2.5' WHERE order_id = (SELECT id FROM orders WHERE number = 'L-1')"
    )
    database.close()
    here.done("backup", "--to", str(folder / "copy.db"))


def _webhook(number: int, texts: Mapping[str, str]) -> object:
    package = {"tracking_number": ELSEWHERE, "shipped_items": [{"order_item_id": "A", "quantity": 1}]}
    order = {
        "id": 5,
        "order_id": "10001",
        "status": "shipped",
        "address": {"name": "John Smith", "zip": "2000", "country": "AU"},
        "line_items": [{"id": 1, "order_item_id": "A", "sku": "MOBILE-CASE-BLK", "quantity": 1}],
        "trackings": [{**package, "status": "in_transit", "carrier": "USPS"}],
    }
    event = {"uuid": str(number), "name": "shipment_notify", "tracking": {**package, "tracking_status": "in_transit"}}
    return {"event": event, "data": {**order, **texts}}


def begun(folder: Path) -> Here:
    """The commands on a profile in a folder, with no keys yet."""
    return Here(folder / "profile", MemoryKeys())
