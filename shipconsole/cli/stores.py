"""The command stores: lists the stores that platforms import from, and refreshes one."""

import argparse
from collections.abc import Sequence

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.outcomes import print_outcome
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.connections import connections, store_refresh


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    stores = commands.add_parser("stores", parents=[common], help=help_text("help.stores"))
    stores.add_argument("--connection", default=None, metavar="NAME", help=help_text("help.only_connection"))
    stores.add_argument("--refresh", metavar="NAME_OR_ID", help=help_text("help.refresh"))
    stores.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    stores.set_defaults(run=_stores)


async def _stores(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    if args.connection is not None:
        chosen = await connections.named(ctx, [args.connection])
    else:
        every = await connections.every(ctx)
        chosen = tuple(connection for connection in every if store_refresh.has_stores(connection))
    found: list[tuple[Connection, store_refresh.RemoteStore]] = []
    for connection in chosen:
        sources = await store_refresh.list_stores(ctx, connection)
        if not isinstance(sources, tuple):
            return print_outcome(sources)
        found += [(connection, source) for source in sources]
    if args.refresh is not None:
        connection, source = _chosen(found, args.refresh)
        state = await store_refresh.refresh(ctx, connection, source.id)
        if not isinstance(state, store_refresh.StoreState):
            return print_outcome(state)
        found = [(connection, source._replace(state=state))]
    if args.json:
        output.document([_source_json(connection, source) for connection, source in found])
    else:
        output.table(
            [
                [connection.name, source.id, source.name, source.state.status, source.state.refreshed_at]
                for connection, source in found
            ]
        )
    return EXIT_DONE


def _chosen(
    found: Sequence[tuple[Connection, store_refresh.RemoteStore]], wanted: str
) -> tuple[Connection, store_refresh.RemoteStore]:
    """Return the store with an id or, if none has it, with a name in any case."""
    matches = [pair for pair in found if pair[1].id == wanted]
    matches = matches or [pair for pair in found if pair[1].name.casefold() == wanted.strip().casefold()]
    if len(matches) == 1:
        return matches[0]
    known = tuple(source.name or source.id for _, source in found) or (Message("list.none"),)
    message = (
        Message("stores.unknown", wanted=wanted, known=known)
        if not matches
        else Message("stores.ambiguous", wanted=wanted)
    )
    raise ValidationFailed(Problem(("source",), message, Message("stores.name_by_id")))


def _source_json(connection: Connection, source: store_refresh.RemoteStore) -> output.Json:
    return {
        "connection": connection.name,
        "id": source.id,
        "name": source.name,
        "shop": source.shop,
        "status": source.state.status,
        "idle": source.state.idle,
        "refreshed_at": source.state.refreshed_at,
        "requested_at": source.asked_at,
    }
