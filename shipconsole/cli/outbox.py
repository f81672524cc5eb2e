"""Commands about the outbox: outbox, resolve, flush."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import LARGEST_ID, Commands, whole_number
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.shipping import exit_of
from shipconsole.operations import worker
from shipconsole.operations.outbox import resolve
from shipconsole.operations.outbox.resolve import Decision

DECISIONS: dict[Decision, str] = {
    "retry": "the platform did not act: send it again, as a new update",
    "mark_confirmed": "the platform acted: mark it as confirmed and do not send it again",
    "discard": "do not send it",
}


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    listed = commands.add_parser("outbox", parents=[common], help="list the updates to platforms")
    listed.add_argument("--state", default="", help="only updates in this state")
    listed.add_argument("--json", action="store_true", help=output.JSON_HELP)
    listed.set_defaults(run=_list)
    one = commands.add_parser("resolve", parents=[common], help="retry, mark as confirmed, or discard an update")
    one.add_argument("id", type=whole_number(1, LARGEST_ID), metavar="ID", help="as outbox lists it")
    decision = one.add_mutually_exclusive_group(required=True)
    for name, meaning in DECISIONS.items():
        option = f"--{name.replace('_', '-')}"
        decision.add_argument(option, dest="decision", action="store_const", const=name, help=meaning)
    one.add_argument("--reason", required=True, metavar="TEXT", help="the reason, kept in the audit log")
    one.set_defaults(run=_settle)
    flush = commands.add_parser("flush", parents=[common], help="send the updates that are due")
    flush.add_argument("--until-empty", action="store_true", help="continue until no update is due")
    flush.set_defaults(run=_flush)


async def _list(session: Session, words: argparse.Namespace) -> int:
    state = worker.state_named(words.state) if words.state else None
    found = await worker.latest(session.ctx, state=state, most=-1)
    if words.json:
        output.document([output.call_json(call) for call in found])
    else:
        output.table([[str(call.id), call.order_number, call.connection, call.state, call.words] for call in found])
    return EXIT_DONE


async def _settle(session: Session, words: argparse.Namespace) -> int:
    decision: Decision = words.decision
    await resolve.resolve_update(session.ctx, words.id, decision, words.reason)
    return EXIT_DONE


async def _flush(session: Session, words: argparse.Namespace) -> int:
    tried = await worker.deliver(session.ctx, until_empty=words.until_empty)
    calls = await worker.of_ids(session.ctx, tuple(dict.fromkeys(tried)))
    output.said(f"Sent: {len(calls)}.")
    for call in calls:
        output.line(f"{call.order_number}  {call.connection}: {call.state}  {call.words}".rstrip())
    return exit_of(calls)
