"""The command audit-log."""

import argparse
import sys
from datetime import UTC, datetime

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text, moment
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.audit_event import AuditEvent
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    command = commands.add_parser("audit-log", parents=[common], help=help_text("help.audit_log"))
    command.add_argument("--order", metavar="NUMBER", help=help_text("help.only_order"))
    command.add_argument("--since", type=moment, metavar="TIME", help=help_text("help.since"))
    command.add_argument("--until", type=moment, metavar="TIME", help=help_text("help.until"))
    command.add_argument("--csv", metavar="FILE", help=help_text("help.csv"))
    command.add_argument("--raw", action="store_true", help=help_text("help.raw"))
    command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    command.set_defaults(run=_run)


async def _run(session: Session, args: argparse.Namespace) -> int:
    order_id = await orders.find(session.ctx, args.order) if args.order is not None else None
    period = {name: value for name, value in (("since_ms", args.since), ("until_ms", args.until)) if value is not None}
    if period.get("since_ms", 0) > period.get("until_ms", audit_log.ALL_TIME_MS):
        raise ValidationFailed(Problem(("until",), Message("cli.until_before_since")))
    if args.csv is not None and args.csv != "-":
        entries = (await audit_log.find(session.ctx, order_id=order_id, **period))[::-1]
        count = await audit_log.export(session.ctx, entries, args.csv, raw=args.raw)
        output.note(Message("cli.entries_written", count=count, file=args.csv))
        return EXIT_DONE
    events = await audit_log.events(session.ctx, order_id=order_id, **period)
    if args.json:
        output.document([_event_json(event) for event in events])
    elif args.csv == "-":
        audit_log.write_csv(events, sys.stdout, raw=args.raw)
    else:
        output.table(
            [
                [
                    _local(event.at_ms),
                    event.order,
                    event.operator or event.station,
                    event.connection,
                    event.what,
                    event.message,
                ]
                for event in events
            ]
        )
    return EXIT_DONE


def _event_json(event: AuditEvent) -> output.Json:
    """Return an entry for scripts; `what` is a code, or the message of a manual change."""
    what = output.message_json(event.what, "what_code", "what") if isinstance(event.what, Message) else {}
    return {**event.model_dump(), **output.message_json(event.message), **what}


def _local(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
