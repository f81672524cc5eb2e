"""The commands outbox, resolve, flush, pause and resume."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import LARGEST_ID, Commands, help_text, whole_number
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.updates import exit_code
from shipconsole.domain.message import Message
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.files import export
from shipconsole.operations.outbox import pause, resolve
from shipconsole.operations.outbox.resolve import Decision

DECISIONS: dict[Decision, str] = {
    "retry": "help.retry",
    "mark_confirmed": "help.mark_confirmed",
    "discard": "help.discard",
}


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    listed = commands.add_parser("outbox", parents=[common], help=help_text("help.outbox"))
    listed.add_argument("--state", default=None, metavar="STATE", help=help_text("help.update_state"))
    listed.add_argument("--csv", metavar="FILE", help=help_text("help.list_csv"))
    listed.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    listed.set_defaults(run=_list)
    command = commands.add_parser("resolve", parents=[common], help=help_text("help.resolve"))
    command.add_argument("id", type=whole_number(1, LARGEST_ID), metavar="ID", help=help_text("help.update_id"))
    decision = command.add_mutually_exclusive_group(required=True)
    for name, help_id in DECISIONS.items():
        option = f"--{name.replace('_', '-')}"
        decision.add_argument(option, dest="decision", action="store_const", const=name, help=help_text(help_id))
    command.add_argument("--reason", required=True, metavar="TEXT", help=help_text("help.reason"))
    command.set_defaults(run=_resolve)
    flush = commands.add_parser("flush", parents=[common], help=help_text("help.flush"))
    flush.add_argument("--until-empty", action="store_true", help=help_text("help.until_empty"))
    flush.set_defaults(run=_flush)
    for name, help_id, run in (("pause", "help.pause", _pause), ("resume", "help.resume", _resume)):
        command = commands.add_parser(name, parents=[common], help=help_text(help_id))
        command.add_argument("name", metavar="NAME", help=help_text("help.the_connection"))
        command.add_argument("--reason", default="", metavar="TEXT", help=help_text("help.reason"))
        command.set_defaults(run=run)


async def _list(session: Session, args: argparse.Namespace) -> int:
    state = worker.state_from(args.state) if args.state is not None else None
    if args.csv is not None:
        count = await export.export_updates(session.ctx, args.csv, state=state)
        output.note(Message("cli.rows_written", count=count, file=args.csv))
        return EXIT_DONE
    found = await worker.latest(session.ctx, state=state, most=None)
    if args.json:
        output.document([output.call_json(call) for call in found])
    else:
        output.table([[str(call.id), call.order_number, call.connection, call.state, call.message] for call in found])
    return EXIT_DONE


async def _resolve(session: Session, args: argparse.Namespace) -> int:
    await resolve.resolve_update(session.ctx, args.id, args.decision, args.reason)
    return EXIT_DONE


async def _pause(session: Session, args: argparse.Namespace) -> int:
    (connection,) = await connections.named(session.ctx, [args.name])
    done = await pause.pause(session.ctx, connection, args.reason)
    output.note(Message("cli.paused" if done else "cli.paused_before", name=connection.name))
    return EXIT_DONE


async def _resume(session: Session, args: argparse.Namespace) -> int:
    (connection,) = await connections.named(session.ctx, [args.name])
    done = await pause.resume(session.ctx, connection, args.reason)
    output.note(Message("cli.resumed" if done else "cli.not_paused", name=connection.name))
    return EXIT_DONE


async def _flush(session: Session, args: argparse.Namespace) -> int:
    call_ids = await worker.flush(session.ctx, until_empty=args.until_empty)
    calls = await worker.updates_of(session.ctx, tuple(dict.fromkeys(call_ids)))
    output.note(Message("cli.sent", count=len(calls)))
    for call in calls:
        output.line(f"{call.order_number}  {call.connection}: {call.state}  {call.message}".rstrip())
    return exit_code(calls)
