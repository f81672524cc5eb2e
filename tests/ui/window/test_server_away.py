"""A window on a server's database: the server goes and comes back while an order is open, or lacks changes."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.address import Address
from shipconsole.domain.database_address import database_address
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import server_admin
from shipconsole.operations.maintenance.opening import ServerAccess
from shipconsole.operations.orders import orders
from shipconsole.operations.vendor_orders import manual_orders
from shipconsole.station.kept_drafts import KeptDrafts
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.postgresql import engine
from shipconsole.store.postgresql.store import PostgresqlStore
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.database_monitor import DatabaseMonitor
from shipconsole.ui.window.main_window import MainWindow
from tests.support.bench import USPS_NUMBERS, open_context
from tests.support.postgresql import PostgresqlServer
from tests.support.proxy import Proxy, running_proxy
from tests.ui.waiting import until, until_stored

STATION = "Bench 3"
NUMBER, OTHER_NUMBER = USPS_NUMBERS[:2]


class Server(NamedTuple):
    """A database with two orders, behind a proxy that can cut it off."""

    url: str
    direct: str
    proxy: Proxy


@pytest.fixture
def server(postgresql_database: str, postgresql_server: PostgresqlServer) -> Generator[Server]:
    create_or_upgrade(postgresql_database)
    with running_proxy(postgresql_server.port) as proxy:
        yield Server(proxy.through(postgresql_database), postgresql_database, proxy)


class Working(NamedTuple):
    """A started window and what it works on."""

    window: MainWindow
    ctx: Context
    store: PostgresqlStore

    def banners(self) -> list[str]:
        """Return what the banner says."""
        return [message.what for message in self.window.banner.messages()]

    async def open(self, number: str) -> int:
        """Open an order, and return its id."""
        order_id = await orders.find(self.ctx, number)
        self.window.open_order(order_id)
        await until(lambda: self.window.editor.order_id == order_id and self.window.editor.session is not None)
        return order_id

    async def stored(self, order_id: int) -> ShipmentDraft | None:
        """Return an order's stored draft."""
        return (await orders.sheet(self.ctx, order_id)).draft


def access(folder: Path, url: str) -> ServerAccess:
    return ServerAccess(Profile(folder), database_address(url))


@asynccontextmanager
async def working(server: Server, folder: Path, qtbot: QtBot) -> AsyncGenerator[Working]:
    """Open a started window, as the program does."""
    monitor, tasks = DatabaseMonitor(None), Tasks()
    store = PostgresqlStore(server.url, folder)
    theme = Theme()
    window = MainWindow(store, theme, Settings(station_name=STATION), profile=Profile(folder))
    qtbot.addWidget(window)
    monitor.begin(window, theme, store.file)
    monitor.accept = lambda reason: server_admin.accept(access(folder, server.url), reason, station=STATION, now_ms=0)
    started: list[bool] = []
    # The context opens the store; only here with the reports of a window.
    open_store = store.open
    store.open = lambda *_, **__: None if started else started.append(True) or open_store(monitor.report)
    window.show()
    async with open_context(folder, store=store) as ctx:
        try:
            await ctx.read(lambda db: db.value("changes.newest"))
            window.start(ctx, tasks)
            yield Working(window, ctx, store)
        finally:
            server.proxy.refuses = False
            await until(lambda: store.is_open)
            await window.shutdown()
            await tasks.stop()
            window.hide()


async def add_orders(ctx: Context) -> None:
    address = Address(name="Ada", street="1 Road", city="Bath", postal_code="BA1 1AA", country="GB")
    for number in ("P-1", "P-2"):
        await manual_orders.create(ctx, NewOrder(number, address, (NewLine("MUG", "Mug", 2),)), ())


