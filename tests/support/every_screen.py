"""Opens the main window in its states, and every dialog, at any size and text scale: for measuring and for pictures."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, orders, packers
from shipconsole.operations.shipping import ship
from shipconsole.operations.shipping.ship import PackedOrder, Unfinished
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.profile import Profile
from shipconsole.station.settings import PAGES, Settings, ThemeChoice
from shipconsole.store import orders as stored_orders
from shipconsole.store.database import Db
from shipconsole.ui.dialogs.first_run.dialog import FirstRunDialog
from shipconsole.ui.dialogs.first_run.steps import STEPS
from shipconsole.ui.dialogs.settings.dialog import SettingsDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme, chosen_tokens
from shipconsole.ui.tracking.links import checked_link
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.database_monitor import server_note
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.menu_entries import ENTRIES
from tests.support.bench import USPS_NUMBERS, draft_of, fault
from tests.support.demo_faults import SAMPLE, KeptFaults

SHIPPED, TROUBLE, NEXT = "10001", "10002", "10003"
ITEMS = (
    ("BOTTLE-750", "Stainless steel drinking bottle with straw lid, 750 ml, black", 2),
    ("CABLE-USB-C-2M", "Charging cable USB-C to USB-C, braided, 2 m", 1),
    ("TABLET-10-COVER-QWERTZ", "Tablet 10 in, keyboard cover QWERTZ", 1),
    ("LAMP-DESK", "Desk lamp", 3),
    ("STAND-ALU", "Phone Stand, Aluminium", 1),
)
SERVER = "postgresql://station_3@db.example.org/shipconsole?sslrootcert=/etc/shipconsole-ca.crt"
"""The address of the database in the settings, where it is on a server."""
OTHER_STATION = "Packing table 12 (returns)"
Found = TypeVar("Found")
SETTLE_S = 0.03
ROUNDS = 20
"""How often a window is looked at again before what it shows counts, on a computer that is busy otherwise."""


async def prepare(ctx: Context, server: SimulatorServer) -> None:
    """Make an order of six items of which one package is shipped, one with updates in trouble, and a packer."""
    order_id = await orders.find(ctx, SHIPPED)
    await ctx.write(_add_items, order_id)
    _, draft = await draft_of(ctx, SHIPPED, {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[0])
    await ship.ship(ctx, order_id, draft)
    await worker.flush(ctx, until_empty=True)
    fault(server, "shipup", "refuse", times=None)
    fault(server, "starshipit", "429", seconds=600, times=None)
    fault(server, "shipengine", "drop_after", times=None)
    _, draft = await draft_of(ctx, TROUBLE, None, USPS_NUMBERS[2])
    await ship.ship(ctx, await orders.find(ctx, TROUBLE), draft)
    await worker.flush(ctx)
    await packers.add(ctx, "Mira Kovač", "P7", "4711")


def _add_items(db: Db, order_id: int) -> None:
    for sku, name, ordered in ITEMS:
        stored_orders.add_line(db, order_id, sku=sku, description=name, ordered=ordered, cancelled=0, weight_g=None)
    stored_orders.refresh_totals(db, order_id, now_ms=1)


class Station:
    """A started window, what it works with, and how its screens are opened."""

    def __init__(self, window: MainWindow, ctx: Context, tasks: Tasks, theme: Theme, folder: Path) -> None:
        """Take a started window."""
        self.window, self.ctx, self.tasks, self.theme, self.folder = window, ctx, tasks, theme, folder

    async def settle(self) -> None:
        """Let the window show what it has read."""
        for _ in range(3):
            await asyncio.sleep(SETTLE_S)
            for _ in range(200):
                if not self.tasks.running:
                    break
                await asyncio.sleep(0.01)

    async def resize(self, width: int, height: int) -> None:
        """Move the window to a screen of a size, and fill it."""
        screen = next(
            (one for one in QApplication.screens() if (one.size().width(), one.size().height()) == (width, height)),
            self.window.screen(),
        )
        self.window.setGeometry(QRect(screen.geometry().topLeft(), screen.size()))
        self.window.move(screen.geometry().topLeft())
        self.window.resize(width, height)
        for _ in range(ROUNDS):
            await asyncio.sleep(0)
            if self.window.screen() is screen and self.window.size() == screen.size():
                break
            await asyncio.sleep(SETTLE_S)

    async def lasting(self, measure: Callable[[], list[Found]]) -> list[Found]:
        """Return what is found at every measuring, until nothing is: a window is laid out in more than one turn."""
        found = measure()
        for _ in range(ROUNDS):
            if not found:
                break
            await self.settle()
            still = measure()
            found = [one for one in found if one in still]
        return found

    async def open_order(self, number: str) -> None:
        """Open an order."""
        order_id = await orders.find(self.ctx, number)
        self.window.open_order(order_id)
        for _ in range(500):
            if self.window.editor.session is not None and self.window.editor.order_id == order_id:
                break
            await asyncio.sleep(0.01)
        await self.settle()

    async def states(self) -> AsyncIterator[str]:
        """Bring the window into each of its states."""
        window = self.window
        await self.settle()
        yield "empty"
        await self.open_order(TROUBLE)
        yield "trouble"
        await self.open_order(SHIPPED)
        yield "order"
        for tab in ("tracking", "activity", "packages"):
            window.columns.show_panel(tab)
            await self.settle()
            yield tab
        for sheet in ("orders", "packages"):
            window.columns.open_sheet(sheet)
            await self.settle()
            yield f"sheet_{sheet}"
        window.columns.close_sheets()
        other = replace(self.ctx, station=OTHER_STATION)
        await claims.take_over(other, window.editor.order_id or 0)
        await self._until(window.editor.claim_note.isVisible)
        yield "claimed"
        window.editor.claim_note.take_over()
        await self._until(window.editor.claim_note.isHidden)
        notes = server_notes()
        window.show_database_away(max(notes.values(), key=lambda note: len("".join(note[:3]))))
        await self.settle()
        yield "server"
        window.show_database_away(None)
        window.top_bar.scan_field.take("MOBILE-CASE-BLK")
        await self.settle()
        yield "good"
        window.top_bar.scan_field.take(USPS_NUMBERS[1])
        await self.settle()
        yield "labelled"
        window.top_bar.show_counts(sending=2, oldest_ms=1, needs_attention=3)
        window.top_bar.show_late(1)
        window.top_bar.show_forward_review(1)
        window.banner.show_message(BannerMessage(text("program.failed"), text("banner.not_saved")))
        await self.settle()
        yield "banner"
        window.banner.dismiss()
        window.top_bar.scan_field.take("NO-SUCH-CODE")
        await self.settle()
        yield "locked"
        for sheet in ("orders", "packages"):
            if window.columns.open_sheet(sheet):
                await self.settle()
                yield f"locked_sheet_{sheet}"
        window.columns.close_sheets()
        window.top_bar.scan_field.take("%OK")
        await self.settle()
        for view in ("shipped", "partly", "needs_attention", "late", "to_ship"):
            window.order_list.show_view(view)
            await self.settle()
            yield f"view_{view}"

    async def _until(self, is_so: Callable[[], bool]) -> None:
        for _ in range(500):
            if is_so():
                break
            await asyncio.sleep(0.01)
        await self.settle()

    async def show_again(self, state: str) -> None:
        """Open what a change of the window's size closes."""
        if "sheet_" in state:
            self.window.columns.open_sheet(state.rpartition("_")[2])
        await self.settle()

    def dialogs(self) -> dict[str, Callable[[], object]]:
        """Return how each dialog is opened, by its name."""
        menus = self.window.menus
        names = [entry.name for entry in ENTRIES] + ["keys", "packer", "preview", "all_fields", "quick_look"]
        made: dict[str, Callable[[], object]] = {name: partial(menus.open, name) for name in names}
        made |= {name: partial(menus.open, name) for name in ("slip", "package_label", "command_sheet")}
        made |= {f"settings_{page}": partial(self._page, "settings", page) for page in PAGES}
        made |= {f"first_run_{step}": partial(self._page, "first_run", step) for step in STEPS}
        made["quick_look_order"] = lambda: self._look()
        made["import_mapped"] = self._import
        made["closing"] = self._closing
        made["call_details"] = self._call_details
        made["track_details"] = self._track_details
        made["open_page"] = self._open_page
        made["unsaved"] = self._unsaved
        made["reason"] = self._reason
        made["damaged_database"] = self._damaged
        made["server_behind"] = self._server_behind
        made["draft_question"] = self._draft_question
        made["menu"] = menus.show_menu
        made["connections_list"] = self._connections
        made["views"] = self.window.order_list.views.open
        made["order_menu"] = menus.show_order_menu
        return made

    def _page(self, entry: str, page: Any) -> None:
        self.window.menus.open(entry)
        dialog = top_window()
        if isinstance(dialog, SettingsDialog):
            dialog.show_page(page)
        elif isinstance(dialog, FirstRunDialog):
            dialog.show_step(page)

    def _look(self) -> None:
        self.window.list_actions.look(self.window.editor.order_id or 0)

    async def _connections(self) -> None:
        bar = self.window.top_bar
        bar.show_counts(sending=2, oldest_ms=1, needs_attention=3)
        bar.show_late(1)
        bar.show_forward_review(1)
        # A window that becomes active late closes what lies over it.
        for _ in range(2):
            bar.connections.show_list()
            await self.settle()
            if top_window() is not None:
                return

    def _import(self) -> None:
        file = self.folder / "shipments.csv"
        rows = [f"{SHIPPED},MOBILE-CASE-BLK,1,{USPS_NUMBERS[1]}", "99999,NO-SUCH-ITEM,1,", f"{NEXT},MOBILE,x,"]
        file.write_text("\n".join(("Order,SKU,Quantity,Tracking number", *rows)), encoding="utf-8")
        self.window.menus.import_file(str(file))

    def _closing(self) -> None:
        from shipconsole.ui.window.closing import ask_to_close

        packed = tuple(PackedOrder(f"1000{number}", number + 1) for number in range(7))
        ask_to_close(self.window, self.theme, Unfinished(packed=packed, updates=3), lambda: None)

    async def _call_details(self) -> None:
        from shipconsole.operations.outbox import evidence
        from shipconsole.ui.dialogs.call_details import CallDetails

        sheet = await orders.sheet(self.ctx, await orders.find(self.ctx, TROUBLE))
        call = next(call for call in sheet.calls if call.state in ("unknown", "rejected", "dead"))
        attempts = await worker.attempts(self.ctx, call.id)
        found = await evidence.of_call(self.ctx, call)
        CallDetails(self.window, self.theme, call, attempts, (), found).open()

    async def _track_details(self) -> None:
        from shipconsole.ui.tracking.details import TrackDetailsDialog

        sheet = await orders.sheet(self.ctx, await orders.find(self.ctx, SHIPPED))
        TrackDetailsDialog(self.window, self.theme, sheet.tracks[0]).open()

    def _open_page(self) -> None:
        from shipconsole.ui.tracking.links import OpenAnywayDialog

        link = checked_link("https://tracking.example-of-a-long-name.com/packages/9400100109361129278357")
        assert link is not None
        OpenAnywayDialog(self.window, self.theme, link, lambda: None).open()

    def _unsaved(self) -> None:
        from shipconsole.ui.kit.prompt import Line, PromptButton, prompt

        prompt(
            self.window,
            self.theme,
            "unsaved_dialog",
            text("unsaved.title"),
            (Line(text("unsaved.means"), style="secondary"),),
            (
                PromptButton("close_unsaved", text("unsaved.close")),
                PromptButton("keep_editing", text("unsaved.keep_editing"), key="Esc", is_default=True),
            ),
        )

    def _reason(self) -> None:
        from shipconsole.ui.kit.prompt import ask_reason

        ask_reason(self.window, self.theme, text("button.close"), text("unsaved.means")).open()

    def _server_behind(self) -> None:
        from shipconsole.ui.dialogs.damaged_database import server_behind_prompt

        reason = Message("database.change_missing", count=3)
        found = str(Message("server.behind", database="orders (packing-server.example:5432)", reason=reason))
        server_behind_prompt(self.window, self.theme, found, accept=lambda: None).open()

    async def _draft_question(self) -> None:
        from shipconsole.ui.order_editor.draft_questions import DraftQuestions
        from shipconsole.ui.order_editor.drafts import NotSaved

        order_id, theirs = await draft_of(self.ctx, NEXT, None, USPS_NUMBERS[0])
        packages = tuple(PackageDraft(quantities={1: 2}, tracking_number=number) for number in USPS_NUMBERS)
        questions = self.window.editor.findChild(DraftQuestions)
        assert questions is not None
        await orders.save_draft(replace(self.ctx, station=OTHER_STATION), order_id, theirs)
        questions.tell(NotSaved(order_id, ShipmentDraft(packages=packages), OTHER_STATION, False, True))

    def _damaged(self) -> None:
        from shipconsole.ui.dialogs.damaged_database import Choice, damaged_database_prompt

        damaged_database_prompt(
            self.window,
            self.theme,
            "database disk image is malformed",
            title=text("unsaved.title"),
            backup=text("damaged_database.means"),
            restore=lambda: None,
            leave=Choice(text("button.close"), lambda: None),
        ).open()

    async def dialog(self, name: str, act: Callable[[], object]) -> QWidget:
        """Open a dialog, and return it once it shows what it has read."""
        result = act()
        if isinstance(result, Awaitable):
            await result
        for _ in range(200):
            if top_window() is not None:
                break
            await asyncio.sleep(0.01)
        await self.settle()
        found = top_window()
        assert found is not None, name
        return found

    async def close_dialogs(self) -> None:
        """Close whatever is open over the window."""
        for _ in range(20):
            found = top_window()
            if found is None:
                return
            if isinstance(found, QDialog):
                QDialog.reject(found)
            if found.isVisible():
                found.hide()
            await asyncio.sleep(0)


