"""The commands backup and restore."""

import argparse
from pathlib import Path

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.session import EXIT_DONE, Session, database_file
from shipconsole.domain.message import Message
from shipconsole.operations.maintenance import backups
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import Keys


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


async def _backup(session: Session, args: argparse.Namespace) -> int:
    copy = await backups.back_up(session.ctx, args.to)
    if args.json:
        output.document({"file": str(copy.file), "at": output.when(copy.at_ms), "bytes": copy.file.stat().st_size})
    else:
        output.line(copy.file)
    return EXIT_DONE


def _restore(args: argparse.Namespace, _keys: Keys | None) -> int:
    """Restore a backup without opening the database, which may be damaged."""
    with database_file(args.profile, args.database) as store:
        restored = backups.restore(store, args.file.expanduser().absolute(), now_ms=SystemClock().now_ms())
    output.note(Message("cli.restored", count=restored.orders))
    return report(restored, args)


def report(restored: backups.Restored, args: argparse.Namespace) -> int:
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
