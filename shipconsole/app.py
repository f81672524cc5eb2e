"""The wiring of the window: everything heavy is loaded after its first paint, and it ends in order.

Until the window is painted, only Qt, pydantic with psygnal, SQLite, and light modules are loaded. Then a thread imports
the rest while the window already responds, and the loop that runs coroutines takes over from Qt's own.
"""

import gc
import os
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from PySide6.QtCore import QEventLoop, Qt, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication

from shipconsole import messages
from shipconsole.domain.message import Message
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.maintenance import opening, profile_id
from shipconsole.station import settings
from shipconsole.station.exit_deadline import ExitDeadline
from shipconsole.station.profile import Profile, ProfileLock, open_profile
from shipconsole.store import fitness
from shipconsole.store.database import Store
from shipconsole.store.errors import StoreUnfitError
from shipconsole.ui.kit.formats import use_language
from shipconsole.ui.kit.layout_items import fix_layouts
from shipconsole.ui.kit.theme import STYLE, Theme, chosen_tokens
from shipconsole.ui.kit.threads import collect_garbage_here
from shipconsole.ui.kit.tokens import Tokens
from shipconsole.ui.window import window_state
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.close_filter import CloseFilter, close_on_signals
from shipconsole.ui.window.database_monitor import DatabaseMonitor
from shipconsole.ui.window.loading import Loading
from shipconsole.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    import ssl

    from shipconsole.operations.context import Context
    from shipconsole.receiver.server import Receiver
    from shipconsole.station.clock import SystemClock
    from shipconsole.store.restoring import Restored
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.ui.window.receiver_switch import ReceiverSwitch

APP_ID = "io.shipconsole.Shipconsole"
EXIT_ENVIRONMENT = 5
# A window that is shown with its first page does not flicker. The page is read before the window is made, unless the
# disk is very slow or another program locks the database.
FIRST_PAGE_MAX_MS = 250
QUIT_WAIT_S = 6.0
THREAD_SWITCH_S = 0.0002
WEBHOOKS_PER_S = 60.0
PRACTICE = "SHIPCONSOLE_PRACTICE"
"""The variable with which the assistant of another window opens a demo."""
Report = Callable[[EnvironmentFailure | None], None]
"""Called, on the database's thread, when it cannot be opened; with None when it can be again."""


class Opened(NamedTuple):
    """What a window works on; `simulator_url` is the address of the simulated platforms in a demo."""

    profile: Profile
    settings: settings.Settings
    store: Store
    simulator_url: str = ""
    where: opening.Where | None = None
    """Where the database is."""
    restored: str = ""
    """The message about a restore that was interrupted and is finished now."""
    is_new: bool = False
    """Whether the profile had no database before; also for a server, which does not say who used it."""


def run_window(*, profile: str | None, database: str | None, demo: bool) -> int:
    """Open the window, wait until it is closed, and return the exit code."""
    gc.disable()
    # The threads of the store and the receiver yield to the window much sooner than by default.
    sys.setswitchinterval(THREAD_SWITCH_S)
    app = QApplication([*sys.argv[:1], *STYLE])
    app.setApplicationName("Shipconsole")
    app.setDesktopFileName(APP_ID)
    app.setQuitOnLastWindowClosed(False)
    fix_layouts()
    try:
        notice: BannerMessage | None = None
        while True:
            monitor = DatabaseMonitor(notice)
            with _opened(profile, database, monitor.report, demo=demo) as opened:
                code = _run(app, opened, monitor)
                if monitor.chosen is None:
                    return code
                # The store is closed here, and the profile's lock keeps other windows from opening it.
                opened.store.close()
                assert opened.store.file is not None, "of a server nothing is chosen here"
                notice = monitor.chosen(opened.store.file)
    except EnvironmentFailure as failure:
        sys.stderr.write(f"{failure.message}\n")
        _show_alone(str(failure.message))
        return EXIT_ENVIRONMENT


