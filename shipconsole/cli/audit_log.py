"""The command about the record: who did what when, and what each platform was told and answered."""

import argparse
import sys
from datetime import UTC, datetime

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, moment
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.audit_event import AuditEvent
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    made = commands.add_parser("audit-log", parents=[common], help=help_text("help.audit_log"))
    made.add_argument("--order", metavar="NUMBER", help=help_text("help.only_order"))
    made.add_argument("--since", type=moment, metavar="TIME", help=help_text("help.since"))
    made.add_argument("--until", type=moment, metavar="TIME", help=help_text("help.until"))
    made.add_argument("--csv", metavar="FILE", help=help_text("help.csv"))
    made.add_argument("--raw", action="store_true", help=help_text("help.raw"))
    made.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    made.set_defaults(run=_run)


async def _run(session: Session, words: argparse.Namespace) -> int:
    order_id = await orders.find(session.ctx, words.order) if words.order is not None else None
    span = {name: value for name, value in (("since_ms", words.since), ("until_ms", words.until)) if value is not None}
    if span.get("since_ms", 0) > span.get("until_ms", audit_log.ALL_TIME_MS):
        raise ValidationFailed(Problem(("until",), Message("cli.until_before_since")))
    if words.csv and words.csv != "-":
        entries = (await audit_log.find(session.ctx, order_id=order_id, **span))[::-1]
        count = await audit_log.export(session.ctx, entries, words.csv, raw=words.raw)
        output.said(Message("cli.entries_written", count=count, file=words.csv))
        return EXIT_DONE
    found = await audit_log.events(session.ctx, order_id=order_id, **span)
    if words.json:
        output.document([_shown(one) for one in found])
    elif words.csv == "-":
        audit_log.write_csv(found, sys.stdout, raw=words.raw)
    else:
        output.table(
            [
                [_local(one.at_ms), one.order, one.operator or one.station, one.connection, one.what, one.message]
                for one in found
            ]
        )
    return EXIT_DONE


def _shown(event: AuditEvent) -> output.Json:
    """Return an entry as scripts read it; what happened is a code, or what a person did by hand."""
    by_hand = output.message_json(event.what, "what_code", "what") if isinstance(event.what, Message) else {}
    return {**event.model_dump(), **output.message_json(event.message), **by_hand}


def _local(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
