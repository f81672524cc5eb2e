"""Commands about orders: pull, orders, order, identify."""

import argparse
import asyncio

from shipconsole.cli import output
from shipconsole.cli.commands import Commands
from shipconsole.cli.session import EXIT_DONE, EXIT_NOT_YET, EXIT_REFUSED, Session
from shipconsole.domain import barcode, carrier
from shipconsole.operations import connections, order_list, orders, scanning
from shipconsole.operations.orders import Progress

SEARCHED = 100
STATES = ("open", "partly_shipped", "shipped", "cancelled")


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    pull = commands.add_parser("pull", parents=[common], help="bring orders in")
    pull.add_argument("--connection", action="append", default=[], metavar="NAME")
    pull.add_argument("--json", action="store_true")
    pull.set_defaults(run=_pull)
    listed = commands.add_parser("orders", parents=[common], help="list orders")
    listed.add_argument("--find", default="", metavar="TEXT", help="words in number, name, town, SKU, tracking number")
    listed.add_argument("--state", choices=(*STATES, "to_ship", "needs_you"))
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=_list)
    one = commands.add_parser("order", parents=[common], help="show one order")
    one.add_argument("number", metavar="NUMBER")
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=_show)
    identify = commands.add_parser("identify", parents=[common], help="say what a scan is")
    identify.add_argument("text", nargs="+", metavar="TEXT")
    identify.add_argument("--json", action="store_true")
    identify.set_defaults(run=_identify)


async def _pull(session: Session, words: argparse.Namespace) -> int:
    chosen = await connections.named(session.desk, words.connection)
    if not chosen:
        output.said("There are no connections yet. Add one with: shipconsole connect")

    def tell(progress: Progress) -> None:
        total = "" if progress.total is None else f" of {progress.total}"
        output.said(f"{progress.connection}: {progress.done}{total}")

    results = await orders.pull(session.desk, chosen, tell)
    for result in results:
        output.said(f"{result.connection.name}: {result.seen} orders, {result.new} new. {result.words}".rstrip())
        for note in result.notes:
            output.said(f"  {note}")
    if words.json:
        output.document(
            [
                {
                    "connection": one.connection.name,
                    "orders": one.seen,
                    "new": one.new,
                    "words": one.words,
                    "notes": list(one.notes),
                }
                for one in results
            ]
        )
    if any(result.refused for result in results):
        return EXIT_REFUSED
    return EXIT_NOT_YET if any(result.words for result in results) else EXIT_DONE


async def _list(session: Session, words: argparse.Namespace) -> int:
    rows = await orders.listed(session.desk, find=words.find, state=words.state)
    if words.json:
        output.document(
            [
                {
                    "id": row.id,
                    "number": row.number,
                    "state": row.state,
                    "recipient": row.recipient,
                    "ordered": row.ordered,
                    "shipped": row.shipped,
                    "left": row.left,
                    "due_at": output.when(row.due_at_ms) if row.due_at_ms < order_list.NO_DUE_DATE_MS else None,
                    "needs_you": row.needs_you,
                }
                for row in rows
            ]
        )
    else:
        output.table([[row.number, row.state, f"{row.shipped}/{row.ordered}", row.recipient] for row in rows])
    return EXIT_DONE


async def _show(session: Session, words: argparse.Namespace) -> int:
    sheet = await orders.sheet(session.desk, await orders.find(session.desk, words.number))
    if words.json:
        output.document(output.order_json(sheet))
        return EXIT_DONE
    order = sheet.order
    print(f"{order.number}  {order.state}  {order.ship_to.name}, {order.ship_to.in_one_line}".rstrip(", "))
    header = ["SKU", "ordered", "shipped", "cancelled", "left", "item"]
    counts = [
        [line.sku, str(line.ordered), str(line.shipped), str(line.cancelled), str(line.left), line.description]
        for line in order.lines
    ]
    output.table([header, *counts])
    for shipment in sheet.shipments:
        for package in shipment.packages:
            print(f"parcel {package.tracking_number}  {package.carrier}".rstrip())
    for call in sheet.calls:
        print(f"{call.connection}: {call.state}  {call.summary}  {call.words}".rstrip())
    return EXIT_DONE


async def _identify(session: Session, words: argparse.Namespace) -> int:
    answers: list[output.Json] = []
    for text in words.text:
        scan = await scanning.scan(session.desk, text, None, session.settings.command_prefix)
        known = carrier.identify(barcode.clean(text))
        kind = scan.kind
        if kind == "unknown":
            kind = "tracking" if known.carriers else "item" if await _is_item(session, scan.text) else kind
        answers.append(
            {
                "raw": text,
                "kind": kind,
                "number": known.number if kind == "tracking" else scan.text,
                "carriers": list(known.carriers) if kind == "tracking" else [],
                "check_digit": known.check_digit if kind == "tracking" else "none",
                "postal_code": known.postal_code if kind == "tracking" else "",
            }
        )
        if not words.json:
            print(f"{text}: {kind}" + (f", {carrier.words(known)}" if kind == "tracking" else ""))
    if words.json:
        output.document(answers)
    await asyncio.sleep(0)
    return EXIT_DONE


async def _is_item(session: Session, text: str) -> bool:
    """Whether one of the orders that a search for the text finds has an item of that SKU."""
    for row in (await orders.listed(session.desk, find=text))[:SEARCHED] if text else ():
        sheet = await orders.sheet(session.desk, row.id)
        if sheet.order.lines_of(text):
            return True
    return False
