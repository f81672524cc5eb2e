"""The commands sync, orders, order and identify."""

import argparse
from collections.abc import Sequence

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.session import EXIT_DONE, EXIT_NOT_YET, EXIT_OUTSIDE, EXIT_REFUSED, EXIT_WRONG, Session
from shipconsole.cli.updates import print_calls
from shipconsole.domain import carrier, label
from shipconsole.domain.connection import Connection
from shipconsole.domain.dates import NO_DUE_DATE_MS
from shipconsole.domain.field import limits
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.order import OrderLine
from shipconsole.domain.order_row import OrderRow
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.operations.connections import connections
from shipconsole.operations.files import export
from shipconsole.operations.importing import identity, import_orders
from shipconsole.operations.importing.import_orders import Progress, SyncProblem
from shipconsole.operations.orders import orders
from shipconsole.operations.orders import scan as scanning

STATES = ("open", "partly_shipped", "shipped", "cancelled")
COLUMNS = (
    "cli.column_sku",
    "cli.column_ordered",
    "cli.column_shipped",
    "cli.column_cancelled",
    "cli.column_left",
    "cli.column_item",
)
EXITS: dict[SyncProblem, int] = {
    "outside": EXIT_OUTSIDE,
    "no_key": EXIT_WRONG,
    "refused": EXIT_REFUSED,
    "not_yet": EXIT_NOT_YET,
    "incomplete": EXIT_NOT_YET,
}
"""Exit codes of a sync by its problem; the first in this order wins, what only needs time is last."""


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    sync = commands.add_parser("sync", parents=[common], help=help_text("help.sync"))
    sync.add_argument(
        "--connection", action="append", default=[], metavar="NAME", help=help_text("help.sync_connection")
    )
    sync.add_argument("--filter", action="append", default=[], metavar="NAME=VALUE", help=help_text("help.filter"))
    sync.add_argument("--filters", action="store_true", help=help_text("help.list_filters"))
    sync.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    sync.set_defaults(run=_sync)
    listed = commands.add_parser("orders", parents=[common], help=help_text("help.orders"))
    listed.add_argument("--find", default="", metavar="TEXT", help=help_text("help.find"))
    listed.add_argument(
        "--state",
        choices=(*STATES, "to_ship", "waiting", "needs_attention", "late", "mine"),
        help=help_text("help.order_state"),
    )
    listed.add_argument("--csv", metavar="FILE", help=help_text("help.list_csv"))
    listed.add_argument("--rows", choices=export.ORDER_LISTS, default="orders", help=help_text("help.list_rows"))
    listed.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    listed.set_defaults(run=_list)
    shown = commands.add_parser("order", parents=[common], help=help_text("help.order"))
    shown.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    shown.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    shown.set_defaults(run=_show)
    identify = commands.add_parser("identify", parents=[common], help=help_text("help.identify"))
    identify.add_argument("--order", default=None, metavar="NUMBER", help=help_text("help.open_order"))
    identify.add_argument("text", nargs="+", metavar="TEXT", help=help_text("help.scanned_text"))
    identify.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    identify.set_defaults(run=_identify)


async def _sync(session: Session, args: argparse.Namespace) -> int:
    chosen = await connections.named(session.ctx, args.connection)
    if not chosen:
        output.note(Message("cli.no_connections"))
    if args.filters:
        _show_filters(chosen, in_json=args.json)
        return EXIT_DONE
    filters = _filters(args.filter)

    def show(progress: Progress) -> None:
        if progress.total is None:
            output.note(Message("cli.progress", connection=progress.connection, count=progress.done))
        else:
            counts = {"count": progress.done, "all": progress.total}
            output.note(Message("cli.progress_of", connection=progress.connection, **counts))

    results = await import_orders.sync(session.ctx, chosen, show, filters=filters)
    for result in results:
        synced = Message("cli.synced", connection=result.connection.name, count=result.seen, new=result.new)
        output.note(sentences(synced, result.message))
        for note in result.notes:
            output.note(f"  {note}")
    if args.json:
        output.document(
            [
                {
                    "connection": result.connection.name,
                    "orders": result.seen,
                    "new": result.new,
                    **output.message_json(result.message),
                    "complete": result.is_complete,
                    "problem": result.problem,
                    "shortfalls": list(result.shortfalls),
                    "notes": [output.message_json(note) for note in result.notes],
                }
                for result in results
            ]
        )
    problems = {result.problem for result in results}
    return next((code for problem, code in EXITS.items() if problem in problems), EXIT_DONE)


def _filters(given: list[str]) -> dict[str, str]:
    filters: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            raise ValidationFailed(Problem(("filters",), Message("cli.not_filter", text=text)))
        if name.strip() in filters:
            raise ValidationFailed(Problem(("filters", name.strip()), Message("cli.filter_twice", filter=name.strip())))
        filters[name.strip()] = value
    return filters


def _show_filters(chosen: Sequence[Connection], *, in_json: bool) -> None:
    """Print the filters that each connection offers for its orders."""
    if in_json:
        output.document(
            [{"connection": connection.name, "filters": _filters_json(connection)} for connection in chosen]
        )
        return
    for connection in chosen:
        output.line(connection.name)
        output.table(
            [
                [f"  {'.'.join(field.path)}", limits(field), ", ".join(field.choices) or field.help]
                for field in import_orders.filters_of(connection)
            ]
        )


