"""The commands slip, command-sheet and hand-over."""

import argparse
from datetime import date

from shipconsole.cli import output, pdf_option
from shipconsole.cli.commands import LARGEST_ID, Commands, help_text, whole_number
from shipconsole.cli.output import Json
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain import carrier as carriers
from shipconsole.domain.handed_over import HandOverPackage
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.orders import orders
from shipconsole.operations.printing import hand_overs, sheets, slips
from shipconsole.operations.printing.documents import Document, HandOverList

HAND_OVER_TITLES = (
    "cli.hand_over_carrier",
    "cli.hand_over_order",
    "cli.hand_over_recipient",
    "cli.hand_over_number",
    "cli.hand_over_weight",
)


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    slip = commands.add_parser("slip", parents=[common], help=help_text("help.slip"))
    slip.add_argument("numbers", nargs="+", metavar="NUMBER", help=help_text("help.slip_number"))
    slip.add_argument("--shipment", type=whole_number(1, LARGEST_ID), help=help_text("help.slip_shipment"))
    slip.add_argument("--labels", action="store_true", help=help_text("help.slip_labels"))
    pdf_option.add_to(slip, required=True)
    slip.set_defaults(run=_slip)

    sheet = commands.add_parser("command-sheet", parents=[common], help=help_text("help.command_sheet"))
    sheet.add_argument("--badge", action="append", type=_badge, metavar="NAME=ID", help=help_text("help.badge"))
    pdf_option.add_to(sheet, required=True)
    sheet.set_defaults(run=_command_sheet)

    hand_over = commands.add_parser("hand-over", parents=[common], help=help_text("help.hand_over"))
    which = hand_over.add_mutually_exclusive_group()
    which.add_argument("--record", action="store_true", help=help_text("help.hand_over_record"))
    which.add_argument("--day", type=_day, metavar="DAY", help=help_text("help.day"))
    which.add_argument("--not-scanned", action="store_true", help=help_text("help.hand_over_silent"))
    hand_over.add_argument("--carrier", metavar="NAME", help=help_text("help.hand_over_carrier"))
    hand_over.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    pdf_option.add_to(hand_over)
    hand_over.set_defaults(run=_hand_over)


async def _slip(session: Session, args: argparse.Namespace) -> int:
    if args.shipment is not None and len(args.numbers) != 1:
        raise ValidationFailed(Problem(("shipment",), Message("cli.one_shipment")))
    order_ids = [await orders.find(session.ctx, number) for number in args.numbers]
    if args.shipment is not None:
        found = await slips.of_order(session.ctx, session.settings, order_ids[0], args.shipment)
    else:
        found = await slips.of_orders(session.ctx, session.settings, order_ids)
    documents: tuple[Document, ...] = found.slips
    if args.labels:
        documents = tuple(slips.label_of(slip) for slip in found.slips)
    elif found.problem:
        output.note(found.problem)
    pdf_option.write(session, args, documents, Message("printing.slip"))
    return EXIT_DONE


async def _command_sheet(session: Session, args: argparse.Namespace) -> int:
    if args.badge:
        badges = sheets.badge_sheet(session.settings, args.badge)
        pdf_option.write(session, args, (badges,), Message("printing.badges"))
    else:
        pdf_option.write(session, args, (sheets.command_sheet(session.settings),), Message("printing.command_sheet"))
    return EXIT_DONE


async def _hand_over(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    if args.not_scanned:
        silent = await hand_overs.silent(ctx, session.settings.handed_over_silent_h)
        listed = HandOverList(
            at_ms=ctx.clock.now_ms(),
            station=ctx.station,
            packer=ctx.operator,
            carriers=hand_overs.by_carrier(silent.packages),
            is_recorded=True,
        )
    elif args.day is not None:
        listed = await hand_overs.list_of_day(ctx, args.day)
    else:
        listed = await hand_overs.open_list(ctx)
    if args.carrier is not None:
        known = carriers.named(args.carrier)
        name = known.name if known else args.carrier
        parts = tuple(part for part in listed.carriers if part.carrier.casefold() == name.casefold())
        listed = listed.model_copy(update={"carriers": parts})
    if args.pdf and listed.packages:
        pdf_option.check(args)
    # A list without its record could be signed for packages that the next list has again.
    recorded = await hand_overs.record(ctx, listed) if args.record else 0
    if args.pdf and listed.packages:
        pdf_option.write(session, args, (listed,), Message("hand_over.title"))
    if args.json:
        output.document([_package_json(package) for package in listed.packages])
    elif not listed.packages:
        output.note(Message("cli.no_silent") if args.not_scanned else Message("cli.hand_over_nothing"))
    else:
        titles = [Message(title) for title in HAND_OVER_TITLES]
        output.table([titles, *map(_package_row, listed.packages)])
    if args.record and recorded:
        output.note(Message("cli.hand_over_recorded", count=recorded))
    return EXIT_DONE


def _package_json(package: HandOverPackage) -> dict[str, Json]:
    handed_over = package.handed_over_at_ms
    return {
        "order": package.order_number,
        "tracking_number": package.tracking_number,
        "carrier": package.carrier,
        "service": package.service,
        "weight_g": package.weight_g,
        "recipient": package.recipient,
        "shipped_at": output.when(package.shipped_at_ms),
        "station": package.station,
        "operator": package.operator,
        "handed_over_at": None if handed_over is None else output.when(handed_over),
        "scanned": package.is_scanned,
    }


def _package_row(package: HandOverPackage) -> list[object]:
    known = carriers.named(package.carrier)
    weight = "" if package.weight_g is None else f"{package.weight_g / 1_000:.3f}"
    name = known.name if known else package.carrier
    return [
        name or Message("printing.no_carrier"),
        package.order_number,
        package.recipient,
        package.tracking_number,
        weight,
    ]


def _badge(text: str) -> tuple[str, str]:
    name, _, badge_id = text.rpartition("=")
    if not name.strip() or not badge_id.strip():
        raise argparse.ArgumentTypeError(str(Message("cli.not_a_badge", text=text)))
    return name.strip(), badge_id.strip()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(str(Message("cli.not_a_day", text=text))) from None