@contextmanager
def _opened(folder: str | None, database: str | None, report: Report, *, demo: bool) -> Generator[Opened]:
    """Open the profile for this process alone; in a demo a temporary one, with simulated platforms."""
    if demo:
        import tempfile

        from shipconsole.demo import running_simulator

        with (
            tempfile.TemporaryDirectory(prefix="shipconsole-demo-") as temporary,
            running_simulator() as url,
            _locked(open_profile(Path(temporary), {}), None, url, report) as opened,
        ):
            yield opened
    else:
        profile = open_profile(Path(folder) if folder else None, os.environ)
        with _locked(profile, database, "", report) as opened:
            yield opened


@contextmanager
def _locked(profile: Profile, database: str | None, simulator_url: str, report: Report) -> Generator[Opened]:
    lock = ProfileLock(profile)
    if not lock.acquire():
        raise EnvironmentFailure(Message("profile.in_use"))
    try:
        where = opening.where_is(profile, {} if simulator_url else os.environ, database)
        file = where if isinstance(where, Path) else None
        restored = _finish_restore(file) if file is not None else ""
        is_new = file is None or not file.exists()
        loaded = settings.load(profile)
        messages.use(loaded.settings.language)
        store = opening.make_store(profile, where)
        store.open(report, before_migration=_back_up)
        try:
            yield Opened(profile, loaded.settings, store, simulator_url, where, restored, is_new)
        finally:
            if store.is_open and file is not None:
                profile.note_database(file)
            store.close()
    finally:
        lock.release()


def _finish_restore(file: Path) -> str:
    """Finish a restore that was interrupted, and return the message about it."""
    if not fitness.is_restore_unfinished(file):
        return ""
    from shipconsole.operations.maintenance import backups

    return str(backups.finish_restore(file))


def _back_up(file: Path, number: int) -> object:
    from shipconsole.store import backup

    return backup.make_before(file, number)


def _run(app: QApplication, opened: Opened, monitor: DatabaseMonitor) -> int:
    use_language(app)
    theme = Theme()
    theme.prepare(app, _tokens(app, opened.settings))
    window = MainWindow(opened.store, theme, opened.settings, demo=bool(opened.simulator_url), profile=opened.profile)
    theme.apply_stylesheet(app)
    closing = CloseFilter(window)
    deadline = ExitDeadline(opened.store.close)
    closing.close_requested.connect(deadline.begin)
    monitor.begin(window, theme, opened.store.file, opened.restored)
    monitor.accept = partial(_accept, opened)
    window.painted.connect(lambda: close_on_signals(window))
    loading = Loading(window, opened.profile, _tls_context)
    _wait_for(window.order_list.first_page_loaded, window.order_list.failed, max_ms=FIRST_PAGE_MAX_MS)
    window.show()
    collector = collect_garbage_here(app)
    try:
        _wait_for(loading.done, closing.close_requested)
        if loading.error is not None:
            raise loading.error
        if loading.tls is not None and not closing.is_closing:
            _work(app, window, closing, opened, loading.tls, monitor)
    finally:
        collector.stop()
        window.hide()
        loading.finish()
        window.deleteLater()
    if monitor.chosen is not None:
        deadline.lift()
    return EXIT_ENVIRONMENT if monitor.is_left_damaged else 0


def _accept(opened: Opened, reason: str) -> "Restored":
    """Use a server's database that lacks changes, for a person's reason; blocks, and raises `EnvironmentFailure`."""
    from shipconsole.domain.database_address import DatabaseAddress
    from shipconsole.operations.maintenance import server_admin

    assert isinstance(opened.where, DatabaseAddress), "a file is replaced, not accepted"
    access = opening.ServerAccess(opened.profile, opened.where)
    now_ms = time.time_ns() // 1_000_000
    return server_admin.accept(access, reason, station=opened.settings.station_name, now_ms=now_ms)


def _tokens(app: QApplication, chosen: settings.Settings) -> Tokens:
    return chosen_tokens(app, chosen.theme, chosen.text_scale, still=chosen.reduced_motion == "on")


