"""Commands about the outbox: calls, call, deliver."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import LARGEST_ID, Commands, whole_number
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.shipping import exit_of
from shipconsole.operations import worker
from shipconsole.operations.outbox import resolve
from shipconsole.operations.outbox.resolve import Decision

DECISIONS: dict[Decision, str] = {
    "retry": "the vendor did not act: send it again, as a new call",
    "went_through": "the vendor acted: take it for told",
    "drop": "give it up: nobody is told",
}


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    listed = commands.add_parser("calls", parents=[common], help="list the calls to vendors")
    listed.add_argument("--state", default="", help="only calls in this state")
    listed.add_argument("--json", action="store_true", help=output.JSON_HELP)
    listed.set_defaults(run=_list)
    one = commands.add_parser("call", parents=[common], help="settle one call by hand")
    one.add_argument("id", type=whole_number(1, LARGEST_ID), metavar="ID", help="as calls lists it")
    decision = one.add_mutually_exclusive_group(required=True)
    for name, meaning in DECISIONS.items():
        option = f"--{name.replace('_', '-')}"
        decision.add_argument(option, dest="decision", action="store_const", const=name, help=meaning)
    one.add_argument("--why", required=True, metavar="TEXT", help="kept with the call")
    one.set_defaults(run=_settle)
    deliver = commands.add_parser("deliver", parents=[common], help="send what is due")
    deliver.add_argument("--until-empty", action="store_true", help="go on until nothing is due")
    deliver.set_defaults(run=_deliver)


async def _list(session: Session, words: argparse.Namespace) -> int:
    state = worker.state_named(words.state) if words.state else None
    found = await worker.latest(session.desk, state=state, most=-1)
    if words.json:
        output.document([output.call_json(call) for call in found])
    else:
        output.table([[str(call.id), call.order_number, call.connection, call.state, call.words] for call in found])
    return EXIT_DONE


async def _settle(session: Session, words: argparse.Namespace) -> int:
    decision: Decision = words.decision
    await resolve.settle_by_hand(session.desk, words.id, decision, words.why)
    return EXIT_DONE


async def _deliver(session: Session, words: argparse.Namespace) -> int:
    tried = await worker.deliver(session.desk, until_empty=words.until_empty)
    calls = await worker.of_ids(session.desk, tuple(dict.fromkeys(tried)))
    output.said(f"{len(calls)} calls tried.")
    for call in calls:
        output.line(f"{call.order_number}  {call.connection}: {call.state}  {call.words}".rstrip())
    return exit_of(calls)
