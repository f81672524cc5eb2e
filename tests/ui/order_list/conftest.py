"""Order list panels on real stores."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from shipconsole.store.database import Store
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_list.panel import OrderListPanel
from tests.support.many_orders import store_with_orders


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with 300 orders, of which 258 are to ship."""
    store = store_with_orders(tmp_path, 300)
    yield store
    store.close()


@pytest.fixture
def open_panel(qtbot: QtBot) -> Callable[[Store], OrderListPanel]:
    """Opens the list on a store and waits until it is filled."""

    def opened(store: Store) -> OrderListPanel:
        panel = OrderListPanel(store, Theme())
        qtbot.addWidget(panel)
        panel.resize(470, 865)
        with qtbot.waitSignals([panel.first_came, panel._finder.ids_came]):
            panel.show()
        return panel

    return opened


@pytest.fixture
def panel(store: Store, open_panel: Callable[[Store], OrderListPanel]) -> OrderListPanel:
    """The list on the 300 orders."""
    return open_panel(store)
