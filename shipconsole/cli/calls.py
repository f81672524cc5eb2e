"""Commands about the outbox: calls, call, deliver."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import LARGEST_ID, Commands, whole_number
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.cli.shipping import exit_of
from shipconsole.operations import outbox
from shipconsole.operations.outbox import Decision


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    listed = commands.add_parser("calls", parents=[common], help="list the calls to vendors")
    listed.add_argument("--state", default="")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=_list)
    one = commands.add_parser("call", parents=[common], help="settle one call by hand")
    one.add_argument("id", type=whole_number(1, LARGEST_ID), metavar="ID")
    decision = one.add_mutually_exclusive_group(required=True)
    for name in ("retry", "went-through", "drop"):
        decision.add_argument(f"--{name}", dest="decision", action="store_const", const=name.replace("-", "_"))
    one.add_argument("--why", required=True, metavar="TEXT")
    one.set_defaults(run=_settle)
    deliver = commands.add_parser("deliver", parents=[common], help="send what is due")
    deliver.add_argument("--until-empty", action="store_true", help="go on until nothing is due")
    deliver.set_defaults(run=_deliver)


async def _list(session: Session, words: argparse.Namespace) -> int:
    state = outbox.state_named(words.state) if words.state else None
    found = await outbox.latest(session.desk, state=state, most=-1)
    if words.json:
        output.document([output.call_json(call) for call in found])
    else:
        output.table([[str(call.id), call.order_number, call.connection, call.state, call.words] for call in found])
    return EXIT_DONE


async def _settle(session: Session, words: argparse.Namespace) -> int:
    decision: Decision = words.decision
    await outbox.settle_by_hand(session.desk, words.id, decision, words.why)
    return EXIT_DONE


async def _deliver(session: Session, words: argparse.Namespace) -> int:
    began_ms = session.desk.clock.now_ms()
    attempts = await outbox.deliver(session.desk, until_empty=words.until_empty)
    touched = [call for call in await outbox.latest(session.desk, most=-1) if call.changed_at_ms >= began_ms]
    output.said(f"{attempts} attempts.")
    for call in touched:
        print(f"{call.order_number}  {call.connection}: {call.state}  {call.words}".rstrip())
    return exit_of(tuple(touched))
