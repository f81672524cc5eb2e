"""Hand-over lists by carrier, and the packages on them of which the carrier has reported nothing since."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from shipconsole.domain import carrier as carriers
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.handed_over import HandOver, HandOverPackage
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance.shift_report import start_of_today_ms
from shipconsole.operations.printing.documents import CarrierHandOver, HandOverList
from shipconsole.store import hand_overs
from shipconsole.store.database import Db

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
OPEN_DAYS = 30
"""A package that is on no list is proposed for so many days."""
SILENT_DAYS = 30
"""A package without a carrier scan is listed for so many days: later nothing can be done about it."""
NEWEST = 100
NEVER_MS = 2**62


class Silent(Frozen):
    """The packages that stand out, and after how many hours they do; 0 is never."""

    after_h: int
    packages: tuple[HandOverPackage, ...]


async def open_list(ctx: Context) -> HandOverList:
    """Return the packages that are on no list yet; before the first list, those of today."""
    return await ctx.read(_open_list, ctx)


async def list_of_day(ctx: Context, day: date) -> HandOverList:
    """Return the packages that shipped on a day, on a list or not."""
    since_ms, until_ms = _moment_ms(day), _moment_ms(day + timedelta(days=1))
    packages = await ctx.read(hand_overs.shipped_between, since_ms, until_ms)
    recorded = bool(packages) and all(package.handed_over_at_ms is not None for package in packages)
    return _listed(ctx, packages, at_ms=since_ms).model_copy(update={"is_recorded": recorded})


async def list_of(ctx: Context, hand_over: HandOver) -> HandOverList:
    """Return a list as it was recorded, without what was undone since."""
    packages = await ctx.read(hand_overs.handed_over_between, hand_over.at_ms, hand_over.at_ms)
    listed = _listed(ctx, packages, at_ms=hand_over.at_ms)
    who = {"station": hand_over.station, "packer": hand_over.operator, "is_recorded": True}
    return listed.model_copy(update=who)


async def record(ctx: Context, listed: HandOverList, carrier: str | None = None) -> int:
    """Record that packages of a list were handed over, of one carrier or of all; return how many are new on a list."""
    chosen = [
        package.package_id
        for part in listed.carriers
        if carrier is None or part.carrier == carrier
        for package in part.packages
        if package.handed_over_at_ms is None
    ]
    return await ctx.write(_record, ctx, chosen) if chosen else 0


async def newest(ctx: Context, most: int = NEWEST) -> list[HandOver]:
    """Return the newest hand-overs, the last first."""
    return await ctx.read(hand_overs.newest, most)


async def silent(ctx: Context, after_h: int) -> Silent:
    """Return the packages that were handed over at least so many hours ago and that no carrier has scanned.

    Beside the other reads: each package that was handed over in the last month is judged.
    """
    return await ctx.read_long(_silent, ctx, after_h)


async def count_silent(ctx: Context, after_h: int) -> int:
    """Return how many packages `silent` returns, without reading them."""
    return await ctx.read_long(_count_silent, ctx, after_h) if after_h else 0


def by_carrier(packages: Sequence[HandOverPackage]) -> tuple[CarrierHandOver, ...]:
    """Return packages by the name of their carrier, in alphabetical order; without a carrier last."""
    groups: dict[str, list[HandOverPackage]] = {}
    for package in packages:
        known = carriers.named(package.carrier)
        groups.setdefault(known.name if known else package.carrier, []).append(package)
    names = sorted(groups, key=lambda name: (not name, name.casefold()))
    return tuple(CarrierHandOver(carrier=name, packages=tuple(groups[name])) for name in names)


def _open_list(db: Db, ctx: Context) -> HandOverList:
    now_ms = ctx.shared_ms(db)
    first_ms, today_ms = hand_overs.first_at_ms(db), start_of_today_ms(now_ms)
    since_ms = today_ms
    if first_ms is not None:
        # From the day of the first list on, every package belongs on one.
        since_ms = max(min(start_of_today_ms(first_ms), today_ms), now_ms - OPEN_DAYS * DAY_MS)
    # Without an end: a station whose clock is ahead ships in what is the future here.
    packages = hand_overs.shipped_between(db, since_ms, NEVER_MS)
    return _listed(ctx, [each for each in packages if each.handed_over_at_ms is None], at_ms=now_ms)


def _record(db: Db, ctx: Context, package_ids: Sequence[int]) -> int:
    added = hand_overs.add(db, package_ids, station=ctx.station, operator=ctx.operator, now_ms=ctx.shared_ms(db))
    db.note("hand_over", 0)
    return added


def _silent(db: Db, ctx: Context, after_h: int) -> Silent:
    if after_h == 0:
        return Silent(after_h=0, packages=())
    return Silent(after_h=after_h, packages=tuple(hand_overs.not_scanned_between(db, *_silent_span(db, ctx, after_h))))


def _count_silent(db: Db, ctx: Context, after_h: int) -> int:
    return hand_overs.count_not_scanned(db, *_silent_span(db, ctx, after_h))


def _silent_span(db: Db, ctx: Context, after_h: int) -> tuple[int, int]:
    """Return from when to when the packages were handed over that may be silent."""
    now_ms = ctx.shared_ms(db)
    return now_ms - SILENT_DAYS * DAY_MS, now_ms - after_h * HOUR_MS


def _listed(ctx: Context, packages: Sequence[HandOverPackage], *, at_ms: int) -> HandOverList:
    return HandOverList(at_ms=at_ms, station=ctx.station, packer=ctx.operator, carriers=by_carrier(packages))


def _moment_ms(day: date) -> int:
    """Return when a day begins at the station."""
    return round(datetime.combine(day, time()).astimezone().timestamp() * 1_000)


def today(ctx: Context) -> date:
    """Return the station's day."""
    return datetime.fromtimestamp(ctx.clock.now_ms() / 1_000, UTC).astimezone().date()