async def test_the_open_order_stays_as_a_draft_while_the_server_is_away(
    server: Server, tmp_path: Path, qtbot: QtBot
) -> None:
    async with working(server, tmp_path, qtbot) as at:
        await add_orders(at.ctx)
        order_id = await at.open("P-1")
        other_id = await orders.find(at.ctx, "P-2")
        server.proxy.refuses = True
        server.proxy.cut()
        at.window.editor.steps.all_left()
        at.window.editor.steps.set_tracking(NUMBER)
        kept = KeptDrafts(tmp_path, at.store.label)
        await until(kept.every)
        await until(at.banners)
        await until(lambda: at.window.strip.headline.text() == text("verdict_title.not_saved"))
        assert len(at.banners()) == 1
        assert "Can't reach the database server" in at.window.banner.messages()[0].means
        # Others can't be opened, and what was typed stays.
        at.window.open_order(other_id)
        assert at.window.editor.order_id == order_id
        assert at.window.editor.snapshot().packages[0].tracking_number == NUMBER
        await until(lambda: NUMBER in kept.every().get(order_id, ""))
        assert len(at.banners()) == 1
        assert not at.window.editor.is_saved

        server.proxy.refuses = False

        async def is_stored() -> bool:
            draft = await at.stored(order_id) if at.store.is_open else None
            return draft is not None and draft.packages[0].tracking_number == NUMBER

        await until_stored(is_stored)
        await until(lambda: not at.banners() and not kept.every())
        await until(lambda: at.window.strip.headline.text() != text("verdict_title.not_saved"))
        await at.open("P-2")


async def test_what_was_typed_before_the_program_ended_is_put_back(
    server: Server, tmp_path: Path, qtbot: QtBot
) -> None:
    async with working(server, tmp_path, qtbot) as at:
        await add_orders(at.ctx)
        order_id = await orders.find(at.ctx, "P-1")
        gone_id = order_id + 1_000
        draft = ShipmentDraft(packages=[PackageDraft(tracking_number=NUMBER, carrier="usps")])
        label = at.store.label
    kept = KeptDrafts(tmp_path, label)
    kept.keep(order_id, draft.model_dump_json())
    kept.keep(gone_id, draft.model_dump_json())
    # Of another database, which has other orders under these ids.
    KeptDrafts(tmp_path, "elsewhere").keep(order_id, draft.model_dump_json())
    async with working(server, tmp_path, qtbot) as at:
        await until(lambda: not kept.every())
        stored = await at.stored(order_id)
        assert stored is not None
        assert stored.model_dump() == draft.model_dump()
        await at.open("P-1")
        assert at.window.editor.snapshot().packages[0].tracking_number == NUMBER
    assert KeptDrafts(tmp_path, "elsewhere").every()


async def test_a_server_that_lacks_changes_is_used_for_a_reason_that_a_person_gives(
    server: Server, tmp_path: Path, qtbot: QtBot
) -> None:
    async with working(server, tmp_path, qtbot) as at:
        await add_orders(at.ctx)
        connection = engine.connect(server.direct)
        connection.execute("INSERT INTO behind (id, lost_commits) VALUES (1, 3)")
        connection.close()
        await at.open("P-1")
        at.window.editor.steps.all_left()
        dialog = await shown("server_behind_dialog")
        assert "3 changes" in dialog.findChild(object, "found").text()
        assert len(at.banners()) == 1
        dialog.findChild(QPushButton, "accept_behind").click()
        reason = await shown("reason")
        reason.findChild(QLineEdit, "reason_field").setText("compared with the platforms")
        reason.findChild(QPushButton, "reason_done").click()
        await until(lambda: at.store.is_open and at.banners() == [text("database_server.accepted")])
        assert not [window for window in QApplication.topLevelWidgets() if isinstance(window, QDialog)]
        entry = await at.ctx.read(
            lambda db: db.connection.execute("SELECT reason, station FROM manual_change WHERE order_id = 0").fetchall()
        )
        assert entry == [("compared with the platforms", STATION)]


async def shown(name: str) -> QDialog:
    """Wait for a dialog, and return it."""

    def found() -> list[QDialog]:
        every = QApplication.topLevelWidgets()
        return [one for one in every if isinstance(one, QDialog) and one.objectName() == name and one.isVisible()]

    await until(found)
    return found()[0]


async def test_a_failure_of_the_server_is_no_banner_of_a_task() -> None:
    from shipconsole.domain.message import verbatim
    from shipconsole.store.errors import StoreAwayError, StoreBusyError

    tasks, failed = Tasks(), list[str]()
    tasks.failed.connect(failed.append)

    async def fail(failure: EnvironmentFailure) -> None:
        raise failure

    for failure in (StoreAwayError(verbatim("away")), StoreBusyError(verbatim("busy"))):
        tasks.spawn("work", fail(failure))
    await until(lambda: not tasks.running)
    await until(lambda: failed == ["busy"])
