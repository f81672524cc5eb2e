"""Puts together: the window first, everything heavy after its first paint, and an orderly end.

Until the window is painted nothing but Qt, pydantic with psygnal, SQLite and our own light modules is loaded. Then a
thread imports the rest while the window already answers, and the loop that runs coroutines takes over from Qt's own.
"""

import gc
import os
import sys
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
from shipconsole.station import settings
from shipconsole.station.exit_deadline import ExitDeadline
from shipconsole.station.profile import Profile, ProfileLock, open_profile, sqlite_file
from shipconsole.store import fitness
from shipconsole.store.database import Store
from shipconsole.store.errors import StoreUnfitError
from shipconsole.ui.kit.garbage import collect_on_this_thread
from shipconsole.ui.kit.qt_language import use_language
from shipconsole.ui.kit.theme import STYLE, Theme
from shipconsole.ui.kit.tokens import DARK, LIGHT, Tokens, scaled
from shipconsole.ui.window.close_filter import CloseFilter
from shipconsole.ui.window.database_care import DatabaseCare
from shipconsole.ui.window.loading import Loading
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.trouble import Trouble

if TYPE_CHECKING:
    import ssl
    from types import FrameType

    from shipconsole.operations.context import Context
    from shipconsole.receiver.server import Receiver
    from shipconsole.station.clock import SystemClock
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.ui.window.receiver_switch import ReceiverSwitch

APP_ID = "io.shipconsole.Shipconsole"
EXIT_OUTSIDE = 5
# A window that comes with its first page does not flicker. The page is there before the window is made, unless the
# disk is very slow or another program holds the store.
FIRST_PAGE_WITHIN_MS = 250
QUIT_WAIT_S = 6.0
SWITCH_S = 0.0002
WEBHOOKS_PER_S = 60.0
Hear = Callable[[EnvironmentFailure | None], None]


class Opened(NamedTuple):
    """What a window works on: its profile and settings, and the simulated platforms' address in the demo."""

    profile: Profile
    settings: settings.Settings
    store: Store
    simulator_url: str = ""
    restored: str = ""
    """What is to be said of a restore that was interrupted and is finished now."""


def run_window(*, profile: str | None, database: str | None, demo: bool) -> int:
    """Open the window and stay until it is closed; tell the exit code."""
    gc.disable()
    # The store's threads and the receiver give way to the window much sooner than they would by themselves.
    sys.setswitchinterval(SWITCH_S)
    app = QApplication([*sys.argv[:1], *STYLE])
    app.setApplicationName("Shipconsole")
    app.setDesktopFileName(APP_ID)
    app.setQuitOnLastWindowClosed(False)
    try:
        notice: Trouble | None = None
        while True:
            care = DatabaseCare(notice)
            with _opened(profile, database, care.hear, demo=demo) as opened:
                code = _run(app, opened, care)
                if care.chosen is None:
                    return code
                # Nobody has the store open any more, and no other window can open it yet.
                opened.store.close()
                notice = care.chosen(opened.store.file)
    except EnvironmentFailure as outside:
        sys.stderr.write(f"{outside.message}\n")
        _show_alone(str(outside.message))
        return EXIT_OUTSIDE


@contextmanager
def _opened(folder: str | None, database: str | None, tell: Hear, *, demo: bool) -> Generator[Opened]:
    """Open the profile, alone among windows and servers; in the demo a throw-away one beside simulated platforms."""
    if demo:
        import tempfile

        from shipconsole.demo import running_simulator

        with (
            tempfile.TemporaryDirectory(prefix="shipconsole-demo-") as throw_away,
            running_simulator() as url,
            _held(open_profile(Path(throw_away), {}), None, url, tell) as opened,
        ):
            yield opened
    else:
        profile = open_profile(Path(folder) if folder else None, os.environ)
        with _held(profile, database, "", tell) as opened:
            yield opened


