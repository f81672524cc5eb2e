"""Every dialog in the pseudo-locale, with data in it: whatever is shown is a message or data, and none of it is cut."""

import json
import re
import shutil
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QLabel, QLineEdit, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

import shipconsole
from shipconsole import messages
from shipconsole.domain import carrier as carriers
from shipconsole.domain.address import Address
from shipconsole.domain.barcode import COMMANDS
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.connections import carrier_codes
from shipconsole.operations.connections.connections import KINDS
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import evidence
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.profile import open_profile
from shipconsole.station.settings import Settings
from shipconsole.ui.dialogs.call_details import CallDetails
from shipconsole.ui.dialogs.connections import PAIRS_HINT
from shipconsole.ui.dialogs.damaged_database import Choice, backup_text, damaged_database_prompt, waiting_text
from shipconsole.ui.dialogs.help.pages import PAGES, title_of
from shipconsole.ui.kit.preview import PreviewDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import LIGHT
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.menu_entries import ENTRIES
from shipconsole.vendors.catalog import VENDORS
from tests.cli.every_command import begun, make
from tests.cli.in_process import Here
from tests.support import sql
from tests.support.bench import USPS_NUMBERS, draft_of, open_context
from tests.support.demo_faults import SAMPLE, KeptFaults
from tests.support.shown_texts import cut, outside_marks, shown_texts
from tests.ui.waiting import until, until_idle

ACTIONS = [entry.name for entry in ENTRIES] + ["all_fields", "keys", "packer"]
SIZE_PX = (1_240, 740)
"""As large as a dialog can be on the smallest screen, 1280 by 800."""
PARTS = re.compile(r"[\n\t,;×·:=/()“”→…]|\.(?=\s|$)|<[^>]*>|\s\s+")
WORD = re.compile(r"[^\W\d_]{2,}")
KEY = re.compile(r"(?:(?:Ctrl|Alt|Shift)\+)*(?:[A-Z+,←→]|F\d*|Enter|Esc|Del|Left|Space)?")
BARCODE = re.compile("%(?:" + "|".join((*COMMANDS, "BADGE NAME")) + ")")


