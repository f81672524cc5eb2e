"""The doctor: says what is in order on this computer and what is not."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import Commands
from shipconsole.cli.session import EXIT_DONE, EXIT_OUTSIDE, Session
from shipconsole.operations import checkup


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    doctor = commands.add_parser("doctor", parents=[common], help="say what is in order and what is not")
    doctor.add_argument("--json", action="store_true", help=output.JSON_HELP)
    doctor.set_defaults(run=_doctor)


async def _doctor(session: Session, words: argparse.Namespace) -> int:
    chosen = session.settings
    found = await checkup.examine(
        session.desk, profile=session.profile.folder, receiver_port=chosen.receiver_port if chosen.receiver else 0
    )
    if words.json:
        output.document([{"what": one.what, "ok": one.ok, "words": one.words} for one in found])
    else:
        output.table([["ok" if one.ok else "LOOK", one.what, one.words] for one in found])
    return EXIT_DONE if all(one.ok for one in found) else EXIT_OUTSIDE
