"""The window is painted before anything heavy is loaded or made, with the first orders in it."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.many_orders import store_with_orders

ORDERS = 30
HEAVY = {"httpx", "asyncio", "keyring", "qasync", "psycopg", "uvicorn", "h11", "truststore"}
# Of ours and of Python's: what is there for what cannot be seen yet. What pydantic brings along may be there.
LATER = {
    "shipconsole.ui.activity.panel",
    "shipconsole.ui.window.banner",
    "shipconsole.ui.window.scanner_keys",
    "shipconsole.ui.window.menu",
    "shipconsole.ui.order_editor.panel",
    "shipconsole.ui.tracking.panel",
    "shipconsole.store.backup",
    "argparse",
    "html",
}
# PySide makes a class of each when something that is not there otherwise asks for it, in 2 to 16 ms.
COSTLY = {"QAccessible", "QCalendarWidget", "QGradient", "QKeySequence", "QPlainTextEdit", "QStyle"}
UNTIL_PAINTED = """
import builtins, gc, json, os, sys
usual = builtins.__import__
from shipconsole import quick_start
quick_start.begin()
import shipconsole.app as app
from PySide6 import QtCore, QtGui, QtWidgets

class Watched(app.MainWindow):
    def _painted_first(self):
        print(json.dumps({
            "modules": [*sys.modules],
            "classes": [name for one in (QtCore, QtGui, QtWidgets) for name in vars(one)],
            "rows": self.order_list.table.model().rowCount(),
            "tabs": [tab.accessibleName() for tab in self.order_list.views.tabs.values()],
            "imports_as_usual": builtins.__import__ is usual,
            "collects": gc.isenabled(),
        }), flush=True)
        os._exit(0)

app.MainWindow = Watched
# However slow this computer is just now, the page is waited for.
app.FIRST_PAGE_WITHIN_MS = 30_000
app.run_window(profile=sys.argv[1], database=None, demo=False)
"""


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What there is at the first paint."""
    folder = tmp_path_factory.mktemp("profile")
    store_with_orders(folder, ORDERS).close()
    ran = subprocess.run(
        [sys.executable, "-c", UNTIL_PAINTED, str(folder)], capture_output=True, text=True, timeout=120, check=True
    )
    return json.loads(ran.stdout)


def test_nothing_heavy_is_loaded_at_the_first_paint(painted: Any) -> None:
    loaded = {*painted["modules"]}
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()
    assert loaded & LATER == set()


def test_no_class_of_qt_is_made_for_nothing(painted: Any) -> None:
    assert not {*painted["classes"]} & COSTLY


def test_the_first_page_and_its_counts_are_in_the_first_paint(painted: Any) -> None:
    assert painted["rows"] == 26
    assert painted["tabs"][0] == "To ship 26"


def test_pyside_looks_into_no_module_and_nothing_is_collected(painted: Any) -> None:
    assert painted["imports_as_usual"]
    assert not painted["collects"]
