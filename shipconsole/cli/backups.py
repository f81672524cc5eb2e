"""Commands about copies of the store: backup, restore."""

import argparse
from pathlib import Path

from shipconsole.cli import output
from shipconsole.cli.commands import Commands
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, Session, store_alone
from shipconsole.domain.message import Message
from shipconsole.operations.maintenance import backups
from shipconsole.station.clock import SystemClock


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    backup = commands.add_parser("backup", parents=[common], help=help_text("help.backup"))
    backup.add_argument("--to", metavar="FILE", type=Path, help=help_text("help.backup_to"))
    backup.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", parents=[common], help=help_text("help.restore"))
    restore.add_argument("file", metavar="FILE", type=Path, help=help_text("help.restore_file"))
    restore.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    restore.set_defaults(run_alone=_restore)
    database = commands.add_parser("database", parents=[common], help=help_text("help.database"))
    what = database.add_mutually_exclusive_group(required=True)
    what.add_argument("--new", action="store_true", help=help_text("help.database_new"))
    what.add_argument("--accept-older", action="store_true", help=help_text("help.database_accept_older"))
    database.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    database.set_defaults(run_alone=_database)


async def _backup(session: Session, words: argparse.Namespace) -> int:
    copy = await backups.copy_now(session.ctx, words.to)
    if words.json:
        output.document({"file": str(copy.file), "at": output.when(copy.at_ms), "bytes": copy.file.stat().st_size})
    else:
        output.line(copy.file)
    return EXIT_DONE


def _restore(words: argparse.Namespace) -> int:
    """Put a copy back where no store may be open: it works on a store that cannot be opened, too."""
    with store_alone(words.profile, words.database) as store:
        done = backups.restore(store, words.file.expanduser().absolute(), now_ms=SystemClock().now_ms())
    output.said(Message("cli.restored", count=done.orders))
    return _told(done, words)


def _database(words: argparse.Namespace) -> int:
    """Put an empty database in place, or accept an older one."""
    with store_alone(words.profile, words.database) as store:
        if words.new:
            done = backups.start_empty(store, now_ms=SystemClock().now_ms())
            output.said(Message("cli.database_empty"))
        else:
            done = backups.accept_older(store, now_ms=SystemClock().now_ms())
            output.said(Message("cli.database_older", count=done.orders))
    return _told(done, words)


def _told(done: backups.Restored, words: argparse.Namespace) -> int:
    """Say what waits for a person now, and where the old database is."""
    for name in done.rules:
        output.said(Message("cli.rule_to_review", connection=name))
    if done.updates:
        output.said(Message("cli.need_attention", count=done.updates))
    if done.aside is not None:
        output.said(Message("cli.kept_as", file=str(done.aside)))
    if words.json:
        output.document(
            {
                "orders": done.orders,
                "updates_to_check": done.updates,
                "rules_set_to_review": list(done.rules),
                "kept_as": str(done.aside) if done.aside is not None else None,
            }
        )
    return EXIT_DONE
