"""A file is imported in the window: dropped or chosen, mapped, checked, imported, and its results saved."""

import csv
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.ui.dialogs.import_files.dialog import ImportDialog, result_file
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.file_drop import FileDrop
from tests.operations.files.importing import csv_of, shipped
from tests.support.labels import usps
from tests.ui.waiting import until_idle

A, B = usps(5_001), usps(5_002)


class Opened:
    """The open dialog, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, dialog: ImportDialog) -> None:
        self.ctx, self.tasks, self.dialog = ctx, tasks, dialog

    def choice(self, name: str) -> QComboBox:
        found = self.dialog.findChild(QComboBox, f"import_{name}")
        assert isinstance(found, QComboBox)
        return found

    def choose(self, name: str, title: str) -> None:
        choice = self.choice(name)
        choice.setFocus()
        choice.setCurrentText(title)
        choice.activated.emit(choice.currentIndex())

    @property
    def message(self) -> str:
        label = self.dialog.findChild(QLabel, "import_message")
        assert isinstance(label, QLabel)
        return label.text()

    @property
    def button(self) -> QPushButton:
        found = self.dialog.findChild(QPushButton, "import_run")
        assert isinstance(found, QPushButton)
        return found

    def rows(self) -> list[tuple[int, str]]:
        return [(row.row, row.message) for row in self.dialog.results.rows]

    async def show(self, path: Path) -> None:
        self.dialog.show_file(str(path))
        await until_idle(self.tasks)

    async def press(self) -> None:
        QTest.keyClick(self.dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until_idle(self.tasks)


@pytest.fixture
async def opened(bench: Context, qtbot: QtBot) -> AsyncGenerator[Opened]:
    tasks = Tasks()
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = ImportDialog(window, bench, tasks, Theme())
    dialog.open()
    yield Opened(bench, tasks, dialog)
    await tasks.stop()


async def test_rows_are_checked_before_they_are_imported_and_the_results_are_saved(
    opened: Opened, tmp_path: Path
) -> None:
    file = csv_of(tmp_path / "s.csv", f"10001,MOBILE,1,{A}", f"99999,X,1,{B}")
    await opened.show(file)
    assert opened.choice("order").currentText() == "Order"
    assert opened.button.text() == text("import_dialog.check")
    await opened.press()
    assert await shipped(opened.ctx, "10001") == {}
    assert opened.button.text() == text("import_dialog.import", count=1)
    assert opened.rows() == [(3, text("order.unknown", number="99999"))], "the problems are shown first"
    QTest.keyClick(opened.dialog, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert [row for row, _ in opened.rows()] == [2, 3]
    await opened.press()
    assert await shipped(opened.ctx, "10001") == {A: {"MOBILE": 1}}
    assert not opened.button.isEnabled()
    assert str(tmp_path / "s-result.csv") in opened.message
    with (tmp_path / "s-result.csv").open(encoding="utf-8-sig", newline="") as written:
        assert [row["status"] for row in csv.DictReader(written)] == ["shipped", "refused"]
    await opened.press()
    assert len(await shipped(opened.ctx, "10001")) == 1


async def test_a_file_that_changed_after_its_check_is_checked_again(opened: Opened, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "s.csv", f"10001,MOBILE,1,{A}")
    await opened.show(file)
    await opened.press()
    csv_of(file, f"10001,MOBILE,1,{A}", f"10001,MOBILE-CASE-BLK,1,{B}")
    await opened.press()
    assert opened.message == text("import_file.changed_since_check", name="s.csv")
    assert await shipped(opened.ctx, "10001") == {}
    assert opened.button.text() == text("import_dialog.check")
    await opened.press()
    assert opened.button.text() == text("import_dialog.import", count=2)
    await opened.press()
    assert len(await shipped(opened.ctx, "10001")) == 2


async def test_columns_are_mapped_once(opened: Opened, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "own.csv", f"10001,MOBILE,1,{A}", header="Ref,What,Many,Label")
    await opened.show(file)
    await opened.press()
    assert text("import_file.no_column", field=text("import_field.order")) in opened.message
    assert opened.choice("order").hasFocus()
    for name, title in (("order", "Ref"), ("sku", "What"), ("quantity", "Many"), ("tracking_number", "Label")):
        opened.choose(name, title)
    await opened.press()
    assert opened.button.text() == text("import_dialog.import", count=1)
    opened.choose("carrier", "What")
    assert opened.button.text() == text("import_dialog.check"), "other columns are checked again"
    opened.choose("carrier", text("import_dialog.no_column"))
    await opened.press()
    await opened.show(csv_of(tmp_path / "next.csv", f"10001,MOBILE,1,{B}", header="Ref,What,Many,Label"))
    assert opened.choice("tracking_number").currentText() == "Label"


async def test_the_kind_of_rows_changes_the_fields(opened: Opened, tmp_path: Path) -> None:
    header = "Order,SKU,Quantity,Name,Street,City,Country"
    await opened.show(csv_of(tmp_path / "o.csv", "N-1,A,1,B,C 1,D,DE", header=header))
    assert opened.choice("kind").currentData() == "orders"
    assert opened.choice("city").currentText() == "City"
    await opened.press()
    await opened.press()
    assert text("import_status.created") in opened.message


async def test_a_file_that_is_no_table_is_refused(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    await opened.show(tmp_path / "a.xlsx")
    assert text("import_file.not_xlsx", name="a.xlsx") in opened.message
    assert not opened.button.isEnabled()


async def test_every_acting_widget_has_names_and_is_reached_by_tab(opened: Opened, tmp_path: Path) -> None:
    await opened.show(csv_of(tmp_path / "s.csv", f"10001,MOBILE,1,{A}"))
    acting = [
        widget
        for kind in (QPushButton, QComboBox, QTableView)
        for widget in opened.dialog.findChildren(kind)
        if widget.isVisible() and widget.isEnabled()
    ]
    assert [widget for widget in acting if not (widget.objectName() and widget.accessibleName())] == []
    reached: set[QWidget] = set()
    for _ in range(60):
        QTest.keyClick(opened.dialog, Qt.Key.Key_Tab)
        if (focused := QApplication.focusWidget()) is not None:
            reached.add(focused)
    assert {widget.objectName() for widget in acting} <= {widget.objectName() for widget in reached}


def test_only_one_table_file_is_accepted_by_drop(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dropped: list[str] = []
    FileDrop(window, dropped.append)

    def drop(*names: str) -> bool:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
        enter = QDragEnterEvent(
            QPoint(1, 1), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        enter.setAccepted(False)
        QApplication.sendEvent(window, enter)
        event = QDropEvent(
            QPointF(1, 1), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(window, event)
        return enter.isAccepted()

    assert [drop("a.csv"), drop("B.XLSX"), drop("a.png"), drop("a.csv", "b.csv"), drop()] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert dropped == [str(tmp_path / "a.csv"), str(tmp_path / "B.XLSX")]


def test_results_go_to_the_users_folder_where_the_files_folder_is_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("os.access", lambda path, _: path != Path("/media/stick"))
    assert result_file(Path("/media/stick/s.csv")) == str(tmp_path / "s-result.csv")
    assert result_file(tmp_path / "s.csv") == str(tmp_path / "s-result.csv")
