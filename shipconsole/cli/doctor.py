"""The commands doctor and diagnostics."""

import argparse
from pathlib import Path

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text
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
    report = commands.add_parser("diagnostics", parents=[common], help=help_text("help.diagnostics"))
    report.add_argument("--to", metavar="FILE", type=Path, help=help_text("help.diagnostics_to"))
    report.set_defaults(run=_diagnostics)


async def _doctor(session: Session, args: argparse.Namespace) -> int:
    found = await health.run_checks(session.ctx, session.profile, session.settings)
    if args.json:
        output.document([_finding_json(finding) for finding in found])
    else:
        output.table(
            [
                [Message("cli.finding_ok" if finding.ok else "cli.finding_wrong"), finding.what, finding.message]
                for finding in found
            ]
        )
    return EXIT_DONE if all(finding.ok for finding in found) else EXIT_OUTSIDE


def _finding_json(finding: health.Finding) -> Json:
    shown = {**output.message_json(finding.what, "what_code", "what"), "ok": finding.ok}
    shown |= output.message_json(finding.message)
    versions = {"sqlite_version": finding.sqlite_version, "server_version": finding.server_version}
    return {**shown, **{name: version for name, version in versions.items() if version}}


async def _diagnostics(session: Session, args: argparse.Namespace) -> int:
    to = args.to.expanduser().absolute() if args.to else diagnostics.default_file(session.ctx, session.profile)
    if to.exists():
        raise ValidationFailed(Problem(("to",), Message("cli.diagnostics_exists", file=str(to))))
    await diagnostics.save(session.ctx, session.profile, session.settings, to)
    output.line(to)
    return EXIT_DONE
