"""The question what to do about a database that can't be used as it is."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QWidget

from shipconsole.messages import text
from shipconsole.ui.kit.formats import locale
from shipconsole.ui.kit.prompt import Line, Prompt, PromptButton
from shipconsole.ui.kit.theme import Theme

WIDTH_PX = 520


class Choice(NamedTuple):
    """Something that can be done about the database: the button's label, what it does, and what that means."""

    label: str
    act: Callable[[], object]
    meaning: str = ""


def backup_text(at_ms: int, orders: int) -> str:
    """Return which backup there is, in local time."""
    time = locale().toString(QDateTime.fromMSecsSinceEpoch(at_ms), "d MMMM yyyy, HH:mm")
    return text("damaged_database.backup", time=time, count=orders)


def waiting_text(rules: Sequence[str], updates: int) -> str:
    """Return what needs attention after a restore: connections set to review, and unfinished updates."""
    parts: list[str] = []
    if rules:
        parts.append(text("damaged_database.review", connections=tuple(rules)))
    if updates:
        parts.append(text("damaged_database.unfinished", count=updates))
    return " ".join(parts)


def damaged_database_prompt(
    parent: QWidget,
    theme: Theme,
    found: str,
    *,
    title: str,
    backup: str,
    restore: Callable[[], object],
    leave: Choice,
    other: Choice | None = None,
) -> Prompt:
    """Return the question what to do; `backup` says which backup there is, and is empty where there is none."""
    if backup:
        lines = [Line(backup, "backup"), Line(text("damaged_database.means"), "means")]
    else:
        lines = [
            Line(text("damaged_database.no_backup"), "backup"),
            Line(text("damaged_database.command"), "means", "strong"),
        ]
    # No button is pressed by Enter: every scan ends with one.
    answers = [PromptButton("leave_database", leave.label, leave.act, key="Esc")]
    if other is not None:
        lines.append(Line(other.meaning, "other_means"))
        answers.append(PromptButton("other_choice", other.label, other.act))
    if backup:
        answers.append(PromptButton("restore_backup", text("damaged_database.restore"), restore, kind="primary"))
    lines.append(Line(found, "found", "secondary"))
    return Prompt(parent, theme, "damaged_database_dialog", title, lines, answers, width_px=WIDTH_PX)


def server_behind_prompt(parent: QWidget, theme: Theme, found: str, *, accept: Callable[[], object]) -> Prompt:
    """Return the question whether a server's database that lacks changes is used as it is, by all stations."""
    # No button is pressed by Enter: every scan ends with one.
    answers = [
        PromptButton("leave_database", text("database_server.not_now"), key="Esc"),
        PromptButton("accept_behind", text("database_server.use_it"), accept),
    ]
    lines = [Line(text("database_server.behind_means"), "means"), Line(found, "found", "secondary")]
    title = text("database_server.behind_title")
    return Prompt(parent, theme, "server_behind_dialog", title, lines, answers, width_px=WIDTH_PX)
