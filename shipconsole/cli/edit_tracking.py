"""The commands edit-tracking and void, for shipments whose updates were sent."""

import argparse
from collections.abc import Sequence

from shipconsole.cli import labels, output
from shipconsole.cli.commands import Commands, help_text, seconds
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.updates import exit_code, print_calls, send_and_wait
from shipconsole.domain.label import number_key
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.operations.connections import connections
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping import box, ship
from shipconsole.operations.shipping import correct as correcting
from shipconsole.operations.shipping.correct import NewLabel, NotifyChoice


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    edit = commands.add_parser("edit-tracking", parents=[common], help=help_text("help.edit_tracking"))
    _add_common_options(edit)
    edit.add_argument("--new", default=None, metavar="TRACKING", help=help_text("help.new_tracking"))
    edit.add_argument("--carrier", default=None, metavar="CODE", help=help_text("help.carrier"))
    edit.add_argument("--service", default=None, metavar="CODE", help=help_text("help.service"))
    labels.add_to(edit, has_reason=True)
    edit.set_defaults(run=_edit)
    void = commands.add_parser("void", parents=[common], help=help_text("help.void"))
    _add_common_options(void)
    void.set_defaults(run=_void)


def _add_common_options(command: argparse.ArgumentParser) -> None:
    """Add the options of both commands: the package, the connections, and the reason."""
    command.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    command.add_argument("--tracking", required=True, metavar="TRACKING", help=help_text("help.package_now"))
    command.add_argument(
        "--to", action="append", default=[], nargs="+", metavar="NAME", help=help_text("help.update_only")
    )
    command.add_argument("--reason", default="", metavar="TEXT", help=help_text("help.reason"))
    whole = command.add_mutually_exclusive_group()
    whole.add_argument("--whole-box", action="store_true", help=help_text("help.whole_box"))
    whole.add_argument("--this-order", action="store_true", help=help_text("help.this_order"))
    command.add_argument("--wait", type=seconds, default=None, metavar="SECONDS", help=help_text("help.wait"))
    command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))