@contextmanager
def _held(profile: Profile, database: str | None, simulator_url: str, tell: Hear | None = None) -> Generator[Opened]:
    lock = ProfileLock(profile)
    if not lock.acquire():
        raise EnvironmentFailure(Message("profile.in_use"))
    try:
        file = sqlite_file(profile.database_url({} if simulator_url else os.environ, database))
        restored = _finish_restore(file)
        loaded = settings.load(profile)
        messages.use(loaded.settings.language)
        store = Store(file, expected=profile.had_database(file))
        store.open(tell, before_migration=_copy_before)
        try:
            yield Opened(profile, loaded.settings, store, simulator_url, restored)
        finally:
            if store.is_open:
                profile.note_database(file)
            store.close()
    finally:
        lock.release()


def _finish_restore(file: Path) -> str:
    """Finish a restore whose program was ended, and tell that in a sentence."""
    if not fitness.is_restore_unfinished(file):
        return ""
    from shipconsole.operations.maintenance import backups

    return str(backups.finish_restore(file))


def _copy_before(file: Path, number: int) -> object:
    from shipconsole.store import backup

    return backup.make_before(file, number)


def _run(app: QApplication, opened: Opened, care: DatabaseCare) -> int:
    use_language(app)
    theme = Theme()
    theme.prepare(app, _tokens(app, opened.settings))
    window = MainWindow(
        opened.store, theme, opened.settings, practice=bool(opened.simulator_url), profile=opened.profile
    )
    theme.apply_stylesheet(app)
    closing = CloseFilter(window)
    deadline = ExitDeadline(opened.store.close)
    closing.close_requested.connect(deadline.begin)
    care.begin(window, theme, opened.store.file, opened.restored)
    window.painted.connect(lambda: _close_on_signals(window))
    loading = Loading(window, opened.profile, _trusted)
    _wait_for(window.order_list.first_came, window.order_list.failed, most_ms=FIRST_PAGE_WITHIN_MS)
    window.show()
    collector = collect_on_this_thread(app)
    try:
        _wait_for(loading.done, closing.close_requested)
        if loading.error is not None:
            raise loading.error
        if loading.tls is not None and not closing.is_closing:
            _work(app, window, closing, opened, loading.tls, care)
    finally:
        collector.stop()
        window.hide()
        loading.finish()
        window.deleteLater()
    if care.chosen is not None:
        deadline.lift()
    return EXIT_OUTSIDE if care.is_left_damaged else 0


def _trusted() -> "ssl.SSLContext":
    """Read the system's certificates, which takes a moment."""
    from shipconsole.vendors.http import tls_context

    return tls_context()


def _work(
    app: QApplication,
    window: MainWindow,
    closing: CloseFilter,
    opened: Opened,
    tls: "ssl.SSLContext",
    care: DatabaseCare,
) -> None:
    """Run the loop of coroutines until the window is to close, then shut everything down in order."""
    import asyncio

    import qasync  # pyright: ignore[reportMissingTypeStubs] - it has none

    from shipconsole.operations import profile_id
    from shipconsole.operations.maintenance import backups, retention, updates
    from shipconsole.operations.worker import Dispatcher
    from shipconsole.station.clock import SystemClock
    from shipconsole.ui.kit.tasks import Tasks

    async def main() -> None:
        clock = SystemClock()
        closed = asyncio.Event()
        closing.close_requested.connect(closed.set)
        if closing.is_closing:
            closed.set()
        try:
            await asyncio.to_thread(profile_id.settle, opened.store, opened.profile, clock)
        except StoreUnfitError:
            # A person decides what takes its place, in their own time; the window stays until then.
            await closed.wait()
            return
        ctx = _context(opened, tls, clock)
        await ctx.write(ctx.keep_steady_time)
        tasks = Tasks()
        if opened.simulator_url:
            from shipconsole.demo import connect_simulator

            await connect_simulator(ctx, opened.simulator_url)
        window.start(ctx, tasks)
        for message in settings.load(opened.profile).messages:
            window.banner.tell(Trouble(str(message)))
        dispatcher = Dispatcher(ctx)
        window.feed.changed.connect(dispatcher.wake)
        tasks.spawn("dispatcher", dispatcher.run())
        tasks.spawn("look the database over", care.verify_database(ctx))
        if not opened.simulator_url:
            tasks.spawn("backups", backups.copy_daily(ctx, care.show_no_backup))
            tasks.spawn("retention", retention.keep_days(ctx, opened.settings.webhook_days))
            tasks.spawn("new versions", updates.look_daily(opened.profile, opened.settings, window.show_news))
        receiver = _receiver_switch(opened, ctx, window, tasks)
        if opened.simulator_url:
            window.pull_orders()
        gc.collect()
        gc.freeze()
        await closed.wait()
        # What was typed is stored, nothing new is sent, what is in flight may still be answered; the rest is
        # looked into at the next start.
        await window.shutdown()
        tasks.spawn("say what is waited for", window.say_leaving(lambda: dispatcher.in_flight, QUIT_WAIT_S))
        await asyncio.gather(receiver.stop(), dispatcher.stop(QUIT_WAIT_S))
        await tasks.stop()
        await ctx.sender.close()
        chosen = opened.settings._replace(window_state=window.state_text(), receiver=receiver.is_on)
        settings.save(opened.profile, chosen, opened.settings)

    loop = cast("asyncio.AbstractEventLoop", qasync.QEventLoop(app))
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()