def _tls_context() -> "ssl.SSLContext":
    """Load the system's certificates, which takes a moment."""
    from shipconsole.vendors.http import tls_context

    return tls_context()


def _work(
    app: QApplication,
    window: MainWindow,
    closing: CloseFilter,
    opened: Opened,
    tls: "ssl.SSLContext",
    monitor: DatabaseMonitor,
) -> None:
    """Run the event loop until the window is to close, then end everything in order."""
    import asyncio

    import qasync  # pyright: ignore[reportMissingTypeStubs] - it has none

    from shipconsole.operations.maintenance import backups, retention, station_name, updates
    from shipconsole.operations.worker import Dispatcher
    from shipconsole.station.clock import SystemClock
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.ui.window.closing import show_countdown
    from shipconsole.ui.window.follow_settings import SettingsFollower

    async def main() -> None:
        clock = SystemClock()
        closed = asyncio.Event()
        closing.close_requested.connect(closed.set)
        if closing.is_closing:
            closed.set()
        identified = asyncio.create_task(
            asyncio.to_thread(profile_id.ensure_profile_id, opened.store, opened.profile, clock)
        )
        closing_early = asyncio.create_task(closed.wait())
        # A server that is away is waited for without a limit, and the window may be closed meanwhile.
        await asyncio.wait({identified, closing_early}, return_when=asyncio.FIRST_COMPLETED)
        if not identified.done():
            await asyncio.to_thread(opened.store.close)
            await asyncio.wait({identified})
            identified.exception()
            return
        closing_early.cancel()
        try:
            await identified
        except StoreUnfitError:
            # A person decides what replaces the database; the window stays open until then.
            await closed.wait()
            return
        ctx = _context(opened, tls, clock)
        await ctx.write(ctx.keep_steady_time)
        live, wanted, chosen = window.menus.live, ctx.station, opened.settings
        await asyncio.to_thread(station_name.settle, ctx, opened.profile, is_running=True)
        if ctx.station != wanted:
            # Not as a change by a person, who would take what the other station has under this name.
            chosen = chosen.changed(station_name=ctx.station)
            window.top_bar.show_station(ctx.station)
            live.take_stored(station_name=ctx.station)
        tasks = Tasks()
        if opened.simulator_url:
            from shipconsole.demo import SimulatorFaults, connect_simulator

            window.menus.faults = SimulatorFaults(opened.simulator_url)
            await connect_simulator(ctx, opened.simulator_url)
        window.start(ctx, tasks)
        sounds = window.menus.sounds
        live.start(tasks)
        SettingsFollower(app, window, live, chosen)
        window.scans.stepped.connect(sounds.on_stepped)
        for message in settings.load(opened.profile).messages:
            window.banner.show_message(BannerMessage(str(message)))
        dispatcher = Dispatcher(ctx)
        window.feed.changed.connect(dispatcher.wake)
        tasks.spawn("dispatcher", dispatcher.run())
        tasks.spawn("verify the database", monitor.verify(ctx))
        if not opened.simulator_url:
            tasks.spawn("backups", backups.back_up_daily(ctx, monitor.show_no_backup))
            tasks.spawn(
                "retention", retention.run(ctx, lambda: retention.Rules.of(live.settings, opened.profile.folder))
            )
            tasks.spawn(
                "new versions",
                updates.check_daily(opened.profile, lambda: live.settings, window.menus.show_new_version),
            )
        receiver = _receiver_switch(opened, ctx, window, tasks)
        if opened.simulator_url:
            window.sync_orders()
        _greet(opened, window)
        gc.collect()
        gc.freeze()
        await closed.wait()
        # Input is saved, nothing new is sent, and requests in flight may still be answered; the outcome of the rest
        # is checked at the next start.
        await window.shutdown()
        tasks.spawn("show the countdown", show_countdown(window, lambda: dispatcher.in_flight, QUIT_WAIT_S))
        await asyncio.gather(receiver.stop(), dispatcher.stop(QUIT_WAIT_S))
        await tasks.stop()
        await ctx.sender.close()
        sounds.stop()
        live.change(window_state=window_state.saved(window), receiver=receiver.is_on)
        live.stop()
        settings.save(opened.profile, live.settings, live.stored)

    loop = cast("asyncio.AbstractEventLoop", qasync.QEventLoop(app))
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()