async def _edit(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id, sheet, shipment, package = await _found(session, args)
    guides = await correcting.edit_choices(ctx, order_id, package.id or 0)
    if args.new is None and args.carrier is None and args.service is None:
        void_guides = await correcting.void_choices(ctx, order_id, shipment.id)
        await _show(session, args, sheet, package, guides, void_guides)
        return EXIT_DONE
    to = await _to(session, args.to, guides)
    new = NewLabel(
        package.tracking_number if args.new is None else args.new,
        args.carrier or "",
        args.service or "",
        package.tracking_number,
        accepted=labels.accepted(args),
    )
    members = await _members(session, args, package)
    edit = box.edit_box if members else correcting.edit_tracking
    with labels.advised():
        call_ids = await edit(ctx, order_id, package.id or 0, new, to, args.reason)
    return await _report(session, args, [order_id, *members], call_ids)


async def _void(session: Session, args: argparse.Namespace) -> int:
    order_id, _, shipment, package = await _found(session, args)
    to = await _to(session, args.to, await correcting.void_choices(session.ctx, order_id, shipment.id))
    members = await _members(session, args, package)
    void = box.void_box if members else correcting.void_shipment
    call_ids = await void(session.ctx, order_id, shipment.id, to, args.reason)
    return await _report(session, args, [order_id, *members], call_ids)


async def _members(session: Session, args: argparse.Namespace, package: Package) -> list[int]:
    """Return the other orders in a box if they are meant too; raises `ValidationFailed` where that is not said."""
    members = await box.others(session.ctx, package.id or 0)
    if members and not (args.whole_box or args.this_order):
        numbers = tuple(dict.fromkeys(member.number for member in members))
        raise ValidationFailed(Problem(("box",), Message("box.whole_or_one", orders=numbers)))
    return list(dict.fromkeys(member.order_id for member in members)) if args.whole_box else []


async def _found(session: Session, args: argparse.Namespace) -> tuple[int, OrderSheet, Shipment, Package]:
    """Return the order, read again from connections where it may have changed, with the package of the number."""
    ctx = session.ctx
    order_id = await orders.find(ctx, args.number)
    await ship.refresh_before_shipping(ctx, order_id, [name for names in args.to for name in names])
    sheet = await orders.sheet(ctx, order_id)
    return order_id, sheet, *_package(sheet, args.tracking)


def _package(sheet: OrderSheet, tracking_number: str) -> tuple[Shipment, Package]:
    """Return the package with a number, the newest if several have it; raises `ValidationFailed` if none has."""
    key = number_key(tracking_number)
    for shipment in reversed(sheet.shipments):
        for package in reversed(shipment.packages):
            if number_key(package.tracking_number) == key:
                return shipment, package
    numbers = tuple(package.tracking_number for shipment in sheet.shipments for package in shipment.packages)
    message = Message("cli.nothing_shipped", number=sheet.order.number, package=tracking_number)
    if numbers:
        message = Message("cli.has_packages", number=sheet.order.number, package=tracking_number, packages=numbers)
    raise ValidationFailed(Problem(("tracking_number",), message))


async def _to(session: Session, given: Sequence[Sequence[str]], guides: Sequence[NotifyChoice]) -> list[int]:
    """Return the ids of the named connections, or of those that are updated by default."""
    names = [name for group in given for name in group]
    if names:
        return [connection.id for connection in await connections.named(session.ctx, names)]
    return [guide.connection.id for guide in guides if guide.by_default]


async def _show(
    session: Session,
    args: argparse.Namespace,
    sheet: OrderSheet,
    package: Package,
    guides: Sequence[NotifyChoice],
    void_guides: Sequence[NotifyChoice],
) -> None:
    every = await correcting.changes(session.ctx, sheet.order.id)
    changes = [change for change in every if change.package_id == package.id]
    if args.json:
        output.document(
            {
                "order": sheet.order.number,
                "tracking_number": package.tracking_number,
                "carrier": package.carrier,
                "service": package.service,
                "previous": [
                    {
                        "tracking_number": change.old_number,
                        "carrier": change.old_carrier,
                        "service": change.old_service,
                        "until": output.when(change.at_ms),
                        "station": change.station,
                        "reason": change.reason,
                    }
                    for change in changes
                ],
                "edit_tracking": [_guide_json(guide) for guide in guides],
                "void": [_guide_json(guide) for guide in void_guides],
            }
        )
        return
    output.line(" ".join(part for part in (package.tracking_number, package.carrier, package.service) if part))
    for change in changes:
        previous = {"number": change.old_number, "time": output.when(change.at_ms)}
        output.line(f"  {Message('cli.was_until', **previous, packer=change.who, reason=change.reason)}")
    for title, listed in ((Message("cli.edited"), guides), (Message("cli.voided"), void_guides)):
        output.line(title)
        output.table([[f"  {guide.connection.name}", _by_default(guide), guide.message] for guide in listed])


def _by_default(guide: NotifyChoice) -> Message:
    if not guide.possible:
        return NO_MESSAGE
    return Message("cli.notified_automatically" if guide.by_default else "cli.only_with_to")


def _guide_json(guide: NotifyChoice) -> output.Json:
    return {
        "connection": guide.connection.name,
        **output.message_json(guide.message),
        "by_default": guide.by_default,
        "possible": guide.possible,
    }


async def _report(session: Session, args: argparse.Namespace, order_ids: list[int], call_ids: tuple[int, ...]) -> int:
    calls = await send_and_wait(session, order_ids, call_ids, args.wait)
    sheet = await orders.sheet(session.ctx, order_ids[0])
    if args.json:
        packages: list[output.Json] = [
            package.tracking_number for shipment in sheet.shipments for package in shipment.packages
        ]
        output.document(
            {
                "order": sheet.order.number,
                "left": sheet.order.left,
                "packages": packages,
                "calls": [output.call_json(call) for call in calls],
            }
        )
    else:
        print_calls(calls)
    return exit_code(calls, args.wait)
