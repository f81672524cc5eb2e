"""The option --pdf of commands that print; Qt is loaded when it is used, and only then."""

import argparse
import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from shipconsole.cli import output
from shipconsole.cli.commands import help_text
from shipconsole.cli.session import Session
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.printing.documents import Document
from shipconsole.station.settings import PaperChoice


def add_to(command: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Add the options --pdf and --paper to a command."""
    command.add_argument("--pdf", metavar="FILE", required=required, help=help_text("help.pdf"))
    command.add_argument("--paper", choices=("A4", "Letter"), help=help_text("help.paper"))


def check(args: argparse.Namespace) -> None:
    """Raise `EnvironmentFailure` where the file of --pdf can't be written, before anything is stored."""
    folder = Path(args.pdf).absolute().parent
    if not os.access(folder, os.W_OK) or Path(args.pdf).is_dir():
        reason = os.strerror(errno.EACCES if folder.is_dir() else errno.ENOENT)
        raise EnvironmentFailure(Message("file.not_written", path=args.pdf, reason=reason))


def write(session: Session, args: argparse.Namespace, documents: Sequence[Document], title: Message) -> None:
    """Write documents into the file of --pdf, and say how many pages it has."""
    from shipconsole import pdf

    paper = cast("PaperChoice", args.paper or session.settings.paper)
    count = pdf.write(documents, Path(args.pdf), str(title), paper)
    output.note(Message("cli.pdf_written", count=count, file=args.pdf))
