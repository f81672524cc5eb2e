"""The commands backup, restore and database."""

import argparse
from pathlib import Path

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.session import EXIT_DONE, Session, database_file
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
    choice = database.add_mutually_exclusive_group(required=True)
    choice.add_argument("--new", action="store_true", help=help_text("help.database_new"))
    choice.add_argument("--accept-older", action="store_true", help=help_text("help.database_accept_older"))
    database.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    database.set_defaults(run_alone=_database)


async def _backup(session: Session, args: argparse.Namespace) -> int:
    copy = await backups.back_up(session.ctx, args.to)
    if args.json:
        output.document({"file": str(copy.file), "at": output.when(copy.at_ms), "bytes": copy.file.stat().st_size})
    else:
        output.line(copy.file)
    return EXIT_DONE


def _restore(args: argparse.Namespace) -> int:
    """Restore a backup without opening the database, which may be damaged."""
    with database_file(args.profile, args.database) as store:
        restored = backups.restore(store, args.file.expanduser().absolute(), now_ms=SystemClock().now_ms())
    output.note(Message("cli.restored", count=restored.orders))
    return _report(restored, args)


def _database(args: argparse.Namespace) -> int:
    """Replace the database by an empty one, or accept an older one."""
    with database_file(args.profile, args.database) as store:
        if args.new:
            restored = backups.start_empty(store, now_ms=SystemClock().now_ms())
            output.note(Message("cli.database_empty"))
        else:
            restored = backups.accept_older(store, now_ms=SystemClock().now_ms())
            output.note(Message("cli.database_older", count=restored.orders))
    return _report(restored, args)


def _report(restored: backups.Restored, args: argparse.Namespace) -> int:
    """Print what a person has to check now, and where the old database is."""
    for name in restored.rules:
        output.note(Message("cli.rule_to_review", connection=name))
    if restored.updates:
        output.note(Message("cli.need_attention", count=restored.updates))
    if restored.aside is not None:
        output.note(Message("cli.kept_as", file=str(restored.aside)))
    if args.json:
        output.document(
            {
                "orders": restored.orders,
                "updates_to_check": restored.updates,
                "rules_set_to_review": list(restored.rules),
                "kept_as": str(restored.aside) if restored.aside is not None else None,
            }
        )
    return EXIT_DONE
