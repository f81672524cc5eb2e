"""Commands about the outbox: outbox, resolve, flush."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import LARGEST_ID, Commands, whole_number
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.shipping import exit_of
from shipconsole.domain.message import Message
from shipconsole.operations import worker
from shipconsole.operations.outbox import resolve
from shipconsole.operations.outbox.resolve import Decision

DECISIONS: dict[Decision, str] = {
    "retry": "help.retry",
    "mark_confirmed": "help.mark_confirmed",
    "discard": "help.discard",
}


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    listed = commands.add_parser("outbox", parents=[common], help=help_text("help.outbox"))
    listed.add_argument("--state", default="", help=help_text("help.update_state"))
    listed.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    listed.set_defaults(run=_list)
    one = commands.add_parser("resolve", parents=[common], help=help_text("help.resolve"))
    one.add_argument("id", type=whole_number(1, LARGEST_ID), metavar="ID", help=help_text("help.update_id"))
    decision = one.add_mutually_exclusive_group(required=True)
    for name, meaning in DECISIONS.items():
        option = f"--{name.replace('_', '-')}"
        decision.add_argument(option, dest="decision", action="store_const", const=name, help=help_text(meaning))
    one.add_argument("--reason", required=True, metavar="TEXT", help=help_text("help.reason"))
    one.set_defaults(run=_settle)
    flush = commands.add_parser("flush", parents=[common], help=help_text("help.flush"))
    flush.add_argument("--until-empty", action="store_true", help=help_text("help.until_empty"))
    flush.set_defaults(run=_flush)


async def _list(session: Session, words: argparse.Namespace) -> int:
    state = worker.state_from(words.state) if words.state else None
    found = await worker.latest(session.ctx, state=state, most=-1)
    if words.json:
        output.document([output.call_json(call) for call in found])
    else:
        output.table([[str(call.id), call.order_number, call.connection, call.state, call.message] for call in found])
    return EXIT_DONE


async def _settle(session: Session, words: argparse.Namespace) -> int:
    decision: Decision = words.decision
    await resolve.resolve_update(session.ctx, words.id, decision, words.reason)
    return EXIT_DONE


async def _flush(session: Session, words: argparse.Namespace) -> int:
    tried = await worker.flush(session.ctx, until_empty=words.until_empty)
    calls = await worker.updates_of(session.ctx, tuple(dict.fromkeys(tried)))
    output.said(Message("cli.sent", count=len(calls)))
    for call in calls:
        output.line(f"{call.order_number}  {call.connection}: {call.state}  {call.message}".rstrip())
    return exit_of(calls)
