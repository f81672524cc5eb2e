"""Order list panels on real stores."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest
from pytestqt.qtbot import QtBot

from shipconsole.domain.order_row import OrderRow
from shipconsole.store.database import Store
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_list.panel import OrderListPanel
from tests.support.many_orders import store_with_orders


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Open a store with 300 orders, of which 258 are to ship."""
    store = store_with_orders(tmp_path, 300)
    yield store
    store.close()


class OpenPanel(Protocol):
    """Opens the list on a store and waits until all orders are found."""

    def __call__(self, store: Store, theme: Theme | None = None) -> OrderListPanel:
        """Open the list, by default in the light theme."""
        ...


@pytest.fixture
def open_panel(qtbot: QtBot) -> OpenPanel:
    """Give the function that opens the list."""

    def opened(store: Store, theme: Theme | None = None) -> OrderListPanel:
        panel = OrderListPanel(store, theme or Theme())
        qtbot.addWidget(panel)
        panel.resize(470, 865)
        with qtbot.waitSignals([panel.first_page_loaded, panel.finder.ids_loaded]):
            panel.show()
        return panel

    return opened


@pytest.fixture
def panel(store: Store, open_panel: OpenPanel) -> OrderListPanel:
    """Open the list on the 300 orders."""
    return open_panel(store)


def row_of(id_: int, *, shipped: int = 0, recipient: str = "J. Smith · Sydney AU") -> OrderRow:
    return OrderRow(
        id=id_,
        number=str(10_000 + id_),
        recipient=recipient,
        shipped=shipped,
        ordered=5,
        left=5 - shipped,
        due_at_ms=253_402_300_799_000,
        state="open",
        needs_attention=0,
    )


class HeldRequests:
    """Records the rows that the model requests until a test delivers them."""

    def __init__(self) -> None:
        self.requests: list[tuple[list[int], Callable[[list[OrderRow]], None]]] = []
        self.failures: list[Callable[[], None]] = []

    def fetch(self, ids: Sequence[int], then: Callable[[list[OrderRow]], None], otherwise: Callable[[], None]) -> None:
        self.requests.append((list(ids), then))
        self.failures.append(otherwise)

    def fail(self) -> None:
        waiting, self.requests, self.failures = self.failures, [], []
        for otherwise in waiting:
            otherwise()

    def deliver(self, **changes: int) -> None:
        waiting, self.requests = self.requests, []
        for ids, then in waiting:
            then([row_of(id_, **changes) for id_ in ids])


@pytest.fixture
def held() -> HeldRequests:
    return HeldRequests()
