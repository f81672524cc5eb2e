"""The commands ship and preview."""

import argparse
import re

from shipconsole.cli import labels, output
from shipconsole.cli.commands import Commands, help_text, seconds
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.updates import exit_code, print_calls, send_and_wait, show_requests
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship as shipping

MOST_UNITS = 1_000_000
_WHOLE = re.compile(r"\s*[+-]?\d{1,9}\s*")


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    ship = commands.add_parser("ship", parents=[common], help=help_text("help.ship"))
    preview = commands.add_parser("preview", parents=[common], help=help_text("help.preview"))
    for command in (ship, preview):
        command.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
        items = command.add_mutually_exclusive_group()
        items.add_argument("--item", action="append", default=[], metavar="SKU=QTY", help=help_text("help.ship_item"))
        items.add_argument("--all-left", action="store_true", help=help_text("help.all_left"))
        command.add_argument("--tracking", default="", metavar="TRACKING", help=help_text("help.tracking"))
        command.add_argument("--carrier", default="", metavar="CODE", help=help_text("help.carrier"))
        command.add_argument("--service", default="", metavar="CODE", help=help_text("help.service"))
        command.add_argument("--weight", default="", metavar="KG", help=help_text("help.weight"))
        command.add_argument(
            "--to", action="append", default=[], nargs="+", metavar="NAME", help=help_text("help.notify_only")
        )
        labels.add_to(command)
        command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    ship.add_argument("--wait", type=seconds, default=None, metavar="SECONDS", help=help_text("help.wait"))
    ship.set_defaults(run=_ship)
    preview.set_defaults(run=_preview)


async def _ship(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id = await orders.find(ctx, args.number)
    await shipping.refresh_before_shipping(ctx, order_id, _names(args))
    draft = await _draft(session, args, order_id)
    with labels.advised():
        shipped = await shipping.ship(ctx, order_id, draft, _names(args), is_typed=False)
    calls = await send_and_wait(session, [order_id], shipped.call_ids, args.wait, saved="cli.shipment_saved")
    for name, warning in shipped.warnings:
        output.warn(f"{name}: {warning.sentence}")
    sheet = await orders.sheet(ctx, order_id)
    if args.json:
        output.document(
            {
                "order": sheet.order.number,
                "state": sheet.order.state,
                "left": sheet.order.left,
                "shipment": shipped.shipment_id,
                "calls": [output.call_json(call) for call in calls],
                "warnings": [
                    {"connection": name, **output.problem_json(warning)} for name, warning in shipped.warnings
                ],
            }
        )
    else:
        print_calls(calls)
    return exit_code(calls, args.wait)


async def _preview(session: Session, args: argparse.Namespace) -> int:
    order_id = await orders.find(session.ctx, args.number)
    await shipping.refresh_before_shipping(session.ctx, order_id, _names(args))
    draft = await _draft(session, args, order_id)
    with labels.advised():
        updates = await shipping.preview(session.ctx, order_id, draft, _names(args))
    show_requests(args.number, updates, in_json=args.json)
    return EXIT_DONE


async def _draft(session: Session, args: argparse.Namespace, order_id: int) -> ShipmentDraft:
    if not args.item and not args.all_left:
        raise ValidationFailed(Problem(("lines",), Message("cli.nothing_to_ship")))
    package = PackageDraft(
        tracking_number=args.tracking,
        carrier=args.carrier,
        service=args.service,
        weight_kg=args.weight,
        accepted=labels.accepted(args),
        kept_reason=args.reason,
    )
    items = None if args.all_left else [_item(text) for text in args.item]
    return await shipping.draft_with_items(session.ctx, order_id, items, package)


def _item(text: str) -> tuple[str, int]:
    sku, _, quantity = text.rpartition("=")
    if sku and _WHOLE.fullmatch(quantity) and abs(units := int(quantity)) <= MOST_UNITS:
        return sku, units
    raise ValidationFailed(Problem(("lines",), Message("cli.not_item", text=text, most=MOST_UNITS)))


def _names(args: argparse.Namespace) -> list[str]:
    return [name for names in args.to for name in names]
