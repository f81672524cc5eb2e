"""The doctor: says what is in order on this computer and what is not, and writes it down for whoever helps."""

import argparse
from pathlib import Path

from shipconsole.cli import output
from shipconsole.cli.commands import Commands
from shipconsole.cli.output import Json
from shipconsole.cli.session import EXIT_DONE, EXIT_OUTSIDE, Session
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.maintenance import diagnostics, health


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    doctor = commands.add_parser("doctor", parents=[common], help="check this station")
    doctor.add_argument("--json", action="store_true", help=output.JSON_HELP)
    doctor.set_defaults(run=_doctor)
    diagnostics_ = commands.add_parser(
        "diagnostics", parents=[common], help="write a diagnostics file with all keys masked"
    )
    diagnostics_.add_argument("--to", metavar="FILE", type=Path, help="file to create (default: one beside the log)")
    diagnostics_.set_defaults(run=_diagnostics)


async def _doctor(session: Session, words: argparse.Namespace) -> int:
    found = await health.examine(session.ctx, session.profile, session.settings)
    if words.json:
        output.document([_shown(one) for one in found])
    else:
        output.table([["ok" if one.ok else "LOOK", one.what, one.words] for one in found])
    return EXIT_DONE if all(one.ok for one in found) else EXIT_OUTSIDE


def _shown(found: health.Finding) -> Json:
    shown: dict[str, Json] = {"what": found.what, "ok": found.ok, "words": found.words}
    return {**shown, "sqlite_version": found.sqlite_version} if found.sqlite_version else shown


async def _diagnostics(session: Session, words: argparse.Namespace) -> int:
    to = words.to.expanduser().absolute() if words.to else diagnostics.usual_file(session.ctx, session.profile)
    if to.exists():
        raise ValidationFailed(Problem(("to",), f"{to} is there already; diagnostics take no other file's place."))
    await diagnostics.save(session.ctx, session.profile, session.settings, to)
    output.line(to)
    return EXIT_DONE
