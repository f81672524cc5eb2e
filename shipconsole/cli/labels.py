"""The options that accept a label which would be refused, and the advice to use them."""

import argparse
from collections.abc import Generator
from contextlib import contextmanager

from shipconsole.cli.commands import help_text
from shipconsole.domain.label import NUMBER_IN_USE, STORED_KINDS, LabelIssueKind
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.orders.labels import LabelsNotAccepted

_LABEL_CHECKS = tuple(kind for kind in STORED_KINDS if kind not in NUMBER_IN_USE)


def add_to(command: argparse.ArgumentParser, *, has_reason: bool = False) -> None:
    """Add both options to a command; `has_reason` is True if it already has the option --reason."""
    command.add_argument("--keep-label", action="store_true", help=help_text("help.keep_label"))
    add_reuse(command, has_reason=has_reason)


def add_reuse(command: argparse.ArgumentParser, *, has_reason: bool = False) -> None:
    """Add the option for a number that another package has, and the option --reason."""
    command.add_argument("--reuse-number", action="store_true", help=help_text("help.reuse_number"))
    if not has_reason:
        command.add_argument(
            "--reason",
            default="",
            metavar="TEXT",
            help=help_text("help.label_reason"),
        )


def accepted(args: argparse.Namespace) -> tuple[LabelIssueKind, ...]:
    """Return what the options accept; raises `ValidationFailed` if one is given without a reason."""
    kept = _LABEL_CHECKS if getattr(args, "keep_label", False) else ()
    reused = NUMBER_IN_USE if args.reuse_number else ()
    if (kept or reused) and not args.reason.strip():
        option = "--keep-label" if kept else "--reuse-number"
        raise ValidationFailed(Problem(("reason",), Message("cli.needs_reason", option=option)))
    return (*kept, *reused)


@contextmanager
def advised() -> Generator[None]:
    """Add to the refusal of a label which options accept it."""
    try:
        yield
    except LabelsNotAccepted as refused:
        kinds = {issue.kind for issues in refused.issues.values() for issue in issues}
        options = [
            option
            for option, accepted_kinds in (("--keep-label", _LABEL_CHECKS), ("--reuse-number", NUMBER_IN_USE))
            if kinds.intersection(accepted_kinds)
        ]
        advice = Message("cli.use_it_anyway", options=" ".join(options))
        *others, last = refused.problems
        raise ValidationFailed(*others, last._replace(advice=advice)) from refused
