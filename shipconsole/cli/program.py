"""The command line as a whole: every command, and how each one's end becomes an exit code."""

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
    connections,
    correcting,
    doctor,
    examples,
    fields,
    forwarding,
    orders,
    outbox,
    output,
    resolve,
    shift_report,
    shipping,
    simulator,
    stores,
    vendor_side,
    webhooks,
)
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, EXIT_OUTSIDE, EXIT_WRONG, open_session
from shipconsole.cli.streams import clean_streams
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.operations.maintenance.backups import with_advice
from shipconsole.station import settings
from shipconsole.station.keys import Keys

EXIT_INTERRUPTED = 130

READING = frozenset(
    {"audit-log", "connections", "doctor", "fields", "forward-review", "identify", "order", "orders", "outbox"}
    | {"preview", "shift-report", "webhook-events"}
)
"""The commands whose only result is what they print: where that is lost, they have failed."""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(
        prog="shipconsole",
        description=help_text("help.program"),
        parents=[_where(None)],
    )
    whole.add_argument(
        "--version", action="version", version=f"shipconsole {__version__}", help=help_text("help.version")
    )
    whole.add_argument("--demo", action="store_true", help=help_text("help.demo"))
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")
    # What a command does not name must not hide what was named before it.
    common = _where(argparse.SUPPRESS)
    for group in (
        connections,
        carriers,
        orders,
        fields,
        resolve,
        shipping,
        correcting,
        outbox,
        vendor_side,
        webhooks,
        forwarding,
        stores,
        audit_log,
        shift_report,
        simulator,
        backups,
        doctor,
    ):
        group.add_to(commands, common)
    for name, command in commands.choices.items():
        examples.add_to(name, command)
    return whole


def _where(missing: str | None) -> argparse.ArgumentParser:
    """The options that may stand before a command and after it; `missing` is what they are when they do not."""
    where = argparse.ArgumentParser(add_help=False, argument_default=missing)
    where.add_argument("--profile", metavar="DIR", help=help_text("help.profile"))
    where.add_argument("--database", metavar="URL", help=help_text("help.database_url"))
    return where


def run(arguments: Sequence[str], keys: Keys | None = None) -> int:
    """Run one command; docs/cli.md lists the exit codes. `keys` stand in the place of the system's keyring."""
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
    """Return the language that the profile's settings name; what is wrong with either is said later."""
    where = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    where.add_argument("--profile")
    try:
        named, _ = where.parse_known_args(arguments)
        return settings.language_of(named.profile, os.environ)
    except (argparse.ArgumentError, EnvironmentFailure, OSError, ValueError):
        return messages.SYSTEM


def _run_command(arguments: Sequence[str], keys: Keys | None) -> tuple[str, int]:
    """Run one command; return its name and its exit code, whatever became of what it wrote."""
    if not all(_is_text(given) for given in arguments):
        print(Message("cli.not_text"), file=sys.stderr)
        return "", EXIT_WRONG
    whole = parser()
    try:
        words = whole.parse_args(arguments)
    except SystemExit as leaving:
        return "", int(leaving.code or 0)
    if words.command is None:
        whole.print_usage(sys.stderr)
        return "", EXIT_WRONG
    return words.command, _exit_code(words, keys)


def _exit_code(words: argparse.Namespace, keys: Keys | None) -> int:
    try:
        if hasattr(words, "run_alone"):
            return words.run_alone(words)
        return asyncio.run(simulator.run(words) if words.command == "simulator" else _run(words, keys))
    except ValidationFailed as refused:
        for problem in refused.problems:
            output.said(problem.sentence)
        return EXIT_WRONG
    except EnvironmentFailure as outside:
        print(outside.message, file=sys.stderr)
        return EXIT_OUTSIDE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _is_text(given: str) -> bool:
    """Whether a word came whole: bytes that are no UTF-8 stand in it as half surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in given)


async def _run(words: argparse.Namespace, keys: Keys | None) -> int:
    session = open_session(words.profile, words.database, keys=keys)
    try:
        return await words.run(session, words)
    except EnvironmentFailure as error:
        raise with_advice(error, session.ctx.store.file) from error
    finally:
        await session.close()
