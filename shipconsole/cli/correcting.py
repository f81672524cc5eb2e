"""The command about parcels that somebody was told of: correct."""

import argparse
from collections.abc import Sequence

from shipconsole.cli import labels, output
from shipconsole.cli.commands import Commands, seconds
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.shipping import deliver_until, exit_of
from shipconsole.domain.label import number_key
from shipconsole.domain.problem import OutsideError, Problem, RefusedError
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.operations import before_sending, worker
from shipconsole.operations.connections import connections
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping import correct as correcting
from shipconsole.operations.shipping.correct import Guide, NewLabel


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    correct = commands.add_parser(
        "correct", parents=[common], help="correct a parcel after somebody was told, or call its shipment back"
    )
    correct.add_argument("number", metavar="NUMBER", help="the order")
    correct.add_argument("--tracking", required=True, metavar="OLD", help="the number that the parcel has")
    what = correct.add_mutually_exclusive_group()
    what.add_argument("--new", default="", metavar="N", help="the number that it shall have")
    what.add_argument(
        "--call-back", action="store_true", help="take its whole shipment back: the pieces are left again"
    )
    correct.add_argument("--carrier", default="", metavar="CODE", help="its carrier, else found from the number")
    correct.add_argument("--service", default="", metavar="CODE", help="the carrier's service")
    correct.add_argument("--to", action="append", default=[], nargs="+", metavar="NAME", help="tell only these")
    correct.add_argument(
        "--why", "--reason", dest="reason", default="", metavar="TEXT", help="the reason, kept with the order"
    )
    labels.add_to(correct, reason="--why")
    correct.add_argument(
        "--wait", type=seconds, default=None, metavar="SECONDS", help="send at once; stay up to so long for the answers"
    )
    correct.add_argument("--json", action="store_true", help=output.JSON_HELP)
    correct.set_defaults(run=_correct)


async def _correct(session: Session, words: argparse.Namespace) -> int:
    desk = session.desk
    order_id = await orders.find(desk, words.number)
    await before_sending.read_once_more(desk, order_id, [name for some in words.to for name in some])
    sheet = await orders.sheet(desk, order_id)
    shipment, package = _parcel(sheet, words.tracking)
    package_id = package.id or 0
    back_guides = await correcting.call_back_guide(desk, order_id, shipment.id)
    guides = await correcting.guide(desk, order_id, package_id)
    if words.call_back:
        to = await _to(session, words.to, back_guides)
        call_ids = await correcting.call_back(desk, order_id, shipment.id, to, words.reason)
    elif words.new or words.carrier or words.service:
        to = await _to(session, words.to, guides)
        new = NewLabel(
            words.new or package.tracking_number,
            words.carrier,
            words.service,
            package.tracking_number,
            accepted=labels.accepted(words),
        )
        with labels.advised():
            call_ids = await correcting.correct(desk, order_id, package_id, new, to, words.reason)
    else:
        await _show(session, words, sheet, package, guides, back_guides)
        return EXIT_DONE
    return await _told(session, words, order_id, call_ids)


def _parcel(sheet: OrderSheet, tracking_number: str) -> tuple[Shipment, Package]:
    """The parcel of a number, the newest where several parcels have it."""
    wanted = number_key(tracking_number)
    for shipment in reversed(sheet.shipments):
        for package in reversed(shipment.packages):
            if number_key(package.tracking_number) == wanted:
                return shipment, package
    known = [package.tracking_number for shipment in sheet.shipments for package in shipment.packages]
    listed = f"It has {', '.join(known)}." if known else "Nothing of it has shipped."
    message = f"Order {sheet.order.number} has no parcel {tracking_number}. {listed}"
    raise RefusedError(Problem(("tracking_number",), message))


async def _to(session: Session, given: Sequence[Sequence[str]], guides: Sequence[Guide]) -> list[int]:
    """The connections that were named, else those that are told unless a person does not want it."""
    names = [name for some in given for name in some]
    if names:
        return [one.id for one in await connections.named(session.desk, names)]
    return [one.connection.id for one in guides if one.by_default]


async def _show(
    session: Session,
    words: argparse.Namespace,
    sheet: OrderSheet,
    package: Package,
    guides: Sequence[Guide],
    back_guides: Sequence[Guide],
) -> None:
    changes = [one for one in await correcting.changes(session.desk, sheet.order.id) if one.package_id == package.id]
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
                        "why": one.why,
                    }
                    for one in changes
                ],
                "correct": [_guide_json(one) for one in guides],
                "call_back": [_guide_json(one) for one in back_guides],
            }
        )
        return
    output.line(" ".join(part for part in (package.tracking_number, package.carrier, package.service) if part))
    for one in changes:
        output.line(f"  was {one.old_number} until {output.when(one.at_ms)}, corrected by {one.who}: {one.why}")
    for title, listed in (("Another number", guides), ("Called back", back_guides)):
        output.line(title)
        output.table([[f"  {one.connection.name}", _told_by_itself(one), one.words] for one in listed])


def _told_by_itself(guide: Guide) -> str:
    if not guide.possible:
        return ""
    return "told" if guide.by_default else "only with --to"


def _guide_json(guide: Guide) -> output.Json:
    return {
        "connection": guide.connection.name,
        "words": guide.words,
        "told_by_default": guide.by_default,
        "choice": guide.possible,
    }


async def _told(session: Session, words: argparse.Namespace, order_id: int, call_ids: tuple[int, ...]) -> int:
    if words.wait is not None:
        try:
            await deliver_until(session, order_id, call_ids, words.wait)
        except OutsideError as error:
            output.said(f"The correction is stored; what is not told yet will be. {error.words}")
    calls = await worker.of_ids(session.desk, call_ids)
    sheet = await orders.sheet(session.desk, order_id)
    if words.json:
        output.document(
            {
                "order": sheet.order.number,
                "left": sheet.order.left,
                "parcels": [one.tracking_number for shipment in sheet.shipments for one in shipment.packages],
                "calls": [output.call_json(call) for call in calls],
            }
        )
    else:
        for call in calls:
            output.line(f"{call.connection}: {call.state}  {call.summary}  {call.words}".rstrip())
    return EXIT_DONE if words.wait is None else exit_of(calls)
