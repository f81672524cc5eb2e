"""Barcodes that control the program: command codes and packers' badges, each after the site's prefix."""

from shipconsole.domain import code

COMMANDS = ("SHIP", "NEXT PACKAGE", "ALL LEFT", "UNDO", "STOP", "OK", "SLIP", "NEXT ORDER")
"""The texts of the command codes, after the site's prefix."""

BADGE = "BADGE"
"""The text of a packer's badge after the site's prefix; the packer's name follows."""

NAME_MAX = 50


def command(text: str, prefix: str = "%") -> str | None:
    """Return the command of `COMMANDS` that a clean scan names, None for any other scan.

    Upper and lower case are equal, because a scanner follows the keyboard's caps lock. Without a prefix there are no
    commands: an item may well have the SKU STOP.
    """
    sought = " ".join(text.split()).casefold()
    return next((name for name in COMMANDS if prefix and sought == (prefix + name).casefold()), None)


def badge(raw: str, prefix: str = "%") -> str | None:
    """Return the name on a packer's badge, ``%BADGE A. Martin``; empty for a bare ``%BADGE``, None for other codes."""
    sought = (prefix + BADGE).casefold()
    for parts in map(str.split, code.readings(raw)):
        if prefix and parts and parts[0].casefold() == sought:
            return " ".join(parts[1:])[:NAME_MAX]
    return None
