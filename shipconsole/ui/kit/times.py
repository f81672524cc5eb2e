"""Dates, times and durations as people read them, in the language of the program."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from PySide6.QtCore import QDate, QLocale, QTime

from shipconsole import messages
from shipconsole.domain.dates import NO_DUE_DATE_MS
from shipconsole.messages import text

_SHORT = QLocale.FormatType.ShortFormat
_YEAR = re.compile(r"[,\s]*y+")
MINUTE_S, HOUR_S, DAY_S, MONTH_S, YEAR_S = 60, 3_600, 86_400, 2_592_000, 31_536_000


def locale() -> QLocale:
    """Return the locale of the program's language: of the computer's country where that speaks it."""
    return _locale(messages.language())


def at(at_ms: int) -> str:
    """Return a time of day to the minute."""
    return clock_time(_local(at_ms))


def at_second(at_ms: int) -> str:
    """Return a time of day to the second."""
    # Qt's long format names the time zone as well.
    pattern = locale().timeFormat(_SHORT).replace("mm", "mm:ss")
    return locale().toString(_time(_local(at_ms)), pattern)


def clock_time(moment: datetime) -> str:
    """Return a moment's time of day, on the clock that it is of."""
    return locale().toString(_time(moment), _SHORT)


def when(at_ms: int, today: date) -> str:
    """Return a day and a time, the day in a word where it is near."""
    moment = _local(at_ms)
    return on_day(moment.date(), clock_time(moment), today)


def on_day(day: date, time: str, today: date) -> str:
    """Return a day, in a word where it is near, and a time of that day."""
    return text("time.day_and_time", day=near_day(day, today), time=time)


def near_day(day: date, today: date) -> str:
    """Return a day, in a word where it is near, with its year where that is another one."""
    match (day - today).days:
        case 0:
            return text("time.today")
        case 1:
            return text("time.tomorrow")
        case -1:
            return text("time.yesterday")
        case _:
            return named_day(day, with_year=day.year != today.year)


def named_day(day: date, *, with_year: bool = False) -> str:
    """Return a day by its name, as in Fri, Nov 20."""
    pattern = locale().dateFormat(QLocale.FormatType.LongFormat).replace("dddd", "ddd").replace("MMMM", "MMM")
    return locale().toString(QDate(day.year, day.month, day.day), pattern if with_year else _YEAR.sub("", pattern))


def due(due_at_ms: int, today: date) -> tuple[str, bool]:
    """Return when an order should leave, in a word or two, and whether it is late."""
    if due_at_ms >= NO_DUE_DATE_MS:
        return "", False
    return _due(_local(due_at_ms).date(), today, messages.language())


def lasting(seconds: float) -> str:
    """Return how long something has lasted."""
    unit, number = _counted(seconds)
    return text(_DURATIONS[unit], count=number)


def ago(seconds: float) -> str:
    """Return how long ago something was."""
    if seconds >= 2 * YEAR_S:
        return text("time.years_ago", count=int(seconds // YEAR_S))
    if seconds >= 2 * MONTH_S:
        return text("time.months_ago", count=int(seconds // MONTH_S))
    unit, number = _counted(seconds)
    return text(_AGES[unit], count=number)


def within(until_ms: int, now_ms: int) -> str:
    """Return when something comes: counted down, from an hour on as a time of day."""
    left_s = -(-(until_ms - now_ms) // 1_000)
    if left_s <= 0:
        return text("time.now")
    if left_s >= HOUR_S:
        return text("time.at", time=at(until_ms))
    return text("time.in", time=f"{left_s // 60}:{left_s % 60:02}")


_DURATIONS = {1: "time.seconds", MINUTE_S: "time.minutes", HOUR_S: "time.hours", DAY_S: "time.days"}
_AGES = {1: "time.seconds_ago", MINUTE_S: "time.minutes_ago", HOUR_S: "time.hours_ago", DAY_S: "time.days_ago"}


def _counted(seconds: float) -> tuple[int, int]:
    unit = next((unit for unit in (DAY_S, HOUR_S, MINUTE_S) if seconds >= unit), 1)
    return unit, max(0, int(seconds // unit))


@lru_cache(maxsize=4)
def _locale(language: str) -> QLocale:
    wanted = QLocale(messages.ENGLISH if language == messages.PSEUDO else language)
    # By its name: on some systems Qt's own one has the days of one language and the numbers of another.
    of_system = QLocale(QLocale.system().name())
    return of_system if of_system.language() == wanted.language() else wanted


@lru_cache(maxsize=512)
def _due(day: date, today: date, language: str) -> tuple[str, bool]:
    """Return it for a language; kept, since each row that is painted asks."""
    del language
    away = (day - today).days
    if away < 0:
        return text("due.late"), True
    if away == 0:
        return text("due.today"), False
    if away == 1:
        return text("due.tomorrow"), False
    if away < 7:
        return locale().toString(QDate(day.year, day.month, day.day), "ddd"), False
    if day.year != today.year:
        return locale().toString(QDate(day.year, day.month, day.day), _SHORT), False
    return _day_and_month(day), False


def _day_and_month(day: date) -> str:
    pattern = locale().dateFormat(QLocale.FormatType.LongFormat)
    short = re.sub(r"dddd[,.]?\s*", "", _YEAR.sub("", pattern)).replace("MMMM", "MMM")
    return locale().toString(QDate(day.year, day.month, day.day), short)


def _local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()


def _time(moment: datetime) -> QTime:
    return QTime(moment.hour, moment.minute, moment.second)
