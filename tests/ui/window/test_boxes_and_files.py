"""In the whole window: an order is added to a package by scans and keys, and a file is opened for the import."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from shipconsole.domain.verdict import VerdictKind
from shipconsole.operations.orders import orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.dialogs.export_list import ExportListDialog
from shipconsole.ui.dialogs.import_files.dialog import ImportDialog
from shipconsole.ui.dialogs.ship_box import ShipBoxDialog
from shipconsole.ui.window.scanner_keys import PersonKey
from tests.operations.files.importing import csv_of
from tests.support import sql
from tests.support.bench import effects
from tests.support.labels import usps
from tests.ui.waiting import until
from tests.ui.window.test_main_window import run as run
from tests.ui.window.test_main_window import working

pytest_plugins = ("tests.support.bench",)
NUMBER = usps(8_001)
Run = Callable[[Coroutine[Any, Any, None]], None]


def test_an_order_of_the_same_recipient_is_scanned_into_the_package(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            with sql.connect(ctx.store.file) as connection:
                to = connection.execute("SELECT ship_to FROM orders WHERE number = '10001'").fetchone()[0]
                connection.execute("UPDATE orders SET ship_to = ? WHERE number = '10002'", (to,))
            connection.close()
            for scan in ("10001", "MOBILE", NUMBER):
                window.top_bar.scan_field.take(scan)
            await until(lambda: window.editor.is_labelled())
            window.top_bar.scan_field.take("10002")
            await until(lambda: window.scans.verdict.kind == VerdictKind.ANOTHER_ORDER)
            assert window.scans.answer(PersonKey.DIGIT, "1")
            await until(lambda: window.findChildren(ShipBoxDialog))
            (dialog,) = window.findChildren(ShipBoxDialog)
            await until(lambda: len(dialog.cards) == 1 and dialog.ship_button.isEnabled())
            assert not dialog.reason.isVisible()
            dialog.confirm()
            await until(lambda: effects(simulated_platforms, "10001") and effects(simulated_platforms, "10002"))
            sheets = [await orders.sheet(ctx, await orders.find(ctx, number)) for number in ("10001", "10002")]
            packages = [sheet.shipments[0].packages[0] for sheet in sheets]
            assert [package.tracking_number for package in packages] == [NUMBER] * 2
            assert packages[0].box == packages[1].box != ""
            assert [sheet.draft for sheet in sheets] == [None, None]
            await until(lambda: window.scans.verdict.kind == VerdictKind.SHIPPED)
            assert window.editor.session is not None
            assert window.editor.session.draft.units == 0

    run(main())


def test_a_dropped_file_is_opened_and_lists_are_of_the_current_view(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            file = csv_of(tmp_path / "s.csv", f"10001,MOBILE,1,{NUMBER}")
            await until(lambda: window.order_list.table.model().rowCount())
            window.menus.import_file(str(file))
            (dialog,) = window.findChildren(ImportDialog)
            await until(lambda: dialog.import_button.isEnabled())
            dialog.reject()
            await until(lambda: not window.findChildren(ImportDialog))
            window.activateWindow()
            await until(lambda: window.isActiveWindow() and QApplication.activeModalWidget() is None)
            QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
            await until(lambda: window.findChildren(ExportListDialog))
            (export,) = window.findChildren(ExportListDialog)
            path = tmp_path / "orders.csv"
            export.export_to(str(path))
            await until(path.exists)
            listed = window.order_list.table.model().rowCount()
            assert len(path.read_text(encoding="utf-8-sig").splitlines()) == listed + 1
            export.reject()

    run(main())
