"""The command about the record: who did what when, and what each platform was told and answered."""

import argparse
import sys
from datetime import UTC, datetime

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, moment
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    made = commands.add_parser("audit-log", parents=[common], help="list who did what, with requests and responses")
    made.add_argument("--order", metavar="NUMBER", help="only this order")
    made.add_argument("--since", type=moment, metavar="TIME", help="from this time, as in 2026-11-21T06:00")
    made.add_argument("--until", type=moment, metavar="TIME", help="up to this time")
    made.add_argument("--csv", metavar="FILE", help="write it as CSV, safe to open as a spreadsheet; - is the output")
    made.add_argument("--raw", action="store_true", help="in CSV, every text unchanged, not safe for a spreadsheet")
    made.add_argument("--json", action="store_true", help=output.JSON_HELP)
    made.set_defaults(run=_run)


async def _run(session: Session, words: argparse.Namespace) -> int:
    order_id = await orders.find(session.ctx, words.order) if words.order is not None else None
    span = {name: value for name, value in (("since_ms", words.since), ("until_ms", words.until)) if value is not None}
    if span.get("since_ms", 0) > span.get("until_ms", audit_log.ALL_TIME_MS):
        raise ValidationFailed(Problem(("until",), "--until is before --since."))
    if words.csv and words.csv != "-":
        entries = (await audit_log.found(session.ctx, order_id=order_id, **span))[::-1]
        count = await audit_log.export(session.ctx, entries, words.csv, for_machines=words.raw)
        output.said(f"{count} entries written to {words.csv}.")
        return EXIT_DONE
    found = await audit_log.events(session.ctx, order_id=order_id, **span)
    if words.json:
        output.document([one.model_dump() for one in found])
    elif words.csv == "-":
        audit_log.write_csv(found, sys.stdout, for_machines=words.raw)
    else:
        output.table(
            [
                [_local(one.at_ms), one.order, one.operator or one.station, one.connection, one.what, one.words]
                for one in found
            ]
        )
    return EXIT_DONE


def _local(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
