"""Commands about passing on: passing says whose packages are told to whom, proposals what became of each."""

import argparse

from shipconsole.cli import labels, output
from shipconsole.cli.commands import LARGEST_ID, Commands, whole_number
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.operations.connections import connections
from shipconsole.operations.forwarding import forward
from shipconsole.operations.forwarding.forward import ForwardReview


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    passing = commands.add_parser("forwarding", parents=[common], help=help_text("help.forwarding"))
    passing.add_argument("--from", dest="source", default="", metavar="NAME", help=help_text("help.forwarding_from"))
    passing.add_argument("--to", action="append", default=[], metavar="NAME", help=help_text("help.forwarding_to"))
    passing.add_argument("--mode", default="review", metavar="MODE", help=help_text("help.forwarding_mode"))
    passing.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    passing.set_defaults(run=_passing)
    proposals = commands.add_parser("forward-review", parents=[common], help=help_text("help.forward_review"))
    decide = proposals.add_mutually_exclusive_group()
    decide.add_argument(
        "--accept", type=whole_number(1, LARGEST_ID), default=None, metavar="ID", help=help_text("help.accept")
    )
    decide.add_argument(
        "--decline", type=whole_number(1, LARGEST_ID), default=None, metavar="ID", help=help_text("help.decline")
    )
    labels.add_reuse(proposals)
    proposals.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    proposals.set_defaults(run=_proposals)


async def _passing(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    if words.source:
        await forward.set_rule(ctx, words.source, words.to, words.mode)
    names = {one.id: one.name for one in await connections.every(ctx)}
    rules = await forward.rules(ctx)
    if words.json:
        output.document(
            [{"from": names[one.from_id], "to": [names[id_] for id_ in one.to_ids], "mode": one.mode} for one in rules]
        )
    else:
        output.table([[names[one.from_id], one.mode, ", ".join(names[id_] for id_ in one.to_ids)] for one in rules])
    return EXIT_DONE


async def _proposals(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    if words.accept is not None:
        reuse_reason = words.reason if labels.accepted(words) else ""
        found: tuple[ForwardReview, ...] = (await forward.accept(ctx, words.accept, reuse_reason=reuse_reason),)
    elif words.decline is not None:
        found = (await forward.decline(ctx, words.decline),)
    else:
        found = await forward.proposals(ctx)
    if words.json:
        output.document([_json(one) for one in found])
    else:
        output.table(
            [
                [str(one.id), one.connection, one.order_number, one.tracking_number, one.state, one.message]
                for one in found
            ]
        )
    return EXIT_DONE


def _json(proposal: ForwardReview) -> output.Json:
    return {
        "id": proposal.id,
        "connection": proposal.connection,
        "order": proposal.order_number,
        "tracking_number": proposal.tracking_number,
        "carrier": proposal.carrier,
        "items": [{"id": item.remote_id, "quantity": item.quantity} for item in proposal.items],
        "confirmed": proposal.confirmed,
        "state": proposal.state,
        **output.message_json(proposal.message),
        "shipment": proposal.shipment_id,
        "at": output.when(proposal.at_ms),
    }