def _context(opened: Opened, tls: "ssl.SSLContext", clock: "SystemClock") -> "Context":
    """Return what operations work with, as the settings say."""
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
        label_rules=opened.settings.label_rules,
        timings=BESIDE_A_WINDOW,
    )


def _receiver_switch(opened: Opened, ctx: "Context", window: MainWindow, tasks: "Tasks") -> "ReceiverSwitch":
    """Receive webhooks as the settings say; in the demo by itself, at a port that is free."""
    from shipconsole.demo import subscribe_simulator
    from shipconsole.ui.window.receiver_switch import ReceiverSwitch

    chosen, is_demo = opened.settings, bool(opened.simulator_url)

    def listen(port: int, on_end: Callable[[], None]) -> "Receiver":
        # Loading these takes a moment, and this is called in a thread.
        from shipconsole.receiver.rules import Rules
        from shipconsole.receiver.server import Receiver

        names = tuple(chosen.receiver_names.replace(",", " ").split())
        receiver = Receiver(ctx, port=port, rules=Rules(names=names, most_per_s=WEBHOOKS_PER_S), on_end=on_end)
        receiver.start()
        return receiver

    def remember(on: bool) -> None:
        settings.save(opened.profile, chosen._replace(receiver=on), chosen._replace(receiver=not on))

    return ReceiverSwitch(
        window,
        tasks,
        listen,
        # The usual port may be in use by a window that is no demo.
        port=0 if is_demo else chosen.receiver_port,
        is_on=chosen.receiver or is_demo,
        remember=remember,
        introduce=partial(subscribe_simulator, ctx) if is_demo else None,
    )


def _tokens(app: QApplication, chosen: settings.Settings) -> Tokens:
    dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark if chosen.theme == "system" else chosen.theme == "dark"
    return scaled(DARK if dark else LIGHT, chosen.text_scale)


def _close_on_signals(window: MainWindow) -> None:
    """Let Ctrl+C in a terminal and an orderly end of the session close the window, without a question."""
    import signal

    def close(_number: int, _frame: "FrameType | None") -> None:
        window.close_now()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, close)


def _wait_for(*signals: SignalInstance, most_ms: int | None = None) -> None:
    """Let Qt run until the first of some signals: before the loop of coroutines is there to be awaited on."""
    waiting = QEventLoop()
    for signal in signals:
        signal.connect(waiting.quit)
    if most_ms is not None:
        QTimer.singleShot(most_ms, waiting.quit)
    waiting.exec()


def _show_alone(text: str) -> None:
    """Show a sentence where there is no window to show it in, until it is read."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Information, "Shipconsole", "", QMessageBox.StandardButton.Ok)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(plain(text, lines=True))
    box.open()
    _wait_for(box.finished)