def _greet(opened: Opened, window: MainWindow) -> None:
    """Open the assistant in a new profile, and in a demo the practice package if it was opened for that."""
    if not opened.simulator_url and opened.is_new and not opened.settings.first_run_done:
        window.menus.open("first_run")
    elif opened.simulator_url and os.environ.get(PRACTICE):
        window.menus.open("practice")


def _context(opened: Opened, tls: "ssl.SSLContext", clock: "SystemClock") -> "Context":
    """Return the context of all operations, according to the settings."""
    from shipconsole.domain.package_size import presets_from
    from shipconsole.operations.context import Context
    from shipconsole.operations.rate_limit import SharedRateLimit
    from shipconsole.operations.timings import BESIDE_A_WINDOW
    from shipconsole.station.keys import MemoryKeys, OsKeys
    from shipconsole.vendors.http import Sender

    return Context(
        opened.store,
        Sender(tls, SharedRateLimit(opened.store, clock)),
        MemoryKeys() if opened.simulator_url else OsKeys(opened.profile.id),
        clock,
        opened.settings.station_name,
        undo_window_s=opened.settings.undo_window_s,
        ship_when_packed=opened.settings.ship_when_packed,
        label_rules=opened.settings.label_rules,
        claim_stale_s=opened.settings.claim_minutes * 60,
        first_rules=opened.settings.first_rules,
        package_presets=presets_from(opened.settings.package_presets),
        picture_folder=opened.profile.pictures if opened.settings.item_pictures else None,
        timings=BESIDE_A_WINDOW,
        profile_id=opened.profile.id,
        host=settings.host_name(),
        sends=opened.settings.sends_updates,
    )


def _receiver_switch(opened: Opened, ctx: "Context", window: MainWindow, tasks: "Tasks") -> "ReceiverSwitch":
    """Return the webhook receiver's switch, on according to the settings; in a demo always, at any free port."""
    from shipconsole.demo import subscribe_simulator
    from shipconsole.ui.window.receiver_switch import ReceiverSwitch

    chosen, is_demo = opened.settings, bool(opened.simulator_url)

    def listen(port: int, on_end: Callable[[], None]) -> "Receiver":
        # Called in a thread, since loading these takes a moment.
        from shipconsole.receiver.rules import Rules
        from shipconsole.receiver.server import Receiver

        rules = Rules(names=chosen.receiver_hosts, most_per_s=WEBHOOKS_PER_S)
        receiver = Receiver(ctx, port=port, rules=rules, on_end=on_end)
        receiver.start()
        return receiver

    def save(on: bool) -> None:
        settings.save(opened.profile, chosen.changed(receiver=on), chosen.changed(receiver=not on))

    return ReceiverSwitch(
        window,
        tasks,
        listen,
        # Another window that is no demo may use the usual port.
        port=0 if is_demo else chosen.receiver_port,
        is_on=chosen.receiver or is_demo,
        save=save,
        subscribe=partial(subscribe_simulator, ctx) if is_demo else None,
    )


def _wait_for(*signals: SignalInstance, max_ms: int | None = None) -> None:
    """Run Qt until the first of some signals, as long as there is no event loop for coroutines."""
    waiting = QEventLoop()
    for signal in signals:
        signal.connect(waiting.quit)
    if max_ms is not None:
        QTimer.singleShot(max_ms, waiting.quit)
    waiting.exec()


def _show_alone(text: str) -> None:
    """Show a message without a window, until it is closed."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Information, "Shipconsole", "", QMessageBox.StandardButton.Ok)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(plain(text, lines=True))
    box.open()
    _wait_for(box.finished)
