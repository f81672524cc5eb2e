"""The window is painted, with its first orders, before anything heavy is loaded or created."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shipconsole.messages import text
from tests.support.many_orders import store_with_orders

ORDERS = 30
HEAVY = {"httpx", "asyncio", "keyring", "qasync", "psycopg", "uvicorn", "h11", "truststore"}
# Our modules and Python's that are needed only after the first paint. Modules that pydantic loads are allowed.
LATER = {
    "shipconsole.domain.address",
    "shipconsole.domain.country_table",
    "shipconsole.domain.order",
    "shipconsole.ui.activity.panel",
    "shipconsole.ui.window.banner",
    "shipconsole.ui.window.scanner_keys",
    "shipconsole.ui.window.menu",
    "shipconsole.ui.order_editor.panel",
    "shipconsole.ui.tracking.panel",
    "shipconsole.store.backup",
    "shipconsole.domain.call",
    "shipconsole.station.keys",
    "shipconsole.station.logs",
    "logging.handlers",
    "html",
    "tomllib",
}
READ_MOST = 110
"""Modules without Qt that are imported after it: once more, or small ones that the window alone needs."""
# PySide creates each of these classes in 2 to 16 ms when it is first used.
COSTLY = {"QAccessible", "QCalendarWidget", "QGradient", "QPlainTextEdit", "QStyle"}
# Starts the program as the menu does, and prints what there is after the first paint.
UNTIL_PAINTED = """
import gc, json, os, sys
from shipconsole.cli import load_before_qt, main
load_before_qt()
import shipconsole.app as app
from PySide6 import QtCore, QtGui, QtWidgets
from shiboken6 import getAllValidWrappers
from shibokensupport import feature
from shipconsole.domain.claim import Claim
from shipconsole.domain.database_address import DatabaseAddress
from shipconsole.domain.order_row import OrderRow

class Watched(app.MainWindow):
    def event(self, event):
        if event.type() == QtCore.QEvent.Type.Paint:
            QtCore.QTimer.singleShot(0, self.report)  # when all panels are painted
        return super().event(event)

    def report(self):
        print(json.dumps({
            "modules": [*sys.modules],
            "read_by_qt": [name for name, uses_qt in feature.pyside_feature_dict.items() if uses_qt == -1],
            "classes": [name for module in (QtCore, QtGui, QtWidgets) for name in vars(module)],
            "built": {model.__name__: model.__pydantic_complete__ for model in (Claim, DatabaseAddress, OrderRow)},
            "rows": self.order_list.table.model().rowCount(),
            "items": [
                type(each).__name__ for each in getAllValidWrappers()
                if isinstance(each, QtWidgets.QLayoutItem) and not isinstance(each, QtWidgets.QLayout)
            ],
            "to_ship": self.findChild(QtWidgets.QWidget, "view_selector").accessibleName(),
            "collects": gc.isenabled(),
            "pydantic_plugins": os.environ.get("PYDANTIC_DISABLE_PLUGINS"),
        }), flush=True)
        os._exit(0)

app.MainWindow = Watched
# The page is waited for, however slow this computer is.
app.FIRST_PAGE_MAX_MS = 30_000
sys.exit(main([]))
"""


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what there is after the first paint."""
    folder = tmp_path_factory.mktemp("profile")
    store_with_orders(folder, ORDERS).close()
    ran = subprocess.run(
        [sys.executable, "-c", UNTIL_PAINTED],
        env={**os.environ, "SHIPCONSOLE_PROFILE": str(folder)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(ran.stdout)


def test_nothing_heavy_is_loaded_before_the_first_paint(painted: Any) -> None:
    loaded = {*painted["modules"]}
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()
    assert loaded & LATER == set()


def test_what_needs_no_qt_is_loaded_before_it(painted: Any) -> None:
    """PySide6 reads the source of every module that is imported after it."""
    assert 0 < len(painted["read_by_qt"]) <= READ_MOST


def test_no_model_is_built_that_the_first_paint_does_not_use(painted: Any) -> None:
    assert painted["built"] == {"Claim": False, "DatabaseAddress": False, "OrderRow": True}


def test_no_class_of_qt_is_created_without_need(painted: Any) -> None:
    assert not {*painted["classes"]} & COSTLY


def test_no_wrapper_of_an_item_of_a_layout_is_left(painted: Any) -> None:
    """It would be taken for another object's later, and end the program; `shipconsole.ui.kit.layout_items` says why."""
    assert painted["items"] == []


def test_the_first_page_and_its_counts_are_in_the_first_paint(painted: Any) -> None:
    assert painted["rows"] == 26
    assert painted["to_ship"] == text("order_view.with_count", view=text("order_view.to_ship"), count=26)


def test_no_garbage_is_collected_and_no_plugins_are_searched_before_the_first_paint(painted: Any) -> None:
    assert not painted["collects"]
    assert painted["pydantic_plugins"] == "__all__"
