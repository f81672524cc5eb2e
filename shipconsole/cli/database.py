"""The command database: shows a station's database, and creates, upgrades, or accepts one on a server."""

import argparse
import os
from pathlib import Path

from shipconsole.cli import backups as backup_commands
from shipconsole.cli import output, server_password
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.output import Json
from shipconsole.cli.session import EXIT_DONE, EXIT_OUTSIDE, database_file, keys_of, stored_keys
from shipconsole.domain.database_address import DatabaseAddress
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.maintenance import backups, opening, server_admin
from shipconsole.operations.maintenance.server_admin import ServerAccess
from shipconsole.station import settings
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import Keys
from shipconsole.station.profile import Profile, open_profile

STATES = {
    "complete": "database.state_complete",
    "blank": "database.state_blank",
    "older": "database.state_older",
    "newer": "database.state_newer",
    "behind": "database.state_behind",
    "other": "database.state_other",
    "unusable": "database.state_unusable",
}
_OF_A_FILE = ("new", "accept_older")
_OF_A_SERVER = ("set_password", "create", "upgrade", "accept")


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    database = commands.add_parser("database", parents=[common], help=help_text("help.database"))
    choice = database.add_mutually_exclusive_group()
    choice.add_argument("--new", action="store_true", help=help_text("help.database_new"))
    choice.add_argument("--accept-older", action="store_true", help=help_text("help.database_accept_older"))
    choice.add_argument("--set-password", action="store_true", help=help_text("help.database_set_password"))
    choice.add_argument("--create", action="store_true", help=help_text("help.database_create"))
    choice.add_argument("--upgrade", action="store_true", help=help_text("help.database_upgrade"))
    choice.add_argument("--accept", action="store_true", help=help_text("help.database_accept"))
    choice.add_argument("--role-script", action="store_true", help=help_text("help.database_role_script"))
    database.add_argument("--reason", default="", metavar="TEXT", help=help_text("help.database_reason"))
    database.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    database.set_defaults(run_alone=_database)


def _database(args: argparse.Namespace, keys: Keys | None) -> int:
    if args.role_script:
        print(server_admin.role_script(), end="")
        return EXIT_DONE
    chosen = next((name for name in (*_OF_A_FILE, *_OF_A_SERVER) if getattr(args, name)), "")
    if args.reason and chosen != "accept":
        raise ValidationFailed(Problem(("reason",), Message("cli.database_reason_alone")))
    profile = open_profile(Path(args.profile) if args.profile else None, os.environ)
    where = opening.where_is(profile, os.environ, args.database)
    if isinstance(where, Path):
        return _of_file(args, chosen, where)
    return _of_server(args, chosen, profile, where, keys)


def _of_file(args: argparse.Namespace, chosen: str, file: Path) -> int:
    if chosen in _OF_A_SERVER:
        message = Message("cli.database_no_server", option=_option(chosen))
        if chosen == "accept":
            message = Message("cli.database_accept_file")
        raise ValidationFailed(Problem((chosen,), message))
    if not chosen:
        found = server_admin.of_file(file)
        if args.json:
            output.document(
                {"engine": "sqlite", "sqlite_version": found.version, "file": str(file), "size_bytes": found.size_bytes}
            )
        else:
            _show(Message("database_row.engine"), f"SQLite {found.version}")
            _show(Message("database_row.file"), file)
            _show(Message("database_row.size"), _megabytes(found.size_bytes))
        return EXIT_DONE
    with database_file(args.profile, args.database) as store:
        if args.new:
            restored = backups.start_empty(store, now_ms=SystemClock().now_ms())
            output.note(Message("cli.database_empty"))
        else:
            restored = backups.accept_older(store, now_ms=SystemClock().now_ms())
            output.note(Message("cli.database_older", count=restored.orders))
    return backup_commands.report(restored, args)


def _of_server(
    args: argparse.Namespace, chosen: str, profile: Profile, address: DatabaseAddress, keys: Keys | None
) -> int:
    if chosen in ("create", "upgrade"):
        address = server_password.of_owner(address)
    access = ServerAccess(profile, address, keys or stored_keys(profile))
    if chosen in _OF_A_FILE:
        message = Message("cli.database_server_option", option=_option(chosen), database=address.text)
        raise ValidationFailed(Problem((chosen,), message))
    if chosen == "set_password":
        secret = server_password.typed(address)
        server_admin.set_password(keys or keys_of(profile), secret)
        done = Message("cli.database_password_stored", database=address.text)
    elif chosen in ("create", "upgrade"):
        steps = server_admin.create(access) if chosen == "create" else server_admin.upgrade(access)
        which = {"create": "cli.database_created", "upgrade": "cli.database_upgraded"}[chosen]
        done = Message(which if steps else "cli.database_nothing_to_upgrade", database=address.text)
    elif chosen == "accept":
        if not args.reason.strip():
            raise ValidationFailed(Problem(("reason",), Message("cli.database_accept_reason")))
        station = settings.load(profile).settings.station_name
        accepted = server_admin.accept(access, args.reason.strip(), station=station, now_ms=SystemClock().now_ms())
        output.note(Message("cli.database_accepted"))
        return backup_commands.report(accepted, args)
    else:
        return _describe(args, access)
    if args.json:
        output.document({"database": address.text, **output.message_json(done)})
    else:
        output.note(done)
    return EXIT_DONE


def _describe(args: argparse.Namespace, access: ServerAccess) -> int:
    found = server_admin.describe(access, SystemClock())
    facts = found.facts
    if args.json:
        stations: list[Json] = [
            {"name": station.name, "role": station.role, "connections": station.connections}
            for station in facts.stations
        ]
        output.document(
            {
                "engine": "postgresql",
                "server_version": facts.version,
                "database": access.address.text,
                "role": facts.role,
                "tables": found.state,
                "migrations": list(facts.migrations or ()),
                "size_bytes": facts.size_bytes,
                "stations": stations,
            }
        )
    else:
        _show(Message("database_row.engine"), f"PostgreSQL {facts.version}")
        _show(Message("database_row.address"), access.address.text)
        _show(Message("database_row.role"), facts.role)
        _show(Message("database_row.tables"), Message(STATES[found.state]))
        _show(Message("database_row.size"), _megabytes(facts.size_bytes))
        for station in facts.stations:
            row = Message("database_row.station", name=station.name, role=station.role, count=station.connections)
            _show(Message("database_row.stations"), row)
    if found.failure is not None:
        output.note(backups.with_advice(found.failure, None).message)
    return EXIT_DONE if found.failure is None else EXIT_OUTSIDE


def _show(what: Message, value: object) -> None:
    output.line(f"{what}: {value}")


def _megabytes(size_bytes: int) -> Message:
    return Message("database_row.size_mb", count=-(-size_bytes // 1_000_000))


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