def _filters_json(connection: Connection) -> list[output.Json]:
    return [
        {
            "name": ".".join(field.path),
            "title": str(field.title),
            "help": str(field.help),
            "kind": field.kind,
            "limits": str(limits(field)),
            "choices": list(field.choices),
        }
        for field in import_orders.filters_of(connection)
    ]


async def _list(session: Session, args: argparse.Namespace) -> int:
    if args.csv:
        ids = await export.order_ids(session.ctx, find=args.find, state=args.state)
        count = await export.export_orders(session.ctx, ids, args.csv, args.rows, state=args.state)
        output.note(Message("cli.rows_written", count=count, file=args.csv))
        return EXIT_DONE
    rows = await orders.list_rows(session.ctx, find=args.find, state=args.state)
    if args.json:
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
                    "due_at": output.when(row.due_at_ms) if row.due_at_ms < NO_DUE_DATE_MS else None,
                    "needs_attention": row.needs_attention,
                    "unresolved": row.unresolved,
                    "known_to": row.known_to,
                    "first": bool(row.is_first),
                    "waiting": row.waiting,
                    "station": row.claim_station,
                    "packer": row.claim_operator,
                    "draft": bool(row.has_draft),
                }
                for row in rows
            ]
        )
    else:
        output.table([[_number(row), row.state, f"{row.shipped}/{row.wanted}", row.recipient] for row in rows])
    return EXIT_DONE


def _number(row: OrderRow) -> str:
    """Return an order's number, with its connection if another order has the same number."""
    return f"{row.number}{identity.AT}{row.known_to}" if row.known_to else row.number


async def _show(session: Session, args: argparse.Namespace) -> int:
    sheet = await orders.sheet(session.ctx, await orders.find(session.ctx, args.number))
    if args.json:
        output.document(output.order_json(sheet))
        return EXIT_DONE
    order = sheet.order
    output.line(f"{order.number}  {order.state}  {order.ship_to.name}, {order.ship_to.in_one_line}".rstrip(", "))
    for part in sheet.linked_orders:
        linked = Message("cli.linked_order", connection=part.connection, number=part.number)
        differs = f"  {Message('cli.recipient_differs')}" if part.differs else ""
        output.line(f"{linked}  {part.recipient}{differs}".rstrip())
    for other in sheet.possible_duplicates:
        same = Message("cli.may_be_same", order=f"id:{other.order_id}", number=other.number)
        output.line(f"{same}  {', '.join(other.connections)}  {other.recipient}")
    output.table([[Message(title) for title in COLUMNS], *(_counts(line) for line in order.lines)])
    for shipment in sheet.shipments:
        for package in shipment.packages:
            shown = Message("cli.package", number=package.tracking_number)
            output.line(f"{shown}  {package.carrier}".rstrip())
    print_calls(sheet.calls)
    for change in sheet.manual_changes:
        output.line(f"{Message('cli.manual_change', change=change.what)}  {change.reason}".rstrip())
    return EXIT_DONE


def _counts(line: OrderLine) -> list[str]:
    """Return an item's columns; one that is not counted in units has a question mark until it is resolved."""
    left = str(line.left) if line.is_counted else "?" if line.is_unresolved else line.resolved_as
    return [line.sku, line.quantity, str(line.shipped), str(line.cancelled), left, line.description]


async def _identify(session: Session, args: argparse.Namespace) -> int:
    prefix = session.settings.command_prefix
    order_id = await orders.find(session.ctx, args.order) if args.order is not None else None
    scans = [await scanning.identify(session.ctx, text, prefix, order_id) for text in args.text]
    if args.json:
        output.document([_scan_json(scan) for scan in scans])
    else:
        for scan in scans:
            output.line(", ".join(part for part in (f"{scan.raw}: {scan.kind}", str(_scan_message(scan))) if part))
    return EXIT_DONE


def _scan_json(scan: Scan) -> output.Json:
    return {
        "raw": scan.raw,
        "kind": scan.kind,
        "number": scan.number,
        "carriers": list(scan.carriers),
        "certain": scan.certain,
        "check_digit": scan.check_digit,
        "right_digit": scan.right_digit,
        "postal_code": scan.postal_code,
        "item": scan.item_name,
        "units": scan.units,
        "order": scan.order_number,
        "reason": scan.reason,
    }


_REASONS: dict[ScanReason, str] = {
    ScanReason.ITEM_CASE: "scan.case",
    ScanReason.SEVERAL_ITEMS: "scan.several_items",
    ScanReason.OPEN_ORDER: "scan.open_order",
    ScanReason.WRONG_ITEM: "scan.wrong_item",
    ScanReason.ORDER_OR_ITEM: "scan.order_or_item",
    ScanReason.SEVERAL_ORDERS: "scan.several_orders",
    ScanReason.LISTED_CARRIER: "scan.listed_carrier",
    ScanReason.TAUGHT_FORMAT: "scan.taught",
    ScanReason.POSSIBLE_LABEL: "scan.possible_label",
    ScanReason.WRONG_CHECK_DIGIT: "scan.wrong_check_digit",
    ScanReason.UNKNOWN_ITEM: "scan.article",
    ScanReason.UNKNOWN: "scan.unknown",
}


def _scan_message(scan: Scan) -> Message:
    if scan.reason is ScanReason.LABEL:
        return carrier.description(carrier.identify(label.read(scan.raw).text))
    if scan.reason not in _REASONS:
        return NO_MESSAGE
    return Message(
        _REASONS[scan.reason],
        name=scan.item_name or scan.number,
        carriers=carrier.names(scan.carriers),
        digit=scan.right_digit,
    )
