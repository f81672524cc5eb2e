"""The commands connect, connections and test-connection."""

import argparse
import getpass
import sys
from collections.abc import Sequence

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.output import Json
from shipconsole.cli.session import EXIT_DONE, EXIT_NOT_YET, EXIT_OUTSIDE, EXIT_REFUSED, EXIT_WRONG, Session
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.domain.sender import Sender
from shipconsole.operations.connections import connections, senders
from shipconsole.operations.connections.connections import ConnectionVerdict
from shipconsole.operations.files import export
from shipconsole.operations.inbound import receive

_EXITS: dict[ConnectionVerdict, int] = {
    "ok": EXIT_DONE,
    "wrong key": EXIT_REFUSED,
    "refused": EXIT_REFUSED,
    "no key": EXIT_WRONG,
    "no keyring": EXIT_OUTSIDE,
    "no network": EXIT_NOT_YET,
    "no answer": EXIT_NOT_YET,
    "try later": EXIT_NOT_YET,
}


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    connect = commands.add_parser("connect", parents=[common], help=help_text("help.connect"))
    connect.add_argument("vendor", metavar="VENDOR", help=help_text("help.connect_platform"))
    connect.add_argument("--name", required=True, metavar="NAME", help=help_text("help.connect_name"))
    connect.add_argument("--url", default="", metavar="URL", help=help_text("help.connect_url"))
    connect.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help=help_text("help.connect_option")
    )
    connect.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="FIELD",
        help=help_text("help.connect_secret"),
    )
    connect.set_defaults(run=_connect)
    listed = commands.add_parser("connections", parents=[common], help=help_text("help.connections"))
    listed.add_argument("--csv", metavar="FILE", help=help_text("help.list_csv"))
    listed.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    listed.set_defaults(run=_list)
    test = commands.add_parser("test-connection", parents=[common], help=help_text("help.test_connection"))
    test.add_argument("name", metavar="NAME", help=help_text("help.the_connection"))
    test.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    test.set_defaults(run=_test)


async def _connect(session: Session, args: argparse.Namespace) -> int:
    pairs: dict[str, str] = {}
    for text in args.option:
        key, equals, value = text.partition("=")
        if not equals:
            raise ValidationFailed(Problem(("option",), Message("cli.not_option", text=text)))
        pairs[key] = value
    if any("=" in field for field in args.secret):
        message = Message("cli.secret_takes_name")
        raise ValidationFailed(Problem(("secret",), message))
    secrets: dict[str, str] = {field: _line(field) for field in args.secret}
    connection = await connections.connect(
        session.ctx, args.vendor, args.name, url=args.url, options=pairs, secrets=secrets
    )
    output.note(Message("cli.connected", name=connection.name, platform=connection.vendor, url=connection.base_url))
    return EXIT_DONE


async def _list(session: Session, args: argparse.Namespace) -> int:
    if args.csv:
        count = await export.export_connections(session.ctx, args.csv)
        output.note(Message("cli.rows_written", count=count, file=args.csv))
        return EXIT_DONE
    known = await connections.every(session.ctx)
    found = await senders.every(session.ctx, known)
    if args.json:
        paths = await _webhook_paths(session, known)
        output.document(
            [
                {
                    "name": connection.name,
                    "vendor": connection.vendor,
                    "url": connection.base_url,
                    "options": dict(connection.options),
                    "state": "blocked" if connection.is_blocked else "ok",
                    **output.message_json(connection.blocked_message),
                    "paused": _pause_json(connection),
                    "synced_at": output.when(connection.synced_at_ms) if connection.synced_at_ms else None,
                    "sync_problem": connection.sync_problem,
                    "webhook_path": paths.get(connection.id),
                    "webhooks_unchecked": receive.skips_verification(connection),
                    "senders": [_sender_json(sender) for sender in found[connection.id][1:]],
                    "this_station": _sender_json(found[connection.id][0]),
                }
                for connection in known
            ]
        )
    else:
        output.table(
            [
                [connection.name, connection.vendor, connection.base_url, connection.blocked_message]
                for connection in known
            ]
        )
        for connection in known:
            if connection.pause:
                since = output.when(connection.pause.at_ms)
                by = tuple(filter(None, (connection.pause.packer, connection.pause.station)))
                output.note(Message("cli.is_paused", name=connection.name, time=since, by=by))
        for connection in known:
            if said := senders.summary(found[connection.id]):
                output.note(Message("cli.sent_by", name=connection.name, senders=said))
        for connection in known:
            if receive.skips_verification(connection):
                output.warn(f"{connection.name}: {receive.NOT_VERIFIED}")
    return EXIT_DONE


def _pause_json(connection: Connection) -> Json:
    if connection.pause is None:
        return None
    at_ms, station, packer = connection.pause
    return {"since": output.when(at_ms), "station": station, "packer": packer}


def _sender_json(sender: Sender) -> Json:
    return {
        "station": sender.station,
        "host": sender.host,
        "serve": sender.is_serve,
        "state": sender.state,
        **output.message_json(sender.message),
        "since": output.when(sender.since_ms) if sender.since_ms else None,
    }


async def _webhook_paths(session: Session, known: Sequence[Connection]) -> dict[int, str]:
    """Return the webhook path of each connection; an unavailable keyring is queried only once, as that may be slow."""
    paths: dict[int, str] = {}
    try:
        for connection in known:
            paths[connection.id] = await receive.webhook_path(session.ctx, connection)
    except EnvironmentFailure as error:
        output.note(error.message)
    return paths


async def _test(session: Session, args: argparse.Namespace) -> int:
    (connection,) = await connections.named(session.ctx, [args.name])
    tested = await connections.test(session.ctx, connection)
    if args.json:
        output.document({"name": connection.name, "verdict": tested.verdict, **output.message_json(tested.message)})
    else:
        output.line(tested.verdict)
        if tested.message:
            output.note(tested.message)
    return _EXITS[tested.verdict]


def _line(field: str) -> str:
    """Read an API key from standard input, hidden while it is typed, without the blanks that copying adds."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{field}: ", stream=sys.stderr).strip()
    line = sys.stdin.readline()
    if not line:
        raise ValidationFailed(Problem(("secret",), Message("cli.no_secret_line", field=field)))
    return line.strip()
