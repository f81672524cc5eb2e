"""Dates, times, durations, and keys as people read them, in the language of the program and of Qt's own texts."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QDate, QLibraryInfo, QLocale, QTime, QTranslator
from PySide6.QtGui import QKeySequence

from shipconsole import messages
from shipconsole.domain.dates import NO_DUE_DATE_MS
from shipconsole.messages import text

_SHORT = QLocale.FormatType.ShortFormat
_YEAR = re.compile(r"[,\s]*y+")
TRANSLATOR_NAME = "qt_texts"
MINUTE_S, HOUR_S, DAY_S, MONTH_S, YEAR_S = 60, 3_600, 86_400, 2_592_000, 31_536_000


def locale() -> QLocale:
    """Return the locale of the program's language, for the computer's country if it speaks that language."""
    return _locale(messages.language())


def use_language(app: QCoreApplication) -> None:
    """Make Qt use the program's language: names of keys, standard dialogs, number fields; English if Qt lacks it."""
    QLocale.setDefault(locale())
    # Names of keys that were read before were those of another translation.
    _key_name.cache_clear()
    before = app.findChild(QTranslator, TRANSLATOR_NAME)
    if before is not None:
        app.removeTranslator(before)
        before.setParent(None)
    if messages.language() in (messages.ENGLISH, messages.PSEUDO):
        return
    translator = QTranslator(app)
    translator.setObjectName(TRANSLATOR_NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(locale(), "qtbase", "_", folder):
        app.installTranslator(translator)


def key_name(key: str) -> str:
    """Return a key's name on this computer: Ctrl+F, Strg+F, ⌘F. Text that is no key is returned unchanged."""
    return _key_name(key, messages.language())


def at(at_ms: int) -> str:
    """Return a time of day to the minute."""
    return clock_time(_local(at_ms))


def at_second(at_ms: int) -> str:
    """Return a time of day to the second."""
    # Qt's long format names the time zone as well.
    pattern = locale().timeFormat(_SHORT).replace("mm", "mm:ss")
    return locale().toString(_time(_local(at_ms)), pattern)


def clock_time(moment: datetime) -> str:
    """Return a moment's time of day in its own time zone."""
    return locale().toString(_time(moment), _SHORT)


def when(at_ms: int, today: date) -> str:
    """Return a day and a time: today, tomorrow, yesterday, or the date."""
    moment = _local(at_ms)
    return on_day(moment.date(), clock_time(moment), today)


def on_day(day: date, time: str, today: date) -> str:
    """Return a day as `near_day` does, and a time of that day."""
    return text("time.day_and_time", day=near_day(day, today), time=time)


def near_day(day: date, today: date) -> str:
    """Return today, tomorrow, yesterday, or the date, with its year if that is not this year."""
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
    """Return a date with its day of the week: Fri, Nov 20."""
    pattern = locale().dateFormat(QLocale.FormatType.LongFormat).replace("dddd", "ddd").replace("MMMM", "MMM")
    return locale().toString(QDate(day.year, day.month, day.day), pattern if with_year else _YEAR.sub("", pattern))


def due(due_at_ms: int, today: date) -> tuple[str, bool]:
    """Return a due date as a short label, and whether it has passed."""
    if due_at_ms >= NO_DUE_DATE_MS:
        return "", False
    return _due(_local(due_at_ms).date(), today, messages.language())


def lasting(seconds: float) -> str:
    """Return a duration."""
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
    """Return a time in the future: within an hour as a countdown, else as a time of day."""
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


@lru_cache(maxsize=128)
def _key_name(key: str, language: str) -> str:
    del language
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key


@lru_cache(maxsize=4)
def _locale(language: str) -> QLocale:
    plain = QLocale(messages.ENGLISH if language == messages.PSEUDO else language)
    # By its name: on some systems Qt's own has the days of one language and the numbers of another.
    of_system = QLocale(QLocale.system().name())
    return of_system if of_system.language() == plain.language() else plain


@lru_cache(maxsize=512)
def _due(day: date, today: date, language: str) -> tuple[str, bool]:
    """Return `due` for a language, cached, since it is called for each row that is painted."""
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
