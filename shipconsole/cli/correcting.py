"""Commands about packages whose updates were sent: edit-tracking, void."""

import argparse
from collections.abc import Sequence

from shipconsole.cli import labels, output
from shipconsole.cli.commands import Commands, seconds
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.shipping import deliver_until, exit_of
from shipconsole.domain.label import number_key
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.operations import before_sending, worker
from shipconsole.operations.connections import connections
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping import correct as correcting
from shipconsole.operations.shipping.correct import Guide, NewLabel


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    edit = commands.add_parser(
        "edit-tracking",
        parents=[common],
        help=help_text("help.edit_tracking"),
    )
    _package(edit)
    edit.add_argument("--new", default="", metavar="N", help=help_text("help.new_tracking"))
    edit.add_argument("--carrier", default="", metavar="CODE", help=help_text("help.carrier"))
    edit.add_argument("--service", default="", metavar="CODE", help=help_text("help.service"))
    labels.add_to(edit, has_reason=True)
    edit.set_defaults(run=_edit)
    void = commands.add_parser(
        "void",
        parents=[common],
        help=help_text("help.void"),
    )
    _package(void)
    void.set_defaults(run=_void)


def _package(command: argparse.ArgumentParser) -> None:
    """Add what both commands take: the package, who is notified, and the reason."""
    command.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    command.add_argument("--tracking", required=True, metavar="N", help=help_text("help.package_now"))
    command.add_argument(
        "--to", action="append", default=[], nargs="+", metavar="NAME", help=help_text("help.update_only")
    )
    command.add_argument("--reason", default="", metavar="TEXT", help=help_text("help.reason"))
    command.add_argument("--wait", type=seconds, default=None, metavar="SECONDS", help=help_text("help.wait"))
    command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))


async def _edit(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    order_id, sheet, shipment, package = await _found(session, words)
    guides = await correcting.guide(ctx, order_id, package.id or 0)
    if not (words.new or words.carrier or words.service):
        void_guides = await correcting.call_back_guide(ctx, order_id, shipment.id)
        await _show(session, words, sheet, package, guides, void_guides)
        return EXIT_DONE
    to = await _to(session, words.to, guides)
    new = NewLabel(
        words.new or package.tracking_number,
        words.carrier,
        words.service,
        package.tracking_number,
        accepted=labels.accepted(words),
    )
    with labels.advised():
        call_ids = await correcting.correct(ctx, order_id, package.id or 0, new, to, words.reason)
    return await _told(session, words, order_id, call_ids)


async def _void(session: Session, words: argparse.Namespace) -> int:
    order_id, _, shipment, _ = await _found(session, words)
    to = await _to(session, words.to, await correcting.call_back_guide(session.ctx, order_id, shipment.id))
    call_ids = await correcting.call_back(session.ctx, order_id, shipment.id, to, words.reason)
    return await _told(session, words, order_id, call_ids)


async def _found(session: Session, words: argparse.Namespace) -> tuple[int, OrderSheet, Shipment, Package]:
    """The order, read once more where it may have changed, with the package that has the number."""
    ctx = session.ctx
    order_id = await orders.find(ctx, words.number)
    await before_sending.read_once_more(ctx, order_id, [name for some in words.to for name in some])
    sheet = await orders.sheet(ctx, order_id)
    return order_id, sheet, *_parcel(sheet, words.tracking)


def _parcel(sheet: OrderSheet, tracking_number: str) -> tuple[Shipment, Package]:
    """The package of a number, the newest where several packages have it."""
    wanted = number_key(tracking_number)
    for shipment in reversed(sheet.shipments):
        for package in reversed(shipment.packages):
            if number_key(package.tracking_number) == wanted:
                return shipment, package
    known = [package.tracking_number for shipment in sheet.shipments for package in shipment.packages]
    message = Message("cli.nothing_shipped", number=sheet.order.number, package=tracking_number)
    if known:
        message = Message("cli.has_packages", number=sheet.order.number, package=tracking_number, packages=tuple(known))
    raise ValidationFailed(Problem(("tracking_number",), message))


async def _to(session: Session, given: Sequence[Sequence[str]], guides: Sequence[Guide]) -> list[int]:
    """The connections that were named, else those that are told unless a person does not want it."""
    names = [name for some in given for name in some]
    if names:
        return [one.id for one in await connections.named(session.ctx, names)]
    return [one.connection.id for one in guides if one.by_default]


async def _show(
    session: Session,
    words: argparse.Namespace,
    sheet: OrderSheet,
    package: Package,
    guides: Sequence[Guide],
    void_guides: Sequence[Guide],
) -> None:
    changes = [one for one in await correcting.changes(session.ctx, sheet.order.id) if one.package_id == package.id]
    if words.json:
        output.document(
            {
                "order": sheet.order.number,
                "tracking_number": package.tracking_number,
                "carrier": package.carrier,
                "service": package.service,
                "was": [
                    {
                        "tracking_number": one.old_number,
                        "carrier": one.old_carrier,
                        "service": one.old_service,
                        "until": output.when(one.at_ms),
                        "station": one.station,
                        "reason": one.reason,
                    }
                    for one in changes
                ],
                "edit_tracking": [_guide_json(one) for one in guides],
                "void": [_guide_json(one) for one in void_guides],
            }
        )
        return
    output.line(" ".join(part for part in (package.tracking_number, package.carrier, package.service) if part))
    for one in changes:
        was = {"number": one.old_number, "time": output.when(one.at_ms), "packer": one.who, "reason": one.reason}
        output.line(f"  {Message('cli.was_until', **was)}")
    for title, listed in ((Message("cli.edited"), guides), (Message("cli.voided"), void_guides)):
        output.line(title)
        output.table([[f"  {one.connection.name}", _told_by_itself(one), one.message] for one in listed])


def _told_by_itself(guide: Guide) -> Message:
    if not guide.possible:
        return NO_MESSAGE
    return Message("cli.notified_automatically" if guide.by_default else "cli.only_with_to")


def _guide_json(guide: Guide) -> output.Json:
    return {
        "connection": guide.connection.name,
        **output.message_json(guide.message),
        "by_default": guide.by_default,
        "choice": guide.possible,
    }


async def _told(session: Session, words: argparse.Namespace, order_id: int, call_ids: tuple[int, ...]) -> int:
    if words.wait is not None:
        try:
            await deliver_until(session, order_id, call_ids, words.wait)
        except EnvironmentFailure as error:
            output.said(Message("cli.change_saved", reason=error.message))
    calls = await worker.of_ids(session.ctx, call_ids)
    sheet = await orders.sheet(session.ctx, order_id)
    if words.json:
        output.document(
            {
                "order": sheet.order.number,
                "left": sheet.order.left,
                "packages": [one.tracking_number for shipment in sheet.shipments for one in shipment.packages],
                "calls": [output.call_json(call) for call in calls],
            }
        )
    else:
        for call in calls:
            output.line(f"{call.connection}: {call.state}  {call.summary}  {call.message}".rstrip())
    return EXIT_DONE if words.wait is None else exit_of(calls)
