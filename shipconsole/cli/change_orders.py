"""The commands cancel, link, unlink and resolve-item."""

import argparse
from collections.abc import Mapping, Sequence

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, add_preview_and_wait, help_text, item_and_units
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.updates import NotUpdated, report_updates, show_requests
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.orders import cancel as cancelling
from shipconsole.operations.orders import link as linking
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping.plan import PlannedUpdate


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    cancel = commands.add_parser("cancel", parents=[common], help=help_text("help.cancel"))
    cancel.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    cancel.add_argument("--item", action="append", default=[], metavar="SKU=QTY", help=help_text("help.cancel_item"))
    cancel.add_argument("--restore", action="store_true", help=help_text("help.cancel_restore"))
    cancel.add_argument("--reason", required=True, metavar="TEXT", help=help_text("help.reason"))
    add_preview_and_wait(cancel)
    cancel.set_defaults(run=_cancel)
    link = commands.add_parser("link", parents=[common], help=help_text("help.link"))
    link.add_argument("number", metavar="NUMBER", help=help_text("help.link_kept"))
    link.add_argument("other", metavar="OTHER", nargs="?", default=None, help=help_text("help.link_other"))
    link.add_argument("--pair", action="append", default=[], metavar="SKU=SKU", help=help_text("help.link_pair"))
    link.add_argument("--keep-separate", action="store_true", help=help_text("help.keep_separate"))
    link.add_argument("--reason", default="", metavar="TEXT", help=help_text("help.reason"))
    link.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    link.set_defaults(run=_link)
    unlink = commands.add_parser("unlink", parents=[common], help=help_text("help.unlink"))
    unlink.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    unlink.add_argument("--connection", required=True, metavar="NAME", help=help_text("help.unlink_connection"))
    unlink.add_argument("--reason", required=True, metavar="TEXT", help=help_text("help.reason"))
    unlink.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    unlink.set_defaults(run=_unlink)
    _add_resolve_item(commands, common)


def _add_resolve_item(commands: Commands, common: argparse.ArgumentParser) -> None:
    command = commands.add_parser("resolve-item", parents=[common], help=help_text("help.resolve_item"))
    command.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    command.add_argument("--item", required=True, metavar="SKU", help=help_text("help.the_item"))
    choice = command.add_mutually_exclusive_group(required=True)
    for option, resolution, help_id in (
        ("--shipped", "shipped", "help.item_shipped"),
        ("--cancelled", "cancelled", "help.item_cancelled"),
        ("--reopen", "", "help.item_reopen"),
    ):
        help_ = help_text(help_id)
        choice.add_argument(option, action="store_const", const=resolution, dest="resolution", help=help_)
    command.add_argument("--reason", required=True, metavar="TEXT", help=help_text("help.reason"))
    command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    command.set_defaults(run=_resolve_item)


async def _cancel(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, args.number)
    order = (await orders.sheet(ctx, order_id)).order
    cancelled_here = await cancelling.restorable(ctx, order_id)
    most = cancelled_here if args.restore else {line.id: line.left for line in order.lines}
    units = _units_by_line(order, args.item, most)
    if args.preview:
        preview = cancelling.preview_restore if args.restore else cancelling.preview_cancel
        requests = await preview(ctx, order_id, units)
        updates = [PlannedUpdate(connection, request, None) for connection, request in requests]
        show_requests(order.number, updates, in_json=args.json)
        return EXIT_DONE
    change = cancelling.restore if args.restore else cancelling.cancel
    call_ids = await change(ctx, order_id, units, args.reason)
    updated = {call.connection_id for call in await worker.updates_of(ctx, call_ids)}
    not_updated = [
        NotUpdated(connection.name, reason)
        for connection, reason in await cancelling.notifiable_connections(ctx, order_id)
        if connection.id not in updated
    ]
    return await report_updates(session, args, order.number, [order_id], call_ids, not_updated)


async def _link(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, args.number)
    if args.other is None:
        alone = {"--keep-separate": args.keep_separate, "--pair": args.pair, "--reason": args.reason}
        if option := next((option for option, value in alone.items() if value), ""):
            raise ValidationFailed(Problem(("other",), Message("cli.option_alone", option=option, other="OTHER")))
        return await _candidates(session, args, order_id)
    other_id = await orders.find(ctx, args.other)
    if args.keep_separate:
        return await _keep_separate(session, args, order_id, other_id)
    order, other = [(await orders.sheet(ctx, id_)).order for id_ in (order_id, other_id)]
    given = [_pair(order, other, text) for text in args.pair]
    paired = {line_id for pair in given for line_id in pair}
    proposed = [pair for pair in linking.match_items(order, other) if not paired & {*pair}]
    await linking.link(ctx, order_id, other_id, [*given, *proposed], args.reason)
    sheet = await orders.sheet(ctx, order_id)
    if args.json:
        output.document(output.order_json(sheet))
    else:
        output.line(Message("cli.linked", number=order.number, other=other.number, count=len(sheet.links)))
    return EXIT_DONE


