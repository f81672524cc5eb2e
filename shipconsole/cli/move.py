"""The command move: moves the profile's database from this computer to a server."""

import argparse
import os
import time
from pathlib import Path

from shipconsole.cli import output, server_password
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.session import EXIT_DONE, database_file
from shipconsole.domain.database_address import DatabaseAddress, database_address, is_server
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.maintenance import move
from shipconsole.operations.maintenance.move import Moved, Step
from shipconsole.station import settings
from shipconsole.station.keys import Keys
from shipconsole.station.profile import Profile, open_profile

SHOWN_EVERY_S = 2.0


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    command = commands.add_parser("move", parents=[common], help=help_text("help.move"))
    command.add_argument("--to", metavar="URL", help=help_text("help.move_to"))
    command.add_argument("--station", metavar="URL", help=help_text("help.move_station"))
    command.add_argument("--cancel", action="store_true", help=help_text("help.move_cancel"))
    command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    command.set_defaults(run_alone=_run)


def _run(args: argparse.Namespace, keys: Keys | None) -> int:
    if not args.to and not args.cancel:
        raise ValidationFailed(Problem(("to",), Message("move.needs_address")))
    profile = open_profile(Path(args.profile) if args.profile else None, os.environ)
    if is_server(profile.database_url(os.environ, args.database)):
        raise ValidationFailed(Problem(("to",), Message("move.on_server_already")))
    with database_file(args.profile, args.database) as file:
        if args.cancel:
            return _cancel(profile, file, args, keys)
        moved = move.move(profile, file, _target(args.to), station=args.station, show=_Shown().show, keys=keys)
    _print(moved, profile)
    if args.json:
        output.document(
            {
                "to": moved.to,
                "kept_as": str(moved.file),
                "rows": moved.rows,
                "replaced_characters": moved.replaced,
                "tables": {
                    name: {"rows": table.copied, "sum": f"{table.row_sum:016x}"} for name, table in moved.tables.items()
                },
            }
        )
    return EXIT_DONE


def _target(url: str) -> str | DatabaseAddress:
    """Return the server's address with the owner's password; what is no address is refused by the move."""
    return server_password.of_owner(database_address(url)) if is_server(url) else url


def _cancel(profile: Profile, file: Path, args: argparse.Namespace, keys: Keys | None) -> int:
    left_over = move.cancel(profile, file, _target(args.to) if args.to else None, keys=keys)
    output.note(Message("move.cancelled", file=str(file)))
    if left_over:
        output.note(left_over)
    if args.json:
        output.document({"database": str(file), "left_over": bool(left_over)})
    return EXIT_DONE


def _print(moved: Moved, profile: Profile) -> None:
    if moved.was_done:
        output.note(Message("move.was_done", to=moved.to))
    else:
        output.note(Message("move.done", count=moved.rows, to=moved.to))
    if moved.replaced:
        output.note(Message("move.replaced", count=moved.replaced))
    output.note(Message("move.kept", file=str(moved.file)))
    days = settings.load(profile).settings.personal_days
    output.note(Message("move.old_files", count=days) if days else Message("move.old_files_stay"))
    output.note(Message("move.removes"))
    if os.environ.get("SHIPCONSOLE_DATABASE"):
        output.warn(Message("move.environment"))


class _Shown:
    """What was shown of a move's progress: the beginning and end of each table, and a line every few seconds."""

    def __init__(self) -> None:
        self._last = Step("check")
        self._at_s = -SHOWN_EVERY_S

    def show(self, step: Step) -> None:
        """Print a step, unless one was just printed."""
        now_s = time.monotonic()
        # A check has no progress to show: its one line says what is checked.
        is_end = step.kind != "verify" and step.total > 0 and step.done == step.total
        is_new = (step.kind, step.table) != (self._last.kind, self._last.table)
        if is_new or is_end or (step.kind != "verify" and now_s - self._at_s >= SHOWN_EVERY_S):
            self._last, self._at_s = step, now_s
            if step.total or step.kind in ("check", "wait"):
                output.note(_text(step))


def _text(step: Step) -> Message:
    match step.kind:
        case "check":
            return Message("move.checking")
        case "copy":
            return Message("move.copying", table=step.table, done=step.done, total=step.total)
        case "verify":
            return Message("move.verifying", table=step.table, total=step.total)
        case "finish":
            return Message("move.finishing", done=step.done, total=step.total)
        case "wait":
            return Message("move.waiting")
