"""Names of stations: on one database no two stations have the same one, since claims and drafts go by it.

The names of two computers can be the same by chance: they were set up from one image, or two profiles are on one
computer. The first one keeps the name, and the other one gets a number. What one profile runs (its window, its
commands, `serve`) is one station.
"""

import re
from dataclasses import replace

from shipconsole.domain import code
from shipconsole.operations.connections.senders import FORGOTTEN_AFTER_MS, alive_since_ms, beat
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims
from shipconsole.store import senders
from shipconsole.store.database import Db

LONGEST = 50
"""The longest name, in characters."""
_NUMBERED = re.compile(r" \(\d+\)$")


def is_settled(db: Db, ctx: Context) -> bool:
    """Return whether this station is known under its name, and no other has it."""
    own = _own(db, ctx)
    return own == ctx.station and code.key(own) not in taken(db, ctx, own)


def settle(db: Db, ctx: Context, *, is_running: bool) -> str:
    """Store this station under its name, or under a numbered one where another has it; return which.

    A command that ends at once is stored as one that does not run.
    """
    own = _own(db, ctx)
    used = taken(db, ctx, own)
    name = _free(ctx.station, used)
    if own and name != own and code.key(own) not in used:
        # Its settings were changed while nothing ran: what it had is under the name before.
        claims.station_renamed(db, name, own)
    if is_running:
        beat(db, replace(ctx, station=name))
    else:
        _hold(db, ctx, name)
    return name


def taken(db: Db, ctx: Context, own: str = "") -> frozenset[str]:
    """Return the keys of the names that other stations have; of two with this station's `own` name one keeps it."""
    since_ms, alive_ms = ctx.steady_ms(db) - FORGOTTEN_AFTER_MS, alive_since_ms(db, ctx)
    return frozenset(
        code.key(name)
        for id_, name, seen_at_ms in senders.names(db)
        if id_ != ctx.station_id
        and seen_at_ms >= since_ms
        # A computer may get another name, and a profile be copied: only the latter runs beside this one.
        and not (ctx.profile_id and id_.startswith(f"{ctx.profile_id}@") and seen_at_ms <= alive_ms)
        and not (code.key(name) == code.key(own) and ctx.station_id < id_)
    )


async def in_use(ctx: Context) -> frozenset[str]:
    """Return the keys of the names that other stations have."""
    return await ctx.read(taken, ctx)


async def rename(ctx: Context, name: str, before: str) -> str:
    """Give this station another name, with all that it has claimed, typed and open; return the name that it has now.

    A name that another station has is not taken: then it keeps the one `before`.
    """
    return await ctx.write(_rename, ctx, name, before)


def _rename(db: Db, ctx: Context, name: str, before: str) -> str:
    own = _own(db, ctx)
    before = own or before
    used = taken(db, ctx, own)
    if name == before or code.key(name) in used:
        return before
    if own or code.key(before) not in used:
        # A name that was refused is another station's, with what that one has claimed.
        claims.station_renamed(db, name, before)
    _hold(db, ctx, name)
    return name


def _own(db: Db, ctx: Context) -> str:
    return next((name for id_, name, _ in senders.names(db) if id_ == ctx.station_id), "")


def _hold(db: Db, ctx: Context, name: str) -> None:
    senders.hold_name(
        db,
        ctx.station_id,
        name=name,
        host=ctx.host,
        is_serve=ctx.is_serve,
        sends=ctx.sends,
        ended_ms=alive_since_ms(db, ctx),
    )


def _free(wanted: str, used: frozenset[str]) -> str:
    name, number = wanted, 2
    while code.key(name) in used:
        suffix = f" ({number})"
        name = _NUMBERED.sub("", wanted)[: LONGEST - len(suffix)].rstrip() + suffix
        number += 1
    return name