@pytest.fixture(scope="module")
def made(shared_simulator: SimulatorServer, synced_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Here:
    """A profile with orders, shipments, updates, and a webhook event."""
    here = begun(tmp_path_factory.mktemp("pseudo"))
    make(here, synced_database, shared_simulator.url)
    return here


@pytest.fixture(scope="module")
def data(made: Here) -> frozenset[str]:
    """The parts of all values that the database has, and the names of platforms and carriers."""
    with closing(sql.connect(made.profile / "shipconsole.db")) as database:
        values = set(_values(database))
    values |= {carrier.name for carrier in carriers.CARRIERS} | {
        PAIRS_HINT,
        "Bench 1",
        *Address.model_fields["country"].examples,
    }
    for kind in KINDS.values():
        values |= {kind.title, kind.default_url}
        values |= {value for option in kind.options for value in (option.default, *option.choices)}
    for vendor in VENDORS.values():
        values |= {choice for field in (*vendor.orders.fields, *vendor.orders.filters) for choice in field.choices}
    return frozenset(part for value in values for part in parts_of(value))


def _values(database: apsw.Connection) -> Iterator[str]:
    tables = [str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for row in database.execute(f'SELECT * FROM "{table}"'):
            for value in row:
                if isinstance(value, bytes):
                    yield from _leaves(value.decode("utf-8", "replace"))
                elif isinstance(value, str):
                    yield from _leaves(value)


def _leaves(value: object) -> Iterator[str]:
    """Yield a text, or all names and texts of the document that it is."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except ValueError:
            yield str(value)
            return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (str(name), str(name).replace("_", " ").capitalize())
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield str(value)


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[Theme]:
    """The pseudo-locale in the program's own look."""
    before, theme = messages.language(), Theme()
    messages.use(messages.PSEUDO)
    theme.use(qapp, LIGHT)
    theme.load_rest()
    yield theme
    messages.use(before)


@pytest.fixture
async def window(made: Here, tmp_path: Path, qtbot: QtBot, pseudo: Theme) -> AsyncGenerator[MainWindow]:
    """A window at work on the profile, with a shipped order open."""
    folder = tmp_path / "profile"
    shutil.copytree(made.profile, folder)
    async with open_context(folder, keys=made.keys) as ctx:
        shown, tasks = MainWindow(ctx.store, pseudo, Settings(), profile=open_profile(folder, {})), Tasks()
        qtbot.addWidget(shown)
        shown.show()
        shown.start(ctx, tasks)
        shown.menus.faults = KeptFaults(*SAMPLE)
        shown.open_order(await orders.find(ctx, "10001"))
        await until_idle(tasks)
        try:
            yield shown
        finally:
            await shown.shutdown()
            await tasks.stop()
            shown.hide()


async def _local_names(window: MainWindow) -> list[str]:
    """Return files and folders, versions, pages of help, and the platforms' own codes of carriers."""
    assert window.ctx is not None
    folder = window.profile.folder
    files = [str(file) for file in (folder, *folder.rglob("*"), Path(shipconsole.__file__).parent)]
    table = await carrier_codes.table(window.ctx)
    rows = [*table.defaults.values(), *(code for row in table.rows for code in row.codes.values())]
    codes = [shown for code in rows for shown in (code.usual, code.own, *code.offered)]
    # The pages of help are in English alone.
    return [*files, *codes, *map(title_of, PAGES), "PySide"]


def parts_of(value: str) -> Iterator[str]:
    """Yield the parts of a text that have words, without the numbers around them."""
    return (part for piece in PARTS.split(value) if WORD.search(part := piece.strip(" .–-—0123456789%#[]{}'\"")))


def literals(top: QWidget, data: frozenset[str]) -> list[str]:
    """Return what is shown and is neither a message nor data, with where that is."""
    return [
        f"{shown.where}, {shown.part}: {part!r} in {shown.text!r}"
        for shown in shown_texts(top)
        if not BARCODE.fullmatch(shown.text)
        for part in parts_of(outside_marks(shown.text))
        if part not in data and not KEY.fullmatch(part)
    ]


def check_texts(top: QWidget, data: frozenset[str]) -> None:
    """Fail on a text that is neither a message nor data, and on a text that is cut."""
    top.resize(*SIZE_PX)
    QApplication.sendPostedEvents()
    assert any(messages.MARKS[0] in shown.text for shown in shown_texts(top))
    assert literals(top, data) == []
    assert [f"{shown.where}: {shown.text}" for shown in cut(top)] == []


@pytest.mark.parametrize("name", ACTIONS)
async def test_a_dialog_shows_only_messages_and_data(window: MainWindow, data: frozenset[str], name: str) -> None:
    data |= {part for value in await _local_names(window) for part in parts_of(value)}
    action = window.findChild(QAction, f"action_{name}")
    assert isinstance(action, QAction)
    action.trigger()
    await until_idle(window.tasks)
    (dialog,) = (top for top in QApplication.topLevelWidgets() if isinstance(top, QDialog) and top.isVisible())
    check_texts(dialog, data)
    for view in dialog.findChildren(QAbstractItemView):
        if view.isVisible() and view.model() is not None and view.model().rowCount():
            view.setCurrentIndex(view.model().index(0, 0))
    for tabs in dialog.findChildren(QTabWidget):
        tabs.setCurrentIndex(tabs.count() - 1)
    await until_idle(window.tasks)
    check_texts(dialog, data)
    dialog.close()


async def test_the_preview_shows_only_messages_and_data(window: MainWindow, data: frozenset[str]) -> None:
    ctx = window.ctx
    assert ctx is not None
    order_id, draft = await draft_of(ctx, "10002", None, USPS_NUMBERS[0])
    updates = await ship.preview(ctx, order_id, draft)
    dialog = PreviewDialog(window, window.theme, updates)
    dialog.open()
    check_texts(dialog, data | {update.request.call for update in updates})
    dialog.close()


@pytest.mark.parametrize("state", ["confirmed", "unknown", "needs_attention", "rejected", "blocked", "dead"])
async def test_the_details_of_an_update_show_only_messages_and_data(
    window: MainWindow, data: frozenset[str], state: str
) -> None:
    ctx = window.ctx
    assert ctx is not None
    sheet = await orders.sheet(ctx, await orders.find(ctx, "10001"))
    for call in sheet.calls:
        attempts, found = await worker.attempts(ctx, call.id), await evidence.of_call(ctx, call)
        dialog = CallDetails(window, window.theme, replace(call, state=state), attempts, (), found)
        dialog.open()
        check_texts(dialog, data)
        dialog.close()


@pytest.mark.parametrize("has_backup", [True, False])
async def test_the_question_about_the_database_shows_only_messages(
    window: MainWindow, data: frozenset[str], *, has_backup: bool
) -> None:
    backup = backup_text(1_790_000_000_000, 3) if has_backup else ""

    def nothing() -> None: ...

    for title, other in (
        ("title", None),
        ("missing", ("start_empty", "empty_means")),
        ("other_version", ("start_empty", "empty_means")),
        ("older", ("use_older", "older_means")),
    ):
        choice = other and Choice(text(f"damaged_database.{other[0]}"), nothing, text(f"damaged_database.{other[1]}"))
        dialog = damaged_database_prompt(
            window,
            window.theme,
            waiting_text(("Pod",), 2),
            title=text(f"damaged_database.{title}"),
            backup=backup,
            restore=nothing,
            leave=Choice(text("damaged_database.later"), nothing),
            other=choice,
        )
        dialog.open()
        check_texts(dialog, data)
        dialog.close()


@pytest.mark.parametrize(
    "plant",
    [
        lambda dialog: dialog.setWindowTitle("Planted words"),
        lambda dialog: QLabel("Planted words", dialog).show(),
        lambda dialog: dialog.findChild(QLineEdit).setPlaceholderText(f"{text('packer.title')} Planted"),
        lambda dialog: dialog.findChild(QLabel).setToolTip("Planted"),
    ],
)
async def test_a_literal_in_a_dialog_would_be_found(
    window: MainWindow, data: frozenset[str], plant: Callable[[QDialog], object]
) -> None:
    action = window.findChild(QAction, "action_packer")
    assert isinstance(action, QAction)
    action.trigger()

    def shown() -> list[QDialog]:
        return [top for top in QApplication.topLevelWidgets() if isinstance(top, QDialog) and top.isVisible()]

    await until(shown)
    (dialog,) = shown()
    check_texts(dialog, data)
    plant(dialog)
    assert len(literals(dialog, data)) == 1
    dialog.close()
