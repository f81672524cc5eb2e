"""The command ship-box."""

import argparse
from collections.abc import Mapping, Sequence

from shipconsole.cli import labels, output
from shipconsole.cli.commands import Commands, help_text, item_and_units, seconds
from shipconsole.cli.session import Session
from shipconsole.cli.updates import exit_code, print_calls, send_and_wait
from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import box, ship
from shipconsole.operations.shipping.box import BoxPart


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    command = commands.add_parser("ship-box", parents=[common], help=help_text("help.ship_box"))
    command.add_argument("order", nargs="+", metavar="NUMBER[:SKU=QTY]", help=help_text("help.box_order"))
    command.add_argument("--tracking", required=True, metavar="TRACKING", help=help_text("help.tracking"))
    command.add_argument("--carrier", default="", metavar="CODE", help=help_text("help.carrier"))
    command.add_argument("--service", default="", metavar="CODE", help=help_text("help.service"))
    command.add_argument("--weight", default="", metavar="KG", help=help_text("help.weight"))
    command.add_argument("--reason", default="", metavar="TEXT", help=help_text("help.box_reason"))
    labels.add_to(command, has_reason=True)
    command.add_argument("--wait", type=seconds, default=None, metavar="SECONDS", help=help_text("help.wait"))
    command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    command.set_defaults(run=_ship)


async def _ship(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    wanted = await _wanted(session, args.order)
    for order_id in wanted:
        await ship.refresh_before_shipping(ctx, order_id)
    package = PackageDraft(
        tracking_number=args.tracking,
        carrier=args.carrier,
        service=args.service,
        weight_kg=args.weight,
        accepted=labels.accepted(args),
        kept_reason=args.reason,
    )
    parts = [await _part(session, order_id, items) for order_id, items in wanted.items()]
    with labels.advised():
        shipped = await box.ship_box(ctx, parts, package, args.reason)
    calls = await send_and_wait(session, list(wanted), shipped.call_ids, args.wait, saved="cli.shipment_saved")
    sheets = [await orders.sheet(ctx, order_id) for order_id in wanted]
    if args.json:
        output.document(
            {
                "box": shipped.box,
                "orders": [
                    {
                        "order": sheet.order.number,
                        "state": sheet.order.state,
                        "left": sheet.order.left,
                        "shipment": one.shipment_id,
                        "calls": [output.call_json(call) for call in calls if call.shipment_id == one.shipment_id],
                        "warnings": [
                            {"connection": name, **output.problem_json(warning)} for name, warning in one.warnings
                        ],
                    }
                    for sheet, one in zip(sheets, shipped.shipped, strict=True)
                ],
            }
        )
    else:
        print_calls(calls)
    for one in shipped.shipped:
        for name, warning in one.warnings:
            output.warn(f"{name}: {warning.sentence}")
    return exit_code(calls, args.wait)


async def _wanted(session: Session, given: Sequence[str]) -> Mapping[int, list[tuple[str, int]]]:
    """Return the items by order; none means all that is left."""
    found: dict[int, list[tuple[str, int]]] = {}
    for text in given:
        order_id, item = await _order_and_item(session, text)
        items = found.setdefault(order_id, [])
        if item:
            items.append(item_and_units(item))
    return found


async def _order_and_item(session: Session, text: str) -> tuple[int, str]:
    """Return the order that a text begins with, and the item after it; both may contain a colon."""
    positions = [position for position, letter in enumerate(text) if letter == ":"] if "=" in text else []
    for position in positions:
        try:
            return await orders.find(session.ctx, text[:position]), text[position + 1 :]
        except ValidationFailed:
            continue
    return await orders.find(session.ctx, text[: positions[0]] if positions else text), ""


async def _part(session: Session, order_id: int, items: Sequence[tuple[str, int]]) -> BoxPart:
    draft = await ship.draft_with_items(session.ctx, order_id, items or None, PackageDraft())
    (package,) = draft.packages
    if not package.quantities:
        sheet = await orders.sheet(session.ctx, order_id)
        raise ValidationFailed(Problem(("orders",), Message("order.nothing_left", number=sheet.order.number)))
    return BoxPart(order_id, package.quantities)
