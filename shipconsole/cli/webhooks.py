"""The commands webhooks, webhook-events, reprocess, and import-webhook-event."""

import argparse
from pathlib import Path

from shipconsole.cli import output
from shipconsole.cli.commands import LARGEST_ID, Commands, help_text, whole_number
from shipconsole.cli.outcomes import print_outcome
from shipconsole.cli.session import EXIT_BUG, EXIT_DONE, EXIT_NOT_YET, Session
from shipconsole.domain.json_limits import BODY_BYTES
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.received_webhook import ReceivedWebhook, State
from shipconsole.domain.webhook_event import Webhook
from shipconsole.operations.connections import connections
from shipconsole.operations.files import export
from shipconsole.operations.inbound import process, receive, subscriptions
from shipconsole.operations.maintenance import text_files

MOST_LISTED = 200
_EXIT_CODES: dict[State, int] = {
    "processed": EXIT_DONE,
    "ignored": EXIT_DONE,
    # The same event arrived again meanwhile, so that it will be processed once more.
    "new": EXIT_NOT_YET,
    # Processing an event fails only because of an error of the program; the log has the details.
    "failed": EXIT_BUG,
}


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    hooks = commands.add_parser("webhooks", parents=[common], help=help_text("help.webhooks"))
    hooks.add_argument("name", metavar="NAME", help=help_text("help.the_connection"))
    choice = hooks.add_mutually_exclusive_group()
    choice.add_argument("--register", default=None, metavar="EVENT", help=help_text("help.register"))
    choice.add_argument("--change", default=None, metavar="ID", help=help_text("help.change_url"))
    choice.add_argument("--remove", default=None, metavar="ID", help=help_text("help.remove_webhook"))
    choice.add_argument("--rotate-url", action="store_true", help=help_text("help.rotate_url"))
    hooks.add_argument("--url", default=None, metavar="URL", help=help_text("help.webhook_url"))
    hooks.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    hooks.set_defaults(run=_webhooks)
    listed = commands.add_parser("webhook-events", parents=[common], help=help_text("help.webhook_events"))
    listed.add_argument("--csv", metavar="FILE", help=help_text("help.list_csv"))
    listed.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    listed.set_defaults(run=_list)
    reprocess = commands.add_parser("reprocess", parents=[common], help=help_text("help.reprocess"))
    reprocess.add_argument("id", type=whole_number(1, LARGEST_ID), metavar="ID", help=help_text("help.event_id"))
    reprocess.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    reprocess.set_defaults(run=_reprocess)
    imported = commands.add_parser(
        "import-webhook-event", parents=[common], help=help_text("help.import_webhook_event")
    )
    imported.add_argument("file", metavar="FILE", help=help_text("help.event_file"))
    imported.add_argument("--connection", required=True, metavar="NAME", help=help_text("help.event_connection"))
    imported.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    imported.set_defaults(run=_import)


async def _webhooks(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    (connection,) = await connections.named(ctx, [args.name])
    if args.url is not None and args.register is None and args.change is None:
        raise ValidationFailed(Problem(("url",), Message("cli.url_alone")))
    url = args.url or ""
    if args.register is not None:
        webhook = await subscriptions.register(ctx, connection, args.register, url)
        if isinstance(webhook, Webhook):
            return _print_webhooks((webhook,), in_json=args.json)
        return print_outcome(webhook, in_json=args.json)
    if args.change is not None:
        return print_outcome(await subscriptions.change(ctx, connection, args.change, url), in_json=args.json)
    if args.remove is not None:
        return print_outcome(await subscriptions.remove(ctx, connection, args.remove), in_json=args.json)
    if args.rotate_url:
        return _print_path(await receive.rotate_path(ctx, connection), in_json=args.json)
    registered = await subscriptions.every(ctx, connection)
    if not isinstance(registered, tuple):
        return print_outcome(registered, in_json=args.json)
    if not registered:
        output.note(Message("cli.no_webhooks", events=tuple(subscriptions.available_events(connection))))
    return _print_webhooks(registered, in_json=args.json)


def _print_webhooks(webhooks: tuple[Webhook, ...], *, in_json: bool) -> int:
    if in_json:
        output.document(
            [
                {"id": webhook.id, "event": webhook.event, "url": webhook.url, "name": webhook.name}
                for webhook in webhooks
            ]
        )
    else:
        output.table([[webhook.id, webhook.event, webhook.url, webhook.name] for webhook in webhooks])
    return EXIT_DONE


def _print_path(path: str, *, in_json: bool) -> int:
    """Print the new webhook path of a connection."""
    if in_json:
        output.document({"webhook_path": path})
    else:
        output.line(path)
    output.note(Message("cli.url_rotated"))
    return EXIT_DONE


async def _list(session: Session, args: argparse.Namespace) -> int:
    if args.csv is not None:
        count = await export.export_webhook_events(session.ctx, args.csv)
        output.note(Message("cli.rows_written", count=count, file=args.csv))
        return EXIT_DONE
    events = await receive.latest(session.ctx, None if args.json else MOST_LISTED)
    if args.json:
        output.document([_event_json(event) for event in events])
        return EXIT_DONE
    output.table(
        [
            [
                str(event.id),
                output.when(event.received_at_ms),
                event.connection,
                event.verify_message,
                event.state,
                event.message,
            ]
            for event in events
        ]
    )
    if len(events) == MOST_LISTED and (count := await receive.count(session.ctx)) > MOST_LISTED:
        output.note(Message("cli.latest_events", shown=MOST_LISTED, count=count))
    return EXIT_DONE


def _event_json(event: ReceivedWebhook) -> dict[str, output.Json]:
    """Return a webhook event for scripts."""
    return {
        "id": event.id,
        "connection": event.connection,
        "vendor": event.vendor,
        "received_at": output.when(event.received_at_ms),
        "bytes": event.size_bytes,
        "verified": event.verified,
        **output.message_json(event.verify_message, "verify_code", "verify_message"),
        "state": event.state,
        **output.message_json(event.message),
        "duplicates": event.duplicates,
        "processed_at": output.when(event.processed_at_ms) if event.processed_at_ms else None,
    }


async def _reprocess(session: Session, args: argparse.Namespace) -> int:
    event = await process.process_one(session.ctx, args.id)
    if args.json:
        output.document(_event_json(await receive.get(session.ctx, event.id)))
    else:
        output.line(f"{event.state}  {event.message}".rstrip())
    return _EXIT_CODES[event.state]


async def _import(session: Session, args: argparse.Namespace) -> int:
    (connection,) = await connections.named(session.ctx, [args.connection])
    added = await receive.import_event(session.ctx, connection, _read(args.file))
    if args.json:
        event = await receive.get(session.ctx, added.id)
        output.document(_event_json(event) | {"is_duplicate": added.is_duplicate})
    else:
        output.line(f"{added.id}  {Message('cli.duplicate_event' if added.is_duplicate else 'cli.new_event')}")
    return EXIT_DONE


def _read(name: str) -> bytes:
    """Read a file, up to just over the size limit of a webhook, so that a longer file is rejected."""
    try:
        return text_files.read_utf8(Path(name), BODY_BYTES)
    except OSError as error:
        raise ValidationFailed(
            Problem(("file",), Message("file.not_readable", file=name, reason=error.strerror or str(error)))
        ) from None
