"""The commands packers and acknowledge."""

import argparse
import asyncio
import sys

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.message import Message
from shipconsole.operations.orders import orders, packers
from shipconsole.operations.outbox import hold


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    people = commands.add_parser("packers", parents=[common], help=help_text("help.packers"))
    people.add_argument(
        "action",
        nargs="?",
        choices=("list", "add", "change", "remove"),
        default="list",
        help=help_text("help.packers_action"),
    )
    people.add_argument("name", nargs="?", default="", metavar="NAME", help=help_text("help.packer_name"))
    people.add_argument("--badge", default=None, metavar="ID", help=help_text("help.packer_badge"))
    people.add_argument("--new-name", default="", metavar="NAME", help=help_text("help.packer_new_name"))
    people.add_argument("--pin", action="store_true", help=help_text("help.packer_pin"))
    people.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    people.set_defaults(run=_packers)
    seen = commands.add_parser("acknowledge", parents=[common], help=help_text("help.acknowledge"))
    seen.add_argument("number", metavar="NUMBER", help=help_text("help.the_order"))
    seen.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    seen.set_defaults(run=_acknowledge)


async def _packers(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    # From a pipe, never an argument, which other users of the computer could see.
    pin = (await asyncio.to_thread(sys.stdin.readline)).rstrip("\r\n") if args.pin else None
    match args.action:
        case "add":
            await packers.add(ctx, args.name, args.badge or "", pin or "")
        case "change":
            known = await packers.named(ctx, args.name)
            badge = known.badge if args.badge is None else args.badge
            await packers.change(ctx, known.id, args.new_name or known.name, badge)
            if pin is not None:
                await packers.set_pin(ctx, known.id, pin)
        case "remove":
            await packers.remove(ctx, (await packers.named(ctx, args.name)).id)
        case _:
            pass
    found = await packers.every(ctx)
    if args.json:
        output.document([{"name": packer.name, "badge": packer.badge, "pin": packer.has_pin} for packer in found])
    else:
        prefix = session.settings.command_prefix
        output.table(
            [
                [packer.name, f"{prefix}BADGE {packer.badge}" if packer.badge else "", "PIN" if packer.has_pin else ""]
                for packer in found
            ]
        )
    return EXIT_DONE


async def _acknowledge(session: Session, args: argparse.Namespace) -> int:
    order_id = await orders.find(session.ctx, args.number)
    sheet = await orders.sheet(session.ctx, order_id)
    is_seen = await hold.acknowledge(session.ctx, order_id)
    done = Message("acknowledge.done" if is_seen else "acknowledge.nothing", number=sheet.order.number)
    output.note(done)
    if args.json:
        unseen = sheet.unseen_change
        output.document(
            {
                "number": sheet.order.number,
                "acknowledged": is_seen,
                "cancelled": unseen is not None and unseen.is_cancelled,
                "changes": [change._asdict() for change in unseen.changes] if unseen else [],
            }
        )
    return EXIT_DONE
