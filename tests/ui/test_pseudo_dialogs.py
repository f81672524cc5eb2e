"""Every dialog in the pseudo-locale: each text is a message, and none is cut."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from shipconsole import messages
from shipconsole.operations.context import Context
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.menu import ENTRIES
from tests.support.bench import USPS_NUMBERS
from tests.support.shown_texts import Shown, cut, shown_texts, unmarked
from tests.ui.test_pseudo_language import data_of, open_window, with_updates
from tests.ui.waiting import until

OTHERS = ("keys", "packer", "preview", "all_fields")
SMALLEST = QSize(1_180, 740)
"""The largest dialog on the smallest screen that is supported; the virtual one is smaller."""
REFUSALS = {"Wrong data type: given, Hash ({}) expected: String"}
REQUESTS = {"notify_shipped", "update_order", "create_order"}
VALUES = (
    # A platform's own values to choose from, and its codes of carriers.
    ("item", r"\w+", ""),
    ("cell", r"[A-Za-z_]+", "carrier_table"),
    # Examples of what is typed.
    ("hint", "US, AU", "country"),
    ("hint", "usps=endicia, ups=ups", "options_carrier"),
    # Command codes, and the version of a library.
    ("text", r"%[A-Z ]+", "Badge"),
    ("text", r"PySide6 [0-9.]+", "finding_2"),
    # Titles of the pages of docs/, which are in English.
    ("cell", r".+", "help_pages"),
)
"""What is shown as it is: the part that shows it, its text, and the widget it is in."""


@pytest.fixture(autouse=True)
def pseudo_language() -> Iterator[None]:
    """Use the pseudo-locale."""
    before = messages.language()
    messages.use(messages.PSEUDO)
    yield
    messages.use(before)


@pytest.mark.parametrize("name", [*(entry.name for entry in ENTRIES), *OTHERS])
async def test_every_text_of_a_dialog_is_a_message_and_none_is_cut(
    bench: Context, simulated_platforms: SimulatorServer, qtbot: QtBot, name: str
) -> None:
    order_id = await with_updates(bench, simulated_platforms)
    data = await data_of(bench) | REFUSALS | REQUESTS
    async with open_window(bench, qtbot, 1280, 800) as window:
        window.open_order(order_id)
        await until(lambda: window.editor.session is not None)
        if name == "preview":
            await _pack(window)
        window.menus.open(name)
        await until(_open_dialogs)
        (dialog,) = _open_dialogs()
        dialog.resize(dialog.size().expandedTo(SMALLEST))
        await asyncio.sleep(0.7)
        found, too_long = sorted(set(shown_texts(dialog))), sorted(set(cut(dialog)))
        dialog.reject()
        await until(lambda: not _open_dialogs())
    assert len(found) > 3
    literals = [shown for shown in unmarked(found, data) if not _is_value(shown)]
    assert [f"{shown.part}: {shown.text} ({shown.where})" for shown in literals] == []
    assert too_long == []


def _open_dialogs() -> list[QDialog]:
    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QDialog) and widget.isVisible()]


def _is_value(shown: Shown) -> bool:
    return any(
        shown.part.startswith(part) and re.fullmatch(text, shown.text) and where in shown.where
        for part, text, where in VALUES
    )


async def _pack(window: MainWindow) -> None:
    window.top_bar.scan_field.take("MOBILE-CASE-BLK")
    window.top_bar.scan_field.take(USPS_NUMBERS[1])
    await until(window.editor.is_labelled)
