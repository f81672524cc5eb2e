"""The doctor: says what is in order on this computer and what is not, and writes it down for whoever helps."""

import argparse
from pathlib import Path

from shipconsole.cli import output
from shipconsole.cli.commands import Commands
from shipconsole.cli.help_text import help_text
from shipconsole.cli.output import Json
from shipconsole.cli.session import EXIT_DONE, EXIT_OUTSIDE, Session
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.maintenance import diagnostics, health


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    doctor = commands.add_parser("doctor", parents=[common], help=help_text("help.doctor"))
    doctor.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    doctor.set_defaults(run=_doctor)
    diagnostics_ = commands.add_parser("diagnostics", parents=[common], help=help_text("help.diagnostics"))
    diagnostics_.add_argument("--to", metavar="FILE", type=Path, help=help_text("help.diagnostics_to"))
    diagnostics_.set_defaults(run=_diagnostics)


async def _doctor(session: Session, words: argparse.Namespace) -> int:
    found = await health.run_checks(session.ctx, session.profile, session.settings)
    if words.json:
        output.document([_shown(one) for one in found])
    else:
        output.table(
            [[Message("cli.finding_ok" if one.ok else "cli.finding_wrong"), one.what, one.message] for one in found]
        )
    return EXIT_DONE if all(one.ok for one in found) else EXIT_OUTSIDE


def _shown(found: health.Finding) -> Json:
    shown = {**output.message_json(found.what, "what_code", "what"), "ok": found.ok}
    shown |= output.message_json(found.message)
    return {**shown, "sqlite_version": found.sqlite_version} if found.sqlite_version else shown


async def _diagnostics(session: Session, words: argparse.Namespace) -> int:
    to = words.to.expanduser().absolute() if words.to else diagnostics.default_file(session.ctx, session.profile)
    if to.exists():
        raise ValidationFailed(Problem(("to",), Message("cli.diagnostics_exists", file=str(to))))
    await diagnostics.save(session.ctx, session.profile, session.settings, to)
    output.line(to)
    return EXIT_DONE
