"""The help of arguments: argparse takes text alone, so it is rendered when the command line is built."""

from shipconsole.domain.message import Message


def help_text(message_id: str) -> str:
    """Return a message's sentence as argparse wants it, in the language of the program."""
    return str(Message(message_id)).replace("%", "%%")
