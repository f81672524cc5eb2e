"""Dates, times, numbers, and keys are in the language of the program."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from shipconsole import messages
from shipconsole.ui.kit import formats
from shipconsole.ui.kit.formats import TRANSLATOR_NAME, key_name, use_language

FRIDAY = date(2026, 11, 20)
AT_MS = int(datetime(2026, 11, 20, 22, 42, 5).astimezone().timestamp() * 1_000)


@pytest.fixture
def in_german(qapp: QApplication) -> Iterator[None]:
    default = QLocale()
    messages.use("de")
    use_language(qapp)
    yield
    messages.use(messages.ENGLISH)
    use_language(qapp)
    QLocale.setDefault(default)


def plain(text: str) -> str:
    """Return a text with ordinary spaces: Qt has narrow ones before AM and PM since 6.5."""
    return text.replace("\u202f", " ")


def test_english_times_and_dates() -> None:
    assert plain(formats.at(AT_MS)) == "10:42 PM"
    assert plain(formats.at_second(AT_MS)) == "10:42:05 PM"
    assert formats.named_day(FRIDAY) == "Fri, Nov 20"
    assert formats.named_day(FRIDAY, with_year=True) == "Fri, Nov 20, 2026"
    assert plain(formats.when(AT_MS, FRIDAY)) == "today, 10:42 PM"


def test_german_times_and_dates(in_german: None) -> None:
    assert formats.at(AT_MS) == "22:42"
    assert formats.at_second(AT_MS) == "22:42:05"
    assert formats.named_day(FRIDAY) == "Fr., 20. Nov."
    assert formats.when(AT_MS, FRIDAY) == "heute, 22:42"
    assert formats.near_day(FRIDAY, date(2026, 11, 19)) == "morgen"
    assert formats.ago(2 * formats.DAY_S) == "vor 2 Tagen"
    assert formats.ago(3 * formats.YEAR_S) == "vor 3 Jahren"


@pytest.mark.parametrize(
    ("away_days", "shown", "is_late"), [(-1, "Late", True), (0, "Today", False), (1, "Tomorrow", False)]
)
def test_a_near_due_date_is_a_word(away_days: int, shown: str, is_late: bool) -> None:
    assert formats.due(AT_MS, date.fromordinal(FRIDAY.toordinal() - away_days)) == (shown, is_late)


@pytest.mark.parametrize(("seconds", "shown"), [(5, "5 s"), (90, "1 min"), (7_200, "2 h"), (86_400, "1 day")])
def test_a_duration_has_its_largest_unit(seconds: float, shown: str) -> None:
    assert formats.lasting(seconds) == shown


@pytest.mark.parametrize(
    ("left_ms", "shown"), [(-1, "now"), (9_000, "in 0:09"), (600_000, "in 10:00")], ids=["past", "seconds", "minutes"]
)
def test_a_time_within_an_hour_is_counted_down(left_ms: int, shown: str) -> None:
    assert formats.within(AT_MS + left_ms, AT_MS) == shown


def test_a_time_later_than_an_hour_is_a_time_of_day() -> None:
    assert formats.within(AT_MS, AT_MS - 3_600_000) == f"at {formats.at(AT_MS)}"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("number", [7, 1_234, 1_234_567, 12.5])
def test_numbers_are_formatted_for_the_locale(language: str, number: float) -> None:
    before = messages.language()
    messages.use(language)
    shown = messages.number(number)
    messages.use(before)
    assert shown == QLocale(language).toString(number)


def test_keys_have_their_names_in_the_language(in_german: None, qapp: QApplication) -> None:
    assert (key_name("Ctrl+F"), key_name("F5"), key_name("Enter")) == ("Strg+F", "F5", "Enter")
    messages.use(messages.ENGLISH)
    use_language(qapp)
    assert qapp.findChild(QTranslator, TRANSLATOR_NAME) is None
    assert key_name("Ctrl+F") == "Ctrl+F"
