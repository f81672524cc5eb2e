"""Commands about webhooks that come in: serve, deliveries, replay, import-delivery."""

import argparse
from pathlib import Path

from shipconsole.cli import output
from shipconsole.cli.commands import LARGEST_ID, Commands, whole_number
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.json_limits import BODY_BYTES
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.inbound import process, receive
from shipconsole.operations.maintenance import text_files
from shipconsole.station.profile import ProfileLock

SHOWN = 200


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    serve = commands.add_parser("serve", parents=[common], help=help_text("help.serve"))
    serve.add_argument("--host", default="127.0.0.1", metavar="H", help=help_text("help.host"))
    serve.add_argument(
        "--port",
        type=whole_number(0, 65_535),
        metavar="N",
        help=help_text("help.port"),
    )
    serve.add_argument("--name", action="append", default=[], metavar="HOST", help=help_text("help.name"))
    serve.set_defaults(run=_serve)
    listed = commands.add_parser("webhook-events", parents=[common], help=help_text("help.webhook_events"))
    listed.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    listed.set_defaults(run=_list)
    reprocess = commands.add_parser("reprocess", parents=[common], help=help_text("help.reprocess"))
    reprocess.add_argument("id", type=whole_number(1, LARGEST_ID), metavar="ID", help=help_text("help.event_id"))
    reprocess.set_defaults(run=_replay)
    saved = commands.add_parser("import-webhook-event", parents=[common], help=help_text("help.import_webhook_event"))
    saved.add_argument("file", metavar="FILE", help=help_text("help.event_file"))
    saved.add_argument("--connection", required=True, metavar="NAME", help=help_text("help.event_connection"))
    saved.set_defaults(run=_import)


async def _serve(session: Session, words: argparse.Namespace) -> int:
    # Only here: no other command needs the web server.
    from shipconsole.headless import serve

    lock = ProfileLock(session.profile)
    if not lock.acquire():
        raise EnvironmentFailure(Message("cli.already_open"))
    chosen = session.settings
    names = (*words.name, *(name for name in chosen.receiver_names.replace(",", " ").split()))
    port = chosen.receiver_port if words.port is None else words.port
    try:
        await serve(
            session.ctx,
            host=words.host,
            port=port,
            names=names,
            webhook_days=chosen.webhook_days,
            say=_announce,
            warn=output.said,
        )
    finally:
        lock.release()
    return EXIT_DONE


def _announce(text: Message) -> None:
    print(text, flush=True)
    output.said(Message("cli.paths_in"))


async def _list(session: Session, words: argparse.Namespace) -> int:
    found = await receive.latest(session.ctx, -1 if words.json else SHOWN)
    if words.json:
        output.document(
            [
                {
                    "id": one.id,
                    "connection": one.connection,
                    "vendor": one.vendor,
                    "received_at": output.when(one.received_at_ms),
                    "bytes": one.size_bytes,
                    "verified": one.verified,
                    **output.message_json(one.verify_message, "verify_code", "verify_message"),
                    "state": one.state,
                    **output.message_json(one.message),
                    "duplicates": one.duplicates,
                    "processed_at": output.when(one.processed_at_ms) if one.processed_at_ms else None,
                }
                for one in found
            ]
        )
    else:
        output.table(
            [
                [str(one.id), output.when(one.received_at_ms), one.connection, one.verify_message, one.state, one.message]
                for one in found
            ]
        )
    return EXIT_DONE


async def _replay(session: Session, words: argparse.Namespace) -> int:
    done = await process.process_one(session.ctx, words.id)
    output.line(f"{done.state}  {done.message}".rstrip())
    return EXIT_DONE


async def _import(session: Session, words: argparse.Namespace) -> int:
    (connection,) = await connections.named(session.ctx, [words.connection])
    added = await receive.bring_in(session.ctx, connection, _saved(words.file))
    output.line(f"{added.id}  {Message('cli.duplicate_event' if added.is_duplicate else 'cli.new_event')}")
    return EXIT_DONE


def _saved(name: str) -> bytes:
    """What is in a file; that it is too long for a webhook is told elsewhere."""
    try:
        return text_files.read(Path(name), BODY_BYTES)
    except OSError as error:
        raise ValidationFailed(
            Problem(("file",), Message("file.not_readable", file=name, reason=error.strerror or str(error)))
        ) from None
