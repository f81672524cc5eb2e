"""The whole command line: every command, and the mapping of failures to exit codes."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

from shipconsole import __version__, messages
from shipconsole.cli import (
    argparse_texts,
    audit_log,
    backups,
    carriers,
    cases,
    change_orders,
    connections,
    create_orders,
    database,
    doctor,
    edit_tracking,
    examples,
    fields,
    forwarding,
    import_files,
    move,
    orders,
    outbox,
    output,
    packers,
    printing,
    retention,
    serve,
    shift_report,
    ship_box,
    shipping,
    simulator,
    stores,
    track,
    webhooks,
)
from shipconsole.cli.commands import help_text
from shipconsole.cli.session import EXIT_DONE, EXIT_OUTSIDE, EXIT_WRONG, open_session
from shipconsole.cli.streams import clean_streams
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.operations.maintenance.backups import with_advice
from shipconsole.station import settings
from shipconsole.station.keys import Keys

EXIT_INTERRUPTED = 130

READING = frozenset(
    {
        "audit-log",
        "connections",
        "database",
        "doctor",
        "fields",
        "forward-review",
        "hand-over",
        "identify",
        "order",
        "orders",
        "outbox",
    }
    | {"preview", "shift-report", "webhook-events"}
)
"""The commands whose only result is their output: if it cannot be written, they have failed."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    program = argparse.ArgumentParser(
        prog="shipconsole",
        description=help_text("help.program"),
        parents=[_common_options(None)],
    )
    program.add_argument(
        "--version", action="version", version=f"shipconsole {__version__}", help=help_text("help.version")
    )
    program.add_argument("--demo", action="store_true", help=help_text("help.demo"))
    commands = program.add_subparsers(dest="command", metavar="COMMAND")
    # An option that is missing after the command must not hide the same option before it.
    common = _common_options(argparse.SUPPRESS)
    for group in (
        connections,
        carriers,
        orders,
        fields,
        create_orders,
        change_orders,
        shipping,
        ship_box,
        import_files,
        edit_tracking,
        outbox,
        packers,
        cases,
        track,
        serve,
        webhooks,
        forwarding,
        stores,
        audit_log,
        printing,
        retention,
        shift_report,
        simulator,
        backups,
        move,
        database,
        doctor,
    ):
        group.add_to(commands, common)
    for name, command in commands.choices.items():
        examples.add_to(name, command)
    return program


def _common_options(missing: str | None) -> argparse.ArgumentParser:
    """Return the options that can stand before or after a command; `missing` is their default."""
    options = argparse.ArgumentParser(add_help=False, argument_default=missing)
    options.add_argument("--profile", metavar="DIR", help=help_text("help.profile"))
    options.add_argument("--database", metavar="URL", help=help_text("help.database_url"))
    return options


def run(arguments: Sequence[str], keys: Keys | None = None) -> int:
    """Run a command and return its exit code (docs/cli.md lists them); `keys` replaces the system's keyring."""
    messages.use(_language(arguments))
    argparse_texts.use()
    with clean_streams() as (out, err):
        name, code = _run_command(arguments, keys)
        out.flush()
        if code == EXIT_DONE and name in READING and out.failed and not isinstance(out.failed, BrokenPipeError):
            reason = out.failed.strerror or str(out.failed)
            err.write(f"{Message('cli.result_lost', reason=reason)}\n")
            code = EXIT_OUTSIDE
    return code


def _language(arguments: Sequence[str]) -> str:
    """Return the language in the profile's settings; problems with either are reported later."""
    options = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    options.add_argument("--profile")
    try:
        named, _ = options.parse_known_args(arguments)
        return settings.language_of(named.profile, os.environ)
    except (argparse.ArgumentError, EnvironmentFailure, OSError, ValueError):
        return messages.SYSTEM


def _run_command(arguments: Sequence[str], keys: Keys | None) -> tuple[str, int]:
    """Run a command; return its name and its exit code, whether or not its output could be written."""
    if not all(_is_text(given) for given in arguments):
        print(Message("cli.not_text"), file=sys.stderr)
        return "", EXIT_WRONG
    program = parser()
    try:
        args = program.parse_args(arguments)
    except SystemExit as leaving:
        return "", int(leaving.code or 0)
    if args.command is None:
        program.print_usage(sys.stderr)
        return "", EXIT_WRONG
    return args.command, _exit_code(args, keys)


def _exit_code(args: argparse.Namespace, keys: Keys | None) -> int:
    try:
        if hasattr(args, "run_alone"):
            return args.run_alone(args, keys)
        return asyncio.run(simulator.run(args) if args.command == "simulator" else _run(args, keys))
    except ValidationFailed as refused:
        for problem in refused.problems:
            output.note(problem.sentence)
        return EXIT_WRONG
    except EnvironmentFailure as failure:
        print(failure.message, file=sys.stderr)
        return EXIT_OUTSIDE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _is_text(given: str) -> bool:
    """Return whether an argument is text: bytes that are not UTF-8 appear as surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in given)


async def _run(args: argparse.Namespace, keys: Keys | None) -> int:
    session = open_session(args.profile, args.database, keys=keys)
    try:
        return await args.run(session, args)
    except EnvironmentFailure as error:
        raise with_advice(error, session.ctx.store.file) from error
    finally:
        await session.close()
