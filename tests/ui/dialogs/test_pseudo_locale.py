"""Every dialog in the pseudo-locale, with data in it: whatever is shown is a message or data, and none of it is cut."""

import re
import shutil
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QLabel, QPushButton, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from shipconsole import messages
from shipconsole.domain.address import Address
from shipconsole.domain.field import Field, limits
from shipconsole.operations import worker
from shipconsole.operations.connections.connections import KINDS
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import evidence
from shipconsole.operations.shipping import ship
from shipconsole.operations.vendor_orders import edit
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.keys import MemoryKeys
from shipconsole.station.profile import open_profile
from shipconsole.station.settings import Settings
from shipconsole.ui.dialogs.call_details.dialog import CallDetails
from shipconsole.ui.dialogs.damaged_database.dialog import DamagedStoreDialog, backup_text
from shipconsole.ui.dialogs.preview import PreviewDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import LIGHT
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.menu import ENTRIES
from tests.cli.every_command import begun, make
from tests.cli.here import Here
from tests.support import sql
from tests.support.bench import USPS_NUMBERS, draft_of, open_context
from tests.support.shown_texts import cut, said, unmarked
from tests.ui.waiting import until

DIALOGS = [entry.name for entry in ENTRIES] + ["all_fields", "keys", "packer"]
SIZE_PX = (1_240, 740)
"""As large as a dialog can be on the smallest screen, 1280 by 800."""
QUIET_ROUNDS = 10
_PARTS = re.compile(r"[\n,;×·:=/|()“”\"→]|\s\s+")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_KEYS = frozenset("Ctrl+F Ctrl+Enter Ctrl+S Esc Enter Alt+A Alt+P F1".split())


@pytest.fixture(scope="module")
def made(_simulator_house: SimulatorServer, _pulled_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Here:
    """A profile with orders, shipments, updates, and a webhook event."""
    here = begun(tmp_path_factory.mktemp("pseudo"))
    make(here, _pulled_store, _simulator_house.url)
    return here


@pytest.fixture(scope="module")
def data(made: Here) -> str:
    """All texts that the database holds: what is shown of it is not ours to translate."""
    with closing(sql.connect(made.profile / "shipconsole.db")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for table in tables for row in database.execute(f'SELECT * FROM "{table}"')]  # noqa: S608
    texts = [str(value) for row in rows for value in row if isinstance(value, str | bytes)]
    kinds = [name for kind in KINDS.values() for name in (kind.title, kind.default_url)]
    return "\n".join([*texts, *kinds, *_KEYS])


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[Theme]:
    """The pseudo-locale in the program's own look."""
    before, theme = messages.language(), Theme()
    messages.use(messages.PSEUDO)
    theme.use(qapp, LIGHT)
    yield theme
    messages.use(before)


@pytest.fixture
async def window(made: Here, tmp_path: Path, qtbot: QtBot, pseudo: Theme) -> AsyncGenerator[MainWindow]:
    """A window at work on the profile, with a shipped order open."""
    folder = tmp_path / "profile"
    shutil.copytree(made.profile, folder)
    async with open_context(folder) as ctx:
        assert isinstance(ctx.keys, MemoryKeys)
        ctx.keys._secrets.update(made.keys._secrets)
        shown, tasks = MainWindow(ctx.store, pseudo, Settings(), profile=open_profile(folder, {})), Tasks()
        qtbot.addWidget(shown)
        shown.show()
        shown.start(ctx, tasks)
        shown.open_order(await orders.find(ctx, "10001"))
        await quiet(tasks)
        try:
            yield shown
        finally:
            await shown.shutdown()
            await tasks.stop()
            shown.hide()


async def quiet(tasks: Tasks) -> None:
    """Wait until nothing was under way for some rounds."""
    rounds = 0

    def is_quiet() -> bool:
        nonlocal rounds
        rounds = 0 if tasks._running else rounds + 1
        return rounds >= QUIET_ROUNDS

    await until(is_quiet)


def literals(top: QWidget, data: str) -> list[str]:
    """Return what is shown and is neither a message nor data, with where that is."""
    return [
        f"{where}: {part!r} in {shown!r}"
        for where, shown in said(top)
        for part in map(str.strip, _PARTS.split(unmarked(shown)))
        if _LETTERS.search(part) and part.strip(" .–-") not in data
    ]


def look_at(top: QWidget, data: str) -> None:
    top.resize(*SIZE_PX)
    QApplication.sendPostedEvents()
    assert any(messages.MARKS[0] in shown for _, shown in said(top))
    assert literals(top, data) == []
    assert list(cut(top)) == []


@pytest.mark.parametrize("name", DIALOGS)
async def test_a_dialog_shows_messages_and_data_alone(window: MainWindow, data: str, name: str) -> None:
    action = window.findChild(QAction, f"action_{name}")
    assert isinstance(action, QAction)
    action.trigger()
    await quiet(window._tasks)
    (dialog,) = (one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible())
    look_at(dialog, data)
    for view in dialog.findChildren(QAbstractItemView):
        if view.isVisible() and view.model() is not None and view.model().rowCount():
            view.setCurrentIndex(view.model().index(0, 0))
    for tabs in dialog.findChildren(QTabWidget):
        tabs.setCurrentIndex(tabs.count() - 1)
    await quiet(window._tasks)
    look_at(dialog, data)
    dialog.close()
