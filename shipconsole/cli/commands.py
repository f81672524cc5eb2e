"""What the modules of commands share: where they add commands, help texts, and types of arguments."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from shipconsole.domain.message import Message
from shipconsole.domain.order import QUANTITY_MAX
from shipconsole.domain.problem import Problem, ValidationFailed

LARGEST_ID = 2**63 - 1
LONGEST_WAIT_S = 86_400


class Commands(Protocol):
    """The object to which commands are added; argparse has no public name for it."""

    def add_parser(self, name: str, *, parents: Sequence[ArgumentParser], help: str) -> ArgumentParser:  # noqa: A002 - argparse's own name
        """Add a command with the common options and its help."""
        ...


def help_text(message_id: str) -> str:
    """Return a message's text for argparse, in the current language."""
    return str(Message(message_id)).replace("%", "%%")


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return a type of arguments for whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        try:
            # Python allows an underscore between digits.
            number = least - 1 if "_" in text else int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ArgumentTypeError(str(Message("cli.not_whole_number", text=text, least=least, most=most)))
        return number

    return read


def seconds(text: str) -> float:
    """Read an argument that is a number of seconds."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= LONGEST_WAIT_S:
        raise ArgumentTypeError(str(Message("cli.not_seconds", text=text, most=LONGEST_WAIT_S)))
    return number


def moment(text: str) -> int:
    """Read an argument that is a time, local unless it names a zone; return milliseconds of UTC."""
    try:
        return round(datetime.fromisoformat(text).astimezone().timestamp() * 1_000)
    except (ValueError, OverflowError, OSError):
        raise ArgumentTypeError(str(Message("cli.not_a_time", text=text))) from None


def item_and_units(text: str) -> tuple[str, int]:
    """Return SKU and units of a text SKU=QTY; raises `ValidationFailed` if it is not of that form."""
    sku, _, quantity = text.rpartition("=")
    if sku and quantity.isascii() and quantity.isdecimal() and len(quantity) < 10 and int(quantity) <= QUANTITY_MAX:
        return sku.strip(), int(quantity)
    raise ValidationFailed(Problem(("lines",), Message("cli.not_item", text=text, most=QUANTITY_MAX)))


def add_preview_and_wait(command: ArgumentParser) -> None:
    """Add the options --preview, --wait and --json to a command that queues updates."""
    command.add_argument("--preview", action="store_true", help=help_text("help.preview_option"))
    command.add_argument("--wait", type=seconds, default=None, metavar="SECONDS", help=help_text("help.wait"))
    command.add_argument("--json", action="store_true", help=help_text("help.json"))
