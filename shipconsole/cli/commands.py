"""How a group of commands is added to the command line."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from shipconsole.domain.message import Message

LARGEST_ID = 2**63 - 1
LONGEST_WAIT_S = 86_400


class Commands(Protocol):
    """Where each group adds its commands; `argparse` has no public name for it."""

    def add_parser(self, name: str, *, parents: Sequence[ArgumentParser], help: str) -> ArgumentParser:  # noqa: A002 - argparse's own word
        """Add one command with what all commands take, and what it is for."""
        ...


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """What reads an argument that must be a whole number within bounds."""

    def read(text: str) -> int:
        try:
            # To Python an underscore may stand between digits.
            number = least - 1 if "_" in text else int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ArgumentTypeError(str(Message("cli.not_whole_number", text=text, least=least, most=most)))
        return number

    return read


def seconds(text: str) -> float:
    """Read an argument that is a length of time."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= LONGEST_WAIT_S:
        raise ArgumentTypeError(str(Message("cli.not_seconds", text=text, most=LONGEST_WAIT_S)))
    return number


def moment(text: str) -> int:
    """Read an argument that is a moment, by the bench's own clock where it names no zone; in milliseconds."""
    try:
        return round(datetime.fromisoformat(text).astimezone().timestamp() * 1_000)
    except (ValueError, OverflowError, OSError):
        raise ArgumentTypeError(str(Message("cli.not_a_time", text=text))) from None
