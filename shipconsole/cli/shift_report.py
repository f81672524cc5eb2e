"""The command about a shift: who packed how much at which bench, and what of it is not well yet."""

import argparse
import sys

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, moment
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.domain.shift import Shift
from shipconsole.operations.maintenance import shift_report
from shipconsole.station.private_file import whole_text

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
    made = commands.add_parser("shift-report", parents=[common], help=help_text("help.shift_report"))
    made.add_argument("--since", type=moment, metavar="TIME", help=help_text("help.report_since"))
    made.add_argument("--until", type=moment, metavar="TIME", help=help_text("help.report_until"))
    made.add_argument("--csv", metavar="FILE", help=help_text("help.csv"))
    made.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    made.set_defaults(run=_run)


async def _run(session: Session, words: argparse.Namespace) -> int:
    if words.since is not None and words.until is not None and words.since > words.until:
        raise ValidationFailed(Problem(("until",), Message("cli.until_before_since")))
    shifts = await shift_report.report(session.ctx, since_ms=words.since, until_ms=words.until)
    if words.json:
        output.document([one._asdict() for one in shifts])
    elif words.csv == "-":
        shift_report.write_csv(shifts, sys.stdout)
    elif words.csv:
        _write(shifts, words.csv)
        output.said(Message("cli.rows_written", count=len(shifts), file=words.csv))
    elif not shifts:
        output.said(Message("cli.no_shipments"))
    else:
        titles = [Message(title) for title in TITLES]
        output.table([titles, *map(_row, shifts), _row(shift_report.total(shifts), Message("cli.shift_all"))])
    return EXIT_DONE


def _row(one: Shift, name: Message = NO_MESSAGE) -> list[object]:
    return [name or one.operator or Message("cli.no_packer"), one.station, *map(str, one[2:])]


def _write(shifts: list[Shift], path: str) -> None:
    try:
        # Spreadsheets know UTF-8 by its mark alone.
        with whole_text(path, encoding="utf-8-sig") as file:
            shift_report.write_csv(shifts, file)
    except OSError as error:
        raise EnvironmentFailure(
            Message("file.not_written", path=str(path), reason=error.strerror or str(error))
        ) from error