async def _keep_separate(session: Session, args: argparse.Namespace, order_id: int, other_id: int) -> int:
    if args.pair:
        raise ValidationFailed(Problem(("pairs",), Message("cli.separate_no_pairs")))
    await linking.keep_separate(session.ctx, order_id, other_id, args.reason)
    if args.json:
        output.document(output.order_json(await orders.sheet(session.ctx, order_id)))
    else:
        output.line(Message("cli.kept_separate", order=str(order_id), other=str(other_id)))
    return EXIT_DONE


async def _candidates(session: Session, args: argparse.Namespace, order_id: int) -> int:
    """List the orders that could be linked, if no second order is given."""
    candidates = await linking.candidates(session.ctx, order_id)
    if not candidates:
        output.note(Message("cli.no_similar_order", number=args.number))
    if args.json:
        output.document(
            [
                {
                    "id": candidate.order_id,
                    "number": candidate.number,
                    "connections": list(candidate.connections),
                    "recipient": candidate.recipient,
                    "items": [line.sku for line in candidate.lines],
                    "matches": candidate.matches,
                }
                for candidate in candidates
            ]
        )
    else:
        output.table(
            [
                [
                    f"#{candidate.order_id}",
                    candidate.number,
                    ", ".join(candidate.connections),
                    candidate.recipient,
                    Message("cli.items_in_common", count=candidate.matches),
                ]
                for candidate in candidates
            ]
        )
    return EXIT_DONE


async def _unlink(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, args.number)
    (connection,) = await connections.named(ctx, [args.connection])
    new_id = await linking.unlink(ctx, order_id, connection.id, args.reason)
    sheet = await orders.sheet(ctx, new_id)
    if args.json:
        output.document(output.order_json(sheet))
    else:
        output.line(Message("cli.unlinked", connection=connection.name, number=sheet.order.number, id=str(new_id)))
    return EXIT_DONE


async def _resolve_item(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, args.number)
    order = (await orders.sheet(ctx, order_id)).order
    lines = [line for line in order.lines_of(args.item) if not line.is_counted]
    if not lines:
        message = Message("cli.item_is_counted", item=args.item, number=order.number)
        raise ValidationFailed(Problem(("lines",), message))
    # If the SKU occurs twice: the first line that is unresolved, or that can be reopened.
    line = next((line for line in lines if line.is_unresolved != (args.resolution == "")), lines[0])
    await cancelling.resolve_item(ctx, order_id, line.id, args.resolution, args.reason)
    sheet = await orders.sheet(ctx, order_id)
    if args.json:
        output.document(output.order_json(sheet))
    else:
        result = args.resolution or "reopened"
        output.line(f"{order.number}, {line.sku}: {line.quantity} {result}; {sheet.order.state}")
    return EXIT_DONE


def _units_by_line(order: Order, items: Sequence[str], most: Mapping[int, int]) -> dict[int, int]:
    """Return units by line id: each SKU fills its lines in order up to `most`; any excess is at its last line."""
    by_line: dict[int, int] = {}
    for sku, units in map(item_and_units, items):
        lines = order.lines_of(sku)
        if not lines:
            raise ValidationFailed(Problem(("lines",), Message("ship.unknown_item", sku=sku, number=order.number)))
        remaining = units
        for line in lines:
            free = most.get(line.id, 0) - by_line.get(line.id, 0)
            here = remaining if line is lines[-1] else min(remaining, free)
            by_line[line.id] = by_line.get(line.id, 0) + here
            remaining -= here
    return by_line


def _pair(order: Order, other: Order, text: str) -> tuple[int, int]:
    sku, _, other_sku = text.partition("=")
    return _line(order, sku).id, _line(other, other_sku).id


def _line(order: Order, sku: str) -> OrderLine:
    lines = order.lines_of(sku)
    if not lines:
        message = Message("ship.unknown_item", sku=sku or Message("cli.nothing"), number=order.number)
        raise ValidationFailed(Problem(("pairs",), message))
    return lines[0]
