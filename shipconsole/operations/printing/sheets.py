"""Sheets of barcodes that control the program: commands and packers' badges, each with the site's prefix."""

from collections.abc import Sequence

from shipconsole.domain import barcode, code128
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.printing.documents import Badge, BadgeSheet, CommandCode, CommandSheet
from shipconsole.station.settings import Settings

BADGE_MAX = 25
"""Characters of a badge id, with which its code still fits on a page."""
ORDER = ("SHIP", "OK", "NEXT PACKAGE", "UNDO", "ALL LEFT", "SLIP", "NEXT ORDER", "STOP")
"""The commands as they stand on the sheet, two a row; others follow."""


def command_sheet(settings: Settings) -> CommandSheet:
    """Return every command code of a station. Raises `ValidationFailed` for a prefix that no Code 128 can hold."""
    prefix = _checked_prefix(settings)
    known = sorted(barcode.COMMANDS, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    codes = tuple(CommandCode(command=name, code=f"{prefix}{name}") for name in known)
    return CommandSheet(station=settings.station_name, codes=codes)


def badge_sheet(settings: Settings, packers: Sequence[tuple[str, str]]) -> BadgeSheet:
    """Return the badges of packers, given by name and badge id.

    Raises `ValidationFailed` for an id with characters that a scanner can't type.
    """
    prefix = _checked_prefix(settings)
    wrong = [name for name, badge_id in packers if not code128.can_encode(badge_id)]
    if wrong:
        raise ValidationFailed(Problem(("badges",), Message("printing.badge_not_ascii", names=tuple(wrong))))
    too_long = [name for name, badge_id in packers if len(badge_id) > BADGE_MAX]
    if too_long:
        message = Message("printing.badge_too_long", names=tuple(too_long), count=BADGE_MAX)
        raise ValidationFailed(Problem(("badges",), message))
    badges = tuple(Badge(name=name, code=f"{prefix}{barcode.BADGE} {badge_id}") for name, badge_id in packers)
    return BadgeSheet(badges=badges)


def _checked_prefix(settings: Settings) -> str:
    prefix = settings.command_prefix
    if not code128.can_encode(prefix):
        raise ValidationFailed(Problem(("command_prefix",), Message("printing.prefix_not_ascii", prefix=prefix)))
    return prefix
