"""The command serve: receives webhooks and sends updates without a window."""

import argparse
import asyncio
from dataclasses import replace

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text, whole_number
from shipconsole.cli.session import EXIT_DONE, Session, name_station
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.maintenance import retention
from shipconsole.station.profile import ProfileLock


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    serve = commands.add_parser("serve", parents=[common], help=help_text("help.serve"))
    serve.add_argument("--host", default="127.0.0.1", metavar="HOST", help=help_text("help.host"))
    serve.add_argument("--port", type=whole_number(0, 65_535), metavar="PORT", help=help_text("help.port"))
    serve.add_argument("--name", action="append", default=[], metavar="HOST", help=help_text("help.name"))
    serve.set_defaults(run=_serve)


async def _serve(session: Session, args: argparse.Namespace) -> int:
    # Only here: no other command needs the web server.
    from shipconsole.headless import serve

    lock = ProfileLock(session.profile)
    if not lock.acquire():
        raise EnvironmentFailure(Message("cli.already_open"))
    settings = session.settings
    port = settings.receiver_port if args.port is None else args.port
    ctx = replace(session.ctx, is_serve=True, sends=settings.sends_updates)
    try:
        await asyncio.to_thread(name_station, ctx, session.profile, is_running=True)
        await serve(
            ctx,
            host=args.host,
            port=port,
            names=(*args.name, *settings.receiver_hosts),
            keeping_rules=retention.Rules.of(settings, session.profile.folder),
            announce=_announce,
            warn=output.note,
        )
    finally:
        lock.release()
    return EXIT_DONE


def _announce(text: Message) -> None:
    print(text, flush=True)
    output.note(Message("cli.paths_in"))
