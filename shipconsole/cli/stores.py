"""The sources command: the shops that a platform reads orders from, how far it is, and having one read again."""

import argparse
from collections.abc import Sequence

from shipconsole.cli import output
from shipconsole.cli.commands import Commands
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, EXIT_NOT_YET, EXIT_REFUSED, Session
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Blocked, Outcome, Refused
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.connections import connections, store_refresh
from shipconsole.operations.connections.ask_once import outcome_message


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    stores = commands.add_parser("stores", parents=[common], help=help_text("help.stores"))
    stores.add_argument("--connection", default="", metavar="NAME", help=help_text("help.only_connection"))
    stores.add_argument("--refresh", metavar="NAME_OR_ID", help=help_text("help.refresh"))
    stores.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    stores.set_defaults(run=_stores)


async def _stores(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    if words.connection:
        asked = await connections.named(ctx, [words.connection])
    else:
        asked = tuple(one for one in await connections.every(ctx) if store_refresh.has_stores(one))
    found: list[tuple[Connection, store_refresh.Source]] = []
    for connection in asked:
        told = await store_refresh.list_stores(ctx, connection)
        if not isinstance(told, tuple):
            return _failed(told)
        found += [(connection, source) for source in told]
    if words.refresh is not None:
        connection, source = _one(found, words.refresh)
        state = await store_refresh.refresh(ctx, connection, source.id)
        if not isinstance(state, store_refresh.StoreState):
            return _failed(state)
        found = [(connection, source._replace(state=state))]
    if words.json:
        output.document([_source_json(connection, source) for connection, source in found])
    else:
        output.table(
            [[connection.name, one.id, one.name, one.state.status, one.state.refreshed_at] for connection, one in found]
        )
    return EXIT_DONE


def _one(
    found: Sequence[tuple[Connection, store_refresh.Source]], wanted: str
) -> tuple[Connection, store_refresh.Source]:
    """The shop of an id, else of a name, upper and lower case the same."""
    matches = [one for one in found if one[1].id == wanted]
    matches = matches or [one for one in found if one[1].name.casefold() == wanted.strip().casefold()]
    if len(matches) == 1:
        return matches[0]
    known = tuple(source.name or source.id for _, source in found) or (Message("list.none"),)
    message = (
        Message("stores.unknown", wanted=wanted, known=known)
        if not matches
        else Message("stores.ambiguous", wanted=wanted)
    )
    raise ValidationFailed(Problem(("source",), message, Message("stores.name_by_id")))


def _failed(outcome: Outcome) -> int:
    output.said(outcome_message(outcome))
    return EXIT_REFUSED if isinstance(outcome, Refused | Blocked) else EXIT_NOT_YET


def _source_json(connection: Connection, source: store_refresh.Source) -> output.Json:
    return {
        "connection": connection.name,
        "id": source.id,
        "name": source.name,
        "shop": source.shop,
        "status": source.state.status,
        "idle": source.state.idle,
        "refreshed_at": source.state.refreshed_at,
        "asked_at": source.asked_at,
    }
