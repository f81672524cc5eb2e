"""The command about the record: who did what when, and what each vendor was told and answered."""

import argparse
import sys
from datetime import datetime

from shipconsole.cli import output
from shipconsole.cli.commands import Commands
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.problem import OutsideError
from shipconsole.operations import orders, record
from shipconsole.station.private_file import private


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    made = commands.add_parser("record", parents=[common], help="who did what when, and what vendors were told")
    made.add_argument("--order", default="", metavar="NUMBER", help="only this order")
    made.add_argument("--since", type=_moment, metavar="TIME", help="from this time on, as in 2026-11-21T06:00")
    made.add_argument("--until", type=_moment, metavar="TIME", help="up to this time")
    made.add_argument("--csv", metavar="FILE", help="write it as CSV, safe to open as a spreadsheet; - is the output")
    made.add_argument("--for-machines", action="store_true", help="in CSV, every text just as it is")
    made.add_argument("--json", action="store_true", help=output.JSON_HELP)
    made.set_defaults(run=_run)


async def _run(session: Session, words: argparse.Namespace) -> int:
    order_id = await orders.find(session.desk, words.order) if words.order else None
    span = {name: value for name, value in (("since_ms", words.since), ("until_ms", words.until)) if value is not None}
    found = await record.events(session.desk, order_id=order_id, **span)
    if words.json:
        output.document([one._asdict() for one in found])
    elif words.csv == "-":
        record.write_csv(found, sys.stdout, for_machines=words.for_machines)
    elif words.csv:
        count = _write(found, words.csv, for_machines=words.for_machines)
        output.said(f"{count} entries written to {words.csv}.")
    else:
        output.table(
            [
                [_local(one.at_ms), one.order, one.operator or one.station, one.connection, one.what, one.words]
                for one in found
            ]
        )
    return EXIT_DONE


def _write(found: list[record.Event], path: str, *, for_machines: bool) -> int:
    # Spreadsheets know UTF-8 by its mark alone.
    encoding = "utf-8" if for_machines else "utf-8-sig"
    try:
        with open(path, "w", encoding=encoding, newline="", opener=private) as file:
            return record.write_csv(found, file, for_machines=for_machines)
    except OSError as error:
        raise OutsideError(f"{path} could not be written: {error.strerror or error}.") from error


def _local(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no time, as in 2026-11-21T06:00") from None
    return round(moment.astimezone().timestamp() * 1_000)
