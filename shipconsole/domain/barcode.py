"""Codes that act: the commands of the command sheet and packers' badges, each after the site's prefix."""

from shipconsole.domain import code

COMMANDS = ("SHIP", "NEXT PACKAGE", "ALL LEFT", "UNDO", "STOP", "OK")
"""What the barcodes on the bench's command sheet say, each after the site's prefix."""

BADGE = "BADGE"
"""Begins, after the site's prefix, what a packer's badge says; the name follows."""

NAME_MAX = 50


def command(text: str, prefix: str = "%") -> str | None:
    """Which of `COMMANDS` a clean scan is, None where it is none of them.

    Upper and lower case are the same, because a scanner follows the keyboard's caps lock. Without a prefix
    there are no commands: an article may well be called STOP.
    """
    sought = " ".join(text.split()).casefold()
    return next((name for name in COMMANDS if prefix and sought == (prefix + name).casefold()), None)


def badge(raw: str, prefix: str = "%") -> str | None:
    """The name on a packer's badge, ``%BADGE A. Martin``; empty for a bare ``%BADGE``, None where it is no badge."""
    sought = (prefix + BADGE).casefold()
    for parts in map(str.split, code.readings(raw)):
        if prefix and parts and parts[0].casefold() == sought:
            return " ".join(parts[1:])[:NAME_MAX]
    return None
