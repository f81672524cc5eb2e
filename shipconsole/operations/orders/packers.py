"""The people who pack: they sign in by badge or PIN, and are managed in a dialog and by a command."""

import asyncio

from shipconsole.domain.message import Message
from shipconsole.domain.packer import (
    LOCKED_S,
    WRONG_PINS_MOST,
    Packer,
    PinHash,
    badge_key,
    checked_badge,
    checked_name,
    checked_pin,
    pin_hash,
)
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.store import packers
from shipconsole.store.database import Db
from shipconsole.store.packers import StoredPin


async def every(ctx: Context) -> tuple[Packer, ...]:
    """Return all packers by name."""
    return await ctx.read(packers.every)


async def by_badge(ctx: Context, badge: str) -> str:
    """Return the name of the packer with a badge.

    While no packers are entered, the text on the badge is the name. An empty text signs the packer out. Raises
    `ValidationFailed` for an unknown badge.
    """
    return await ctx.read(_by_badge, badge) if badge else ""


async def sign_in(ctx: Context, name: str, pin: str) -> str:
    """Return the name of a packer whose PIN is right or not required; raise `ValidationFailed` otherwise.

    After several wrong PINs in a row, none is accepted for a while.
    """
    stored = await ctx.read(_pin_of, name)
    if stored.hash.hash:
        # Counted as wrong before it is known: many tries at once are no more than as many in a row.
        stored = await ctx.write(_count_pin, ctx, name)
        # Off the event loop: the hash is slow on purpose.
        if not await asyncio.to_thread(stored.hash.fits, pin):
            raise ValidationFailed(Problem(("pin",), Message("packers.pin_wrong")))
        await ctx.write(packers.count_pin, name, wrong_pins=0)
    return name


async def add(ctx: Context, name: str, badge: str = "", pin: str = "") -> int:
    """Add a packer; raises `ValidationFailed` for unusable values and where name or badge is another packer's."""
    checked = checked_name(name), checked_badge(badge)
    hashed = await asyncio.to_thread(pin_hash, checked_pin(pin))
    return await ctx.write(_add, *checked, hashed)


async def change(ctx: Context, packer_id: int, name: str, badge: str) -> None:
    """Change a packer's name and badge; raises as `add` does."""
    await ctx.write(_change, packer_id, checked_name(name), checked_badge(badge))


async def set_pin(ctx: Context, packer_id: int, pin: str) -> None:
    """Set a packer's PIN, or remove it where it is empty; raises `ValidationFailed` for an unusable one."""
    hashed = await asyncio.to_thread(pin_hash, checked_pin(pin))
    await ctx.write(packers.set_pin, packer_id, hashed)


async def remove(ctx: Context, packer_id: int) -> None:
    """Delete a packer; the name stays on what the packer did."""
    await ctx.write(packers.drop, packer_id)


async def named(ctx: Context, name: str) -> Packer:
    """Return the packer with a name, whatever its case; raise `ValidationFailed` if there is none."""
    known = await every(ctx)
    found = next((packer for packer in known if packer.name.casefold() == " ".join(name.split()).casefold()), None)
    if found is None:
        raise ValidationFailed(Problem(("name",), Message("packers.unknown", name=name)))
    return found


def _by_badge(db: Db, badge: str) -> str:
    name = packers.by_badge(db, badge)
    if name is None and packers.every(db):
        raise ValidationFailed(Problem(("badge",), Message("packers.unknown_badge", badge=badge)))
    return badge if name is None else name


def _pin_of(db: Db, name: str) -> StoredPin:
    stored = packers.pin_of(db, name)
    if stored is None:
        raise ValidationFailed(Problem(("name",), Message("packers.unknown", name=name)))
    return stored


def _count_pin(db: Db, ctx: Context, name: str) -> StoredPin:
    """Count a wrong PIN, and return the right one; raise `ValidationFailed` while none is accepted."""
    stored, now_ms = _pin_of(db, name), ctx.shared_ms(db)
    # A clock that was set back does not lock for longer.
    if 0 < stored.locked_until_ms - now_ms <= LOCKED_S * 1_000:
        raise ValidationFailed(Problem(("pin",), Message("packers.pin_locked", count=LOCKED_S)))
    wrong = stored.wrong_pins + 1
    is_locked = wrong >= WRONG_PINS_MOST
    until_ms = now_ms + LOCKED_S * 1_000 if is_locked else 0
    packers.count_pin(db, name, wrong_pins=0 if is_locked else wrong, locked_until_ms=until_ms)
    return stored


def _add(db: Db, name: str, badge: str, pin: PinHash) -> int:
    _refuse_taken(db, name, badge, other_than=0)
    added = packers.add(db, name=name, badge=badge, pin=pin)
    assert added is not None, "names and badges were compared before, in the same transaction"
    return added


def _change(db: Db, packer_id: int, name: str, badge: str) -> None:
    _refuse_taken(db, name, badge, other_than=packer_id)
    packers.change(db, packer_id, name=name, badge=badge)


def _refuse_taken(db: Db, name: str, badge: str, *, other_than: int) -> None:
    others = [packer for packer in packers.every(db) if packer.id != other_than]
    if any(packer.name.casefold() == name.casefold() for packer in others):
        raise ValidationFailed(Problem(("name",), Message("packers.name_taken", name=name)))
    taken = next((packer for packer in others if badge and badge_key(packer.badge) == badge_key(badge)), None)
    if taken is not None:
        raise ValidationFailed(Problem(("badge",), Message("packers.badge_taken", badge=badge, name=taken.name)))