def server_notes() -> dict[str, BannerMessage]:
    """Return what the banner says about a database that cannot be used, or about this station's name, by its cause."""
    name = "orders (packing-server.example:5432)"
    missing = Message("database.change_missing", count=3)
    stopped = Message("server.stopped")
    waiting = text("database_server.waiting")
    away = Message("server.away", host="packing-server.example", port=5432, database="orders", reason=stopped)
    found = {
        "away": (str(away), waiting),
        "waits": (str(Message("server.waits", database=name)), waiting),
        "behind": (f"{Message('server.behind', database=name, reason=missing)} {text('database_server.accept')}", ""),
        "older": (str(Message("server.older", database=name)), ""),
        "newer": (str(Message("server.newer", database=name)), ""),
    }
    notes = {cause: server_note(message, advice) for cause, (message, advice) in found.items()}
    notes["name_taken"] = BannerMessage(text("settings.station_name_in_use", name=OTHER_STATION), topic="store")
    packed = text("draft.packed_elsewhere", station=OTHER_STATION)
    notes["packed_elsewhere"] = BannerMessage(packed, text("draft.packed_elsewhere_means"), topic="store")
    return notes


def top_window() -> QWidget | None:
    """Return the window that lies over the main window, if any."""
    shown = [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.isVisible() and not isinstance(widget, MainWindow) and type(widget).__name__ != "QTipLabel"
    ]
    active = [widget for widget in shown if isinstance(widget, QDialog)]
    return (active or shown or [None])[-1]


@asynccontextmanager
async def open_station(
    ctx: Context, folder: Path, *, scale: float = 1.0, theme_name: ThemeChoice = "light"
) -> AsyncGenerator[Station]:
    """Open a started window with the program's own theme at a text scale."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    settings = Settings(station_name="Bench 3", theme=theme_name, text_scale=scale, bench_text_scale=max(1.5, scale))
    if ctx.store.file is None:
        settings = settings.model_copy(update={"database": SERVER})
    theme, tasks = Theme(), Tasks()
    theme.use(app, chosen_tokens(app, theme_name, scale))
    theme.load_rest()
    profile = Profile(folder) if ctx.store.file is None else None
    window = MainWindow(ctx.store, theme, settings, demo=True, profile=profile)
    window.show()
    window.start(ctx, tasks)
    window.menus.faults = KeptFaults(*SAMPLE)
    station = Station(window, ctx, tasks, theme, folder)
    try:
        yield station
    finally:
        await station.close_dialogs()
        await window.shutdown()
        await tasks.stop()
        window.closes_without_question = True
        window.close()
        window.deleteLater()
