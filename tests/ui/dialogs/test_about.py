"""About the program: the system check, a new version that only a click opens, and a file for support."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from shipconsole import __version__
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance.updates import VersionCheck
from shipconsole.station.profile import Profile, open_profile
from shipconsole.station.settings import Settings
from shipconsole.ui.dialogs.about import AboutDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.main_window import MainWindow
from tests.ui.waiting import until, until_idle
from tests.ui.window.test_main_window import store as store
from tests.ui.window.test_main_window import window as window

NEWS = VersionCheck("new", "Version 99.1 is available.", "99.1", "https://example.org/shipconsole")


class Opened:
    """The open dialog, and what a test does with it."""

    def __init__(self, dialog: AboutDialog, tasks: Tasks) -> None:
        self.dialog = dialog
        self.tasks = tasks

    async def settled(self) -> None:
        await until_idle(self.tasks)

    def texts(self) -> list[str]:
        return [label.text() for label in self.dialog.findChildren(QLabel) if label.isVisible()]

    def button(self, name: str) -> QPushButton:
        found = self.dialog.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        return found


@pytest.fixture
async def tasks() -> AsyncGenerator[Tasks]:
    made = Tasks()
    failed: list[str] = []
    made.failed.connect(failed.append)
    yield made
    await made.stop()
    assert failed == []


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return open_profile(tmp_path / "profile", {})


def opened(
    qtbot: QtBot, ctx: Context, tasks: Tasks, profile: Profile, new_version: VersionCheck | None = None
) -> Opened:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = AboutDialog(window, ctx, tasks, Theme(), profile, Settings(), new_version)
    dialog.open()
    return Opened(dialog, tasks)


async def test_the_system_check_shows_states_and_paths(
    qtbot: QtBot, bench: Context, tasks: Tasks, profile: Profile
) -> None:
    shown = opened(qtbot, bench, tasks, profile)
    assert text("about.program", version=__version__) in shown.texts()
    assert not shown.button("check_again").isEnabled()
    await shown.settled()
    texts = shown.texts()
    assert any(str(profile.folder) in shown for shown in texts)
    assert any(str(bench.store.file) in shown for shown in texts)
    assert "connection ShipEngine" in texts
    assert text("about.check") not in texts
    assert shown.dialog.findChild(QPushButton, "open_new_version") is None
    count = len(texts)
    shown.button("check_again").click()
    await shown.settled()
    await until(lambda: len(shown.texts()) == count)


async def test_diagnostics_are_saved_to_the_chosen_file(
    qtbot: QtBot, bench: Context, tasks: Tasks, profile: Profile, tmp_path: Path
) -> None:
    shown = opened(qtbot, bench, tasks, profile)
    await shown.settled()
    shown.button("save_diagnostics").click()
    (ask,) = shown.dialog.findChildren(QFileDialog)
    assert ask.selectedFiles()[0].endswith(".txt")
    ask.reject()
    to = tmp_path / "diagnostics.txt"
    shown.dialog.save_to(str(to))
    await shown.settled()
    assert "== Check ==" in to.read_text(encoding="utf-8")
    message = shown.dialog.findChild(QLabel, "about_message")
    assert isinstance(message, QLabel)
    assert message.text() == text("about.saved", path=str(to))
    shown.dialog.save_to(str(tmp_path / "none" / "diagnostics.txt"))
    await shown.settled()
    assert "could not be written" in message.text()
    assert shown.button("save_diagnostics").isEnabled()


class Pages(QObject):
    """Records the pages that would be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def pages() -> Iterator[Pages]:
    opener = Pages()
    QDesktopServices.setUrlHandler("https", opener, "take")
    yield opener
    QDesktopServices.unsetUrlHandler("https")


async def test_only_a_click_opens_the_page_of_a_new_version(
    qtbot: QtBot, bench: Context, tasks: Tasks, profile: Profile, pages: Pages
) -> None:
    shown = opened(qtbot, bench, tasks, profile, NEWS)
    await shown.settled()
    assert str(NEWS.message) in shown.texts()
    assert pages.opened == []
    button = shown.button("open_new_version")
    assert button.text() == text("track_panel.open_at", host="example.org")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pages.opened == [NEWS.page]


@pytest.mark.parametrize("page", ["http://example.org/a", "file:///etc/passwd", "https://user@example.org/", ""])
async def test_an_unsafe_page_cannot_be_opened(
    qtbot: QtBot, bench: Context, tasks: Tasks, profile: Profile, page: str
) -> None:
    shown = opened(qtbot, bench, tasks, profile, NEWS._replace(page=page))
    await shown.settled()
    assert str(NEWS.message) in shown.texts()
    assert shown.dialog.findChild(QPushButton, "open_new_version") is None


async def test_it_can_be_closed_while_it_writes(
    qtbot: QtBot, bench: Context, tasks: Tasks, profile: Profile, tmp_path: Path
) -> None:
    shown = opened(qtbot, bench, tasks, profile)
    shown.dialog.save_to(str(tmp_path / "diagnostics.txt"))
    shown.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    shown.dialog.close()
    await shown.settled()
    assert (tmp_path / "diagnostics.txt").is_file()


async def test_the_keyboard_reaches_every_widget(qtbot: QtBot, bench: Context, tasks: Tasks, profile: Profile) -> None:
    shown = opened(qtbot, bench, tasks, profile, NEWS)
    await shown.settled()
    assert shown.dialog.focusWidget().objectName() == "checkup"
    reached = set[str]()
    for _ in range(12):
        reached.add(getattr(shown.dialog.focusWidget(), "objectName", str)())
        QTest.keyClick(shown.dialog, Qt.Key.Key_Tab)
    assert {"checkup", "close", "check_again", "open_new_version", "save_diagnostics"} <= reached
    area = shown.dialog.findChild(QScrollArea, "checkup")
    assert isinstance(area, QScrollArea)
    assert area.accessibleName()


def test_the_menu_shows_that_there_is_a_new_version(window: MainWindow) -> None:
    action = window.findChild(QAction, "action_about")
    assert isinstance(action, QAction)
    for new_version in (VersionCheck("off", "off"), VersionCheck("none", "none"), VersionCheck("failed", "failed")):
        window.menus.show_new_version(new_version)
        assert action.text() == text("menu.about")
    window.menus.show_new_version(NEWS)
    assert action.text() == text("menu.about_new_version", version="99.1")
    assert window.banner.messages() == ()
