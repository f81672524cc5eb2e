"""The people who pack: names, badges, and hashes of PINs, never a PIN."""

from typing import NamedTuple

from shipconsole.domain.packer import Packer, PinHash, badge_key
from shipconsole.store.database import Db


class StoredPin(NamedTuple):
    """A packer's PIN as stored, the wrong PINs in a row, and until when none is accepted."""

    hash: PinHash
    wrong_pins: int
    locked_until_ms: int


def every(db: Db) -> tuple[Packer, ...]:
    """Return all packers by name."""
    return tuple(
        Packer(id=id_, name=name, badge=badge, has_pin=bool(has_pin))
        for id_, name, badge, has_pin in db.rows("packers.every")
    )


def by_badge(db: Db, badge: str) -> str | None:
    """Return the name of the packer with a badge, None if there is none."""
    row = db.row("packers.by_badge", badge_key=badge_key(badge))
    return row[0] if row else None


def pin_of(db: Db, name: str) -> StoredPin | None:
    """Return a packer's stored PIN, None if there is no such packer."""
    row = db.row("packers.pin_of", name=name)
    return None if row is None else StoredPin(PinHash(row[0], row[1]), row[2], row[3])


def add(db: Db, *, name: str, badge: str, pin: PinHash) -> int | None:
    """Add a packer and return the id; None if the name or the badge is another packer's."""
    values = {"badge": badge, "badge_key": badge_key(badge), "pin_salt": pin.salt, "pin_hash": pin.hash}
    row = db.row("packers.add", name=name, **values)
    if row is not None:
        db.note("packer", int(row[0]))
    return None if row is None else int(row[0])


def change(db: Db, packer_id: int, *, name: str, badge: str) -> None:
    """Change a packer's name and badge."""
    if db.change("packers.change", id=packer_id, name=name, badge=badge, badge_key=badge_key(badge)):
        db.note("packer", packer_id)


def set_pin(db: Db, packer_id: int, pin: PinHash) -> None:
    """Set or remove a packer's PIN."""
    if db.change("packers.set_pin", id=packer_id, pin_salt=pin.salt, pin_hash=pin.hash):
        db.note("packer", packer_id)


def count_pin(db: Db, name: str, *, wrong_pins: int, locked_until_ms: int = 0) -> None:
    """Store how many wrong PINs in a row were entered for a packer."""
    db.change("packers.count_pin", name=name, wrong_pins=wrong_pins, locked_until_ms=locked_until_ms)


def drop(db: Db, packer_id: int) -> bool:
    """Delete a packer; False if there is none. The name stays on what the packer did."""
    is_dropped = db.change("packers.drop", id=packer_id) == 1
    if is_dropped:
        db.note("packer", packer_id)
    return is_dropped
