"""The commands forwarding and forward-review."""

import argparse

from shipconsole.cli import labels, output
from shipconsole.cli.commands import LARGEST_ID, Commands, help_text, whole_number
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.forwarding import ForwardReview
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.forwarding import forward

DEFAULT_MODE = "review"


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    forwarding = commands.add_parser("forwarding", parents=[common], help=help_text("help.forwarding"))
    forwarding.add_argument("--from", dest="source", metavar="NAME", help=help_text("help.forwarding_from"))
    forwarding.add_argument("--to", action="append", default=[], metavar="NAME", help=help_text("help.forwarding_to"))
    forwarding.add_argument("--mode", default=None, metavar="MODE", help=help_text("help.forwarding_mode"))
    forwarding.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    forwarding.set_defaults(run=_forwarding)
    review = commands.add_parser("forward-review", parents=[common], help=help_text("help.forward_review"))
    decide = review.add_mutually_exclusive_group()
    decide.add_argument(
        "--accept", type=whole_number(1, LARGEST_ID), default=None, metavar="ID", help=help_text("help.accept")
    )
    decide.add_argument(
        "--decline", type=whole_number(1, LARGEST_ID), default=None, metavar="ID", help=help_text("help.decline")
    )
    labels.add_reuse(review)
    review.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    review.set_defaults(run=_review)


async def _forwarding(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    if args.source is not None:
        await forward.set_rule(ctx, args.source, args.to, DEFAULT_MODE if args.mode is None else args.mode)
    elif args.to or args.mode is not None:
        option = "--to" if args.to else "--mode"
        raise ValidationFailed(Problem(("from",), Message("cli.option_alone", option=option, other="--from")))
    names = {connection.id: connection.name for connection in await connections.every(ctx)}
    rules = await forward.rules(ctx)
    if args.json:
        output.document(
            [
                {"from": names[rule.from_id], "to": [names[id_] for id_ in rule.to_ids], "mode": rule.mode}
                for rule in rules
            ]
        )
    else:
        output.table([[names[rule.from_id], rule.mode, ", ".join(names[id_] for id_ in rule.to_ids)] for rule in rules])
    return EXIT_DONE


async def _review(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    if args.accept is not None:
        reuse_reason = args.reason if labels.accepted(args) else ""
        reviews: tuple[ForwardReview, ...] = (await forward.accept(ctx, args.accept, reuse_reason=reuse_reason),)
    elif args.decline is not None:
        reviews = (await forward.decline(ctx, args.decline),)
    else:
        reviews = await forward.reviews(ctx)
    if args.json:
        output.document([_json(review) for review in reviews])
    else:
        output.table(
            [
                [
                    str(review.id),
                    review.connection,
                    review.order_number,
                    review.tracking_number,
                    review.state,
                    review.message,
                ]
                for review in reviews
            ]
        )
    return EXIT_DONE


def _json(review: ForwardReview) -> output.Json:
    return {
        "id": review.id,
        "connection": review.connection,
        "order": review.order_number,
        "tracking_number": review.tracking_number,
        "carrier": review.carrier,
        "items": [{"id": item.remote_id, "quantity": item.quantity} for item in review.items],
        "confirmed": review.confirmed,
        "state": review.state,
        **output.message_json(review.message),
        "shipment": review.shipment_id,
        "at": output.when(review.at_ms),
    }
