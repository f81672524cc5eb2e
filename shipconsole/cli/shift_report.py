"""The command shift-report."""

import argparse
import sys

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text, moment
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shift import Shift
from shipconsole.operations.maintenance import shift_report

TITLES = (
    "cli.shift_packer",
    "cli.shift_station",
    "cli.shift_shipments",
    "cli.shift_packages",
    "cli.shift_units",
    "cli.shift_undone",
    "cli.shift_rejected",
    "cli.shift_open_updates",
)


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    command = commands.add_parser("shift-report", parents=[common], help=help_text("help.shift_report"))
    command.add_argument("--since", type=moment, metavar="TIME", help=help_text("help.report_since"))
    command.add_argument("--until", type=moment, metavar="TIME", help=help_text("help.report_until"))
    command.add_argument("--csv", metavar="FILE", help=help_text("help.csv"))
    command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    command.set_defaults(run=_run)


async def _run(session: Session, args: argparse.Namespace) -> int:
    if args.since is not None and args.until is not None and args.since > args.until:
        raise ValidationFailed(Problem(("until",), Message("cli.until_before_since")))
    shifts = await shift_report.report(session.ctx, since_ms=args.since, until_ms=args.until)
    if args.json:
        output.document([shift._asdict() for shift in shifts])
    elif args.csv == "-":
        shift_report.write_csv(shifts, sys.stdout)
    elif args.csv:
        shift_report.save(shifts, args.csv)
        output.note(Message("cli.rows_written", count=len(shifts), file=args.csv))
    elif not shifts:
        output.note(Message("cli.no_shipments"))
    else:
        titles = [Message(title) for title in TITLES]
        output.table([titles, *map(_row, shifts), _row(shift_report.total(shifts), Message("cli.shift_all"))])
    return EXIT_DONE


def _row(shift: Shift, name: Message = NO_MESSAGE) -> list[object]:
    return [name or shift.operator or Message("cli.no_packer"), shift.station, *map(str, shift[2:])]
