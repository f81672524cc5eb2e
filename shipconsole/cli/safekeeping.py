"""Commands about copies of the store: backup, restore."""

import argparse
from pathlib import Path

from shipconsole.cli import output
from shipconsole.cli.commands import Commands
from shipconsole.cli.session import EXIT_DONE, Session, store_alone
from shipconsole.operations import safekeeping
from shipconsole.station.clock import SystemClock


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    backup = commands.add_parser("backup", parents=[common], help="copy the orders while everybody works on")
    backup.add_argument(
        "--to", metavar="FILE", type=Path, help="a file to make; without it one in the folder of backups"
    )
    backup.add_argument("--json", action="store_true", help=output.JSON_HELP)
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", parents=[common], help="put a copy of the orders in their place")
    restore.add_argument("file", metavar="FILE", type=Path, help="the copy; what it replaces is set aside")
    restore.set_defaults(run=None)


async def _backup(session: Session, words: argparse.Namespace) -> int:
    copy = await safekeeping.copy_now(session.desk, words.to)
    if words.json:
        output.document({"file": str(copy.file), "at": output.when(copy.at_ms), "bytes": copy.file.stat().st_size})
    else:
        print(copy.file)
    return EXIT_DONE


def restore(words: argparse.Namespace) -> int:
    """Put a copy back where no store may be open: the one command that works on a store that cannot be opened."""
    with store_alone(words.profile, words.database) as store:
        done = safekeeping.restore(store, words.file.expanduser().absolute(), now_ms=SystemClock().now_ms())
    output.said(f"Put back: {done.orders} orders. What was saved after that copy is not in it.")
    output.said("Calls that had not ended in it wait for you: shipconsole calls --state dead")
    if done.aside is not None:
        output.said(f"What was there before is kept as {done.aside}")
    return EXIT_DONE
