"""Puts together: the window first, everything heavy after its first paint, and an orderly end.

Until the window is painted nothing but Qt, pydantic with psygnal, SQLite and our own light modules is loaded. Then a
thread imports the rest while the window already answers, and the loop that runs coroutines takes over from Qt's own.
"""

import gc
import importlib
import itertools
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QApplication

from shipconsole import messages
from shipconsole.domain.message import Message
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station import settings
from shipconsole.station.profile import Profile, ProfileLock, open_profile, sqlite_file
from shipconsole.store import fitness
from shipconsole.store.database import Store
from shipconsole.store.errors import (
    StoreBehindError,
    StoreHeldError,
    StoreLayoutError,
    StoreLostError,
    StoreUnfitError,
)
from shipconsole.ui.kit.qt_language import use_language
from shipconsole.ui.kit.theme import STYLE, Theme
from shipconsole.ui.kit.tokens import DARK, LIGHT, Tokens, scaled
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.trouble import Trouble

if TYPE_CHECKING:
    import ssl
    from types import FrameType

    from shipconsole.operations.context import Context
    from shipconsole.receiver.server import Receiver
    from shipconsole.store import backup
    from shipconsole.store.restoring import Restored
    from shipconsole.ui.kit.tasks import Tasks

APP_ID = "io.shipconsole.Shipconsole"
EXIT_OUTSIDE = 5
# A window that comes with its first page does not flicker. The page is there before the window is made, unless the
# disk is very slow or another program holds the store.
FIRST_PAGE_WITHIN_MS = 250
QUIT_WAIT_S = 6.0
# From the wish to close to the end of the program: what hangs by then is left, and the store closed without it.
LEAVE_AFTER_S = 7.5
STORE_CLOSES_WITHIN_S = 1.0
SWITCH_S = 0.0002
WEBHOOKS_PER_S = 60.0
# Rounds of a second in which garbage is collected: when all is loaded, and how often all of it is looked through.
SETTLED_ROUND = 5
FULL_ROUND = 60
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
            care = _Care(notice)
            with _opened(profile, database, care.hear, demo=demo) as opened:
                code = _run(app, opened, care)
                if care.chosen is None:
                    return code
                # Nobody has the store open any more, and no other window can open it yet.
                opened.store.close()
                notice = care.chosen(opened.store.file)
    except EnvironmentFailure as outside:
        sys.stderr.write(f"{outside.message}\n")
        _say(str(outside.message))
        return EXIT_OUTSIDE


@contextmanager
def _opened(folder: str | None, database: str | None, tell: Hear, *, demo: bool) -> Generator[Opened]:
    """Open the profile, alone among windows and servers; in the demo a throw-away one beside simulated platforms."""
    if demo:
        import tempfile

        with (
            tempfile.TemporaryDirectory(prefix="shipconsole-demo-") as throw_away,
            _practice() as url,
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


@contextmanager
def _practice() -> Generator[str]:
    """The simulated platforms in a process of their own, which ends when this one does; gives their address."""
    import subprocess

    no_console = 0
    if not getattr(sys, "frozen", False):
        program = [sys.executable, "-m", "shipconsole"]
    elif sys.platform == "win32":
        # What opens the window there can print nothing; what runs commands lies beside it.
        program = [str(Path(sys.executable).with_name("shipconsole.exe"))]
        no_console = subprocess.CREATE_NO_WINDOW
    else:
        program = [sys.executable]
    process = subprocess.Popen(
        [*program, "simulator", "--ends-with-input"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        creationflags=no_console,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        if found is None:
            raise EnvironmentFailure(Message("simulator.not_started"))
        sys.stderr.write(f"Simulated platforms are at {found[0]}\n")
        yield found[0]
    finally:
        process.communicate()


def _run(app: QApplication, opened: Opened, care: "_Care") -> int:
    use_language(app)
    theme = Theme()
    theme.prepare(app, _tokens(app, opened.settings))
    window = MainWindow(
        opened.store, theme, opened.settings, practice=bool(opened.simulator_url), profile=opened.profile
    )
    theme.apply_stylesheet(app)
    closing = _Closing(window)
    leaving = _Leaving(opened.store)
    closing.asked.connect(leaving.begin)
    care.begin(window, theme, opened)
    window.painted.connect(lambda: _close_on_signals(window))
    heavy = _Heavy(window, opened.profile)
    _wait_for(window.order_list.first_came, window.order_list.failed, most_ms=FIRST_PAGE_WITHIN_MS)
    window.show()
    collector = _collect_on_this_thread(app)
    try:
        _wait_for(heavy.done, closing.asked)
        if heavy.error is not None:
            raise heavy.error
        if heavy.tls is not None and not closing.was_asked:
            _work(app, window, closing, opened, heavy.tls, care)
    finally:
        collector.stop()
        window.hide()
        heavy.finish()
        window.deleteLater()
    if care.chosen is not None:
        leaving.forget()
    return EXIT_OUTSIDE if care.left_damaged else 0


class _Care(QObject):
    """Looks after the store beside the packing: says who holds it, and asks what to do where it cannot be used.

    `chosen` is what shall be done with the file once the window is closed; it gives what the next window says of it.
    """

    _heard = Signal(object)
    _searched = Signal(object, object, bool)

    def __init__(self, notice: Trouble | None) -> None:
        super().__init__()
        self.chosen: Callable[[Path], Trouble] | None = None
        self.left_damaged = False
        self._notice = notice
        self._asked = False
        # What is heard before the window is there waits until Qt runs.
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._searched.connect(self._ask, Qt.ConnectionType.QueuedConnection)

    def begin(self, window: MainWindow, theme: Theme, opened: Opened) -> None:
        self._window, self._theme, self._store = window, theme, opened.store
        if opened.restored:
            self._notice = Trouble(opened.restored, topic="restored")
        if self._notice is not None:
            window.banner.tell(self._notice)

    def hear(self, trouble: EnvironmentFailure | None) -> None:
        """Called on the store's thread: the store cannot be opened, or it could be after all."""
        self._heard.emit(trouble)

    async def look_over(self, ctx: "Context") -> None:
        """Look whether the whole store is sound, beside everything else."""
        from shipconsole.operations.maintenance import backups

        try:
            await backups.look_over(ctx)
        except StoreUnfitError as unfit:
            self._search(unfit, usable=True)

    def tell_of_copies(self, message: Message) -> None:
        """Say that no copy could be made."""
        self._window.banner.tell(
            Trouble(str(message), messages.text("damaged_database.backup_failed_means"), topic="copies")
        )

    def _take(self, trouble: EnvironmentFailure | None) -> None:
        if trouble is None:
            self._window.banner.settle("store")
            self._window.show_database_away(False)
        elif isinstance(trouble, StoreHeldError):
            self._window.banner.tell(
                Trouble(str(trouble.message), messages.text("damaged_database.waiting"), topic="store")
            )
            self._window.show_database_away(True)
        elif isinstance(trouble, StoreUnfitError):
            self._search(trouble, usable=False)

    def _search(self, trouble: StoreUnfitError, *, usable: bool) -> None:
        """Look for a good copy where that may take its time."""
        from shipconsole.store import backup

        def search() -> None:
            self._searched.emit(trouble, backup.last_good(self._store.file), usable)

        threading.Thread(target=search, name="copies", daemon=True).start()

    def _ask(self, trouble: StoreUnfitError, good: "tuple[backup.Copy, int] | None", usable: bool) -> None:
        from shipconsole.store import restoring
        from shipconsole.ui.dialogs.damaged_database.dialog import DamagedStoreDialog, backup_text

        if self._asked:
            return
        self._asked = True

        def put_back() -> None:
            assert good is not None
            copy = good[0].file
            self._choose(
                messages.text("damaged_database.restored"),
                lambda file, now_ms: restoring.put_back(file, copy, now_ms=now_ms),
            )

        def accept_older() -> None:
            self._choose(
                messages.text("damaged_database.older_used"),
                lambda file, now_ms: restoring.accept_older(file, now_ms=now_ms),
            )

        def start_empty() -> None:
            self._choose(
                messages.text("damaged_database.started_empty"),
                lambda file, now_ms: restoring.begin_anew(file, now_ms=now_ms),
            )

        def leave() -> None:
            self.left_damaged = True
            if usable:
                self._window.banner.tell(Trouble(title, str(trouble.message), topic="store"))
            else:
                self._window.close_now()

        title, other, do_other = messages.text("damaged_database.title"), ("", ""), None
        if isinstance(trouble, StoreBehindError):
            title, do_other = messages.text("damaged_database.older"), accept_older
            other = messages.text("damaged_database.use_older"), messages.text("damaged_database.older_means")
        elif isinstance(trouble, StoreLostError | StoreLayoutError):
            lost = isinstance(trouble, StoreLostError)
            title = messages.text("damaged_database.missing" if lost else "damaged_database.other_version")
            other = messages.text("damaged_database.start_empty"), messages.text("damaged_database.empty_means")
            do_other = start_empty
        copy = backup_text(good[0].at_ms, good[1]) if good is not None else ""
        refuse = messages.text("damaged_database.later" if usable else "damaged_database.close")
        dialog = DamagedStoreDialog(
            self._window, self._theme, str(trouble.message), copy=copy, refuse=refuse, title=title, other=other
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(put_back)
        dialog.rejected.connect(leave)
        if do_other is not None:
            dialog.other_chosen.connect(do_other)
        dialog.open()

    def _choose(self, said: str, act: "Callable[[Path, int], Restored]") -> None:
        """Have something done once the window is closed."""
        from shipconsole.ui.dialogs.damaged_database.dialog import waiting_text

        def do(file: Path) -> Trouble:
            done = act(file, time.time_ns() // 1_000_000)
            return Trouble(said, waiting_text(done.rules, done.updates), topic="restored")

        self.chosen = do
        self._window.close_now()


class _Closing(QObject):
    """Keeps the window open until its work is put away. Signal: asked, when somebody wants to close it."""

    asked = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.was_asked = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if event.type() != QEvent.Type.Close:
            return super().eventFilter(watched, event)
        event.ignore()
        if not self.was_asked and not self._window.begin_closing():
            self.was_asked = True
            self.asked.emit()
        return True


class _Leaving:
    """Ends the program in time once somebody closes it, whatever hangs: a keyring, a name server, an interpreter.

    What was in flight then stands in the store as being sent, and the next start looks into it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._forgotten = threading.Event()

    def begin(self) -> None:
        """Give the orderly end its time, which goes on when there is no window any more."""
        threading.Thread(target=self._wait, name="leaving", daemon=True).start()

    def forget(self) -> None:
        """Let the program go on: another window is opened."""
        self._forgotten.set()

    def _wait(self) -> None:
        if not self._forgotten.wait(LEAVE_AFTER_S):
            self._store.close(STORE_CLOSES_WITHIN_S)
            os._exit(0)


class _Heavy(QObject):
    """Opens the log and loads, in a thread, what the first paint must not wait for. Signal: done."""

    done = Signal()
    MODULES = (
        "qasync",
        # What the first request would load, on the loop.
        "anyio._backends._asyncio",
        "httpcore",
        "shipconsole.operations.worker",
        "shipconsole.operations.orders.scan",
        "shipconsole.operations.shipping.ship",
        "shipconsole.ui.kit.tasks",
        "shipconsole.ui.activity.panel",
        "shipconsole.ui.window.answering",
        "shipconsole.ui.window.closing",
        "shipconsole.ui.window.messages",
        "shipconsole.ui.order_editor.panel",
        "shipconsole.ui.tracking.panel",
    )

    def __init__(self, window: MainWindow, profile: Profile) -> None:
        super().__init__(window)
        self._window = window
        self._profile = profile
        self.stop_log: Callable[[], None] = _no_log
        self.tls: ssl.SSLContext | None = None
        self.error: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._ended = False
        window.painted.connect(self._start)

    def _start(self) -> None:
        if self._ended:
            return
        from shipconsole.station import logs

        try:
            self.stop_log = logs.start(self._profile)
        except EnvironmentFailure as error:
            # Packing goes on without a log.
            self._window.banner.tell(Trouble(str(error.message), topic="log"))
        self._thread = threading.Thread(target=self._load, name="heavy-imports", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the thread, which would else tell a window that is gone, and close the log.

        A window that is closed before its first paint is painted all the same.
        """
        self._ended = True
        if self._thread is not None:
            self._thread.join()
        self.stop_log()

    def _load(self) -> None:
        try:
            for name in self.MODULES:
                importlib.import_module(name)
            from shipconsole.vendors.http import tls_context

            self.tls = tls_context()
        except BaseException as error:  # noqa: BLE001 - told on the GUI thread, which waits for it
            self.error = error
        self.done.emit()


def _no_log() -> None:
    """Closes the log that was not opened yet."""


def _work(
    app: QApplication, window: MainWindow, closing: _Closing, opened: Opened, tls: "ssl.SSLContext", care: _Care
) -> None:
    """Run the loop of coroutines until the window is to close, then put everything away in order."""
    import asyncio

    import qasync  # pyright: ignore[reportMissingTypeStubs] - it has none

    from shipconsole.operations import profile_id
    from shipconsole.operations.context import Context
    from shipconsole.operations.maintenance import backups, retention, updates
    from shipconsole.operations.rate_limit import SharedRateLimit
    from shipconsole.operations.timings import BESIDE_A_WINDOW
    from shipconsole.operations.worker import Dispatcher
    from shipconsole.station.clock import SystemClock
    from shipconsole.station.keys import MemoryKeys, OsKeys
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.vendors.http import Sender

    async def main() -> None:
        clock = SystemClock()
        asked = asyncio.Event()
        closing.asked.connect(asked.set)
        if closing.was_asked:
            asked.set()
        try:
            await asyncio.to_thread(profile_id.settle, opened.store, opened.profile, clock)
        except StoreUnfitError:
            # A person decides what takes its place, in their own time; the window stays until then.
            await asked.wait()
            return
        keys = MemoryKeys() if opened.simulator_url else OsKeys(opened.profile.id)
        station = opened.settings.station_name
        sender = Sender(tls, SharedRateLimit(opened.store, clock))
        undo_window_s, rules = opened.settings.undo_window_s, opened.settings.label_rules
        ctx = Context(
            opened.store,
            sender,
            keys,
            clock,
            station,
            undo_window_s=undo_window_s,
            label_rules=rules,
            timings=BESIDE_A_WINDOW,
        )
        await ctx.write(ctx.keep_steady_time)
        tasks = Tasks()
        if opened.simulator_url:
            await _connect_simulator(ctx, opened.simulator_url)
        window.start(ctx, tasks)
        for message in settings.load(opened.profile).messages:
            window.banner.tell(Trouble(str(message)))
        dispatcher = Dispatcher(ctx)
        window.feed.changed.connect(dispatcher.wake)
        tasks.spawn("dispatcher", dispatcher.run())
        tasks.spawn("look the store over", care.look_over(ctx))
        if not opened.simulator_url:
            tasks.spawn("copies", backups.copy_daily(ctx, care.tell_of_copies))
            tasks.spawn("retention", retention.keep_days(ctx, opened.settings.webhook_days))
            tasks.spawn("new versions", updates.look_daily(opened.profile, opened.settings, window.show_news))
        receiving = _Receiving(opened, ctx, window, tasks)
        if opened.simulator_url:
            window.pull_orders()
        gc.collect()
        gc.freeze()
        await asked.wait()
        # What was typed is stored, nothing new is sent, what is in flight may still be answered; the rest is
        # looked into at the next start.
        await window.shutdown()
        tasks.spawn("say what is waited for", window.say_leaving(lambda: dispatcher.in_flight, QUIT_WAIT_S))
        await asyncio.gather(receiving.stop(), dispatcher.stop(QUIT_WAIT_S))
        await tasks.stop()
        await ctx.sender.close()
        chosen = opened.settings._replace(window_state=window.state_text(), receiver=receiving.is_on)
        settings.save(opened.profile, chosen, opened.settings)

    loop = cast("asyncio.AbstractEventLoop", qasync.QEventLoop(app))
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()


class _Receiving:
    """Takes webhooks in while the window is open and somebody has it switched on.

    In the demo it is on by itself, at a port that is free: the simulated platforms on this computer tell it news.
    """

    def __init__(self, opened: Opened, ctx: "Context", window: MainWindow, tasks: "Tasks") -> None:
        """Begin as the settings say."""
        import asyncio

        self._opened = opened
        self._ctx = ctx
        self._window = window
        self._tasks = tasks
        self._loop = asyncio.get_running_loop()
        self._receiver: Receiver | None = None
        self._one_at_a_time = asyncio.Lock()
        # In the demo any port will do: the usual one may be in use by a window that is none.
        self._port = 0 if opened.simulator_url else opened.settings.receiver_port
        self.is_on = opened.settings.receiver or bool(opened.simulator_url)
        window.receiver.wanted.connect(self._on_wanted)
        if self.is_on:
            tasks.spawn("take webhooks in", self._start())

    async def stop(self) -> None:
        """Answer what is in hand and listen no longer."""
        import asyncio

        async with self._one_at_a_time:
            receiver, self._receiver = self._receiver, None
            if receiver is not None:
                await asyncio.to_thread(receiver.stop)

    def _on_wanted(self, on: bool) -> None:
        self.is_on = on
        self._tasks.spawn("switch the receiver", self._switch(on))

    async def _switch(self, on: bool) -> None:
        import asyncio

        if on:
            await self._start()
        else:
            await self.stop()
            self._window.banner.settle("receiver")
            self._window.receiver.show_off()
        known = self._opened.settings
        on_now, before = known._replace(receiver=on), known._replace(receiver=not on)
        await asyncio.to_thread(settings.save, self._opened.profile, on_now, before)

    async def _start(self) -> None:
        import asyncio

        async with self._one_at_a_time:
            if self._receiver is not None:
                return
            self._window.receiver.show_starting()
            try:
                self._receiver = await asyncio.to_thread(
                    _listening, self._ctx, self._opened.settings, self._port, self._on_end
                )
            except EnvironmentFailure as error:
                self._window.receiver.show_failed(str(error.message))
                self._window.banner.tell(
                    Trouble(str(error.message), messages.text("webhook_receiver.failed"), topic="receiver")
                )
            else:
                self._window.receiver.show_listening(self._receiver.urls)
                if self._opened.simulator_url:
                    # Switched off and on again it is at the address that the practice vendors know.
                    self._port = int(self._receiver.urls[0].rpartition(":")[2])
                    await _have_simulator_notify(self._ctx, self._receiver.urls[0])

    def _on_end(self) -> None:
        """Called on the receiver's thread: it ended by itself."""
        self._loop.call_soon_threadsafe(lambda: self._tasks.spawn("the receiver ended", self._discard()))

    async def _discard(self) -> None:
        """Say that the receiver has ended, unless it was switched off or begun anew meanwhile."""
        from shipconsole.receiver.server import ENDED

        async with self._one_at_a_time:
            if self._receiver is None or not self._receiver.has_ended:
                return
            self._receiver = None
            self._window.receiver.show_failed(str(ENDED))
            self._window.banner.tell(Trouble(str(ENDED), messages.text("webhook_receiver.ended"), topic="receiver"))


def _listening(ctx: "Context", chosen: settings.Settings, port: int, on_end: Callable[[], None]) -> "Receiver":
    """A receiver at work; loading what it needs takes a moment. Raises `EnvironmentFailure` where it cannot listen."""
    from shipconsole.receiver.rules import Rules
    from shipconsole.receiver.server import Receiver

    names = tuple(chosen.receiver_names.replace(",", " ").split())
    receiver = Receiver(ctx, port=port, rules=Rules(names=names, most_per_s=WEBHOOKS_PER_S), on_end=on_end)
    receiver.start()
    return receiver


async def _connect_simulator(ctx: "Context", url: str) -> None:
    from shipconsole import simulator
    from shipconsole.operations.connections.connections import connect
    from shipconsole.operations.forwarding.forward import set_rule

    secrets = {
        "shipengine": {"api_key": simulator.SHIPENGINE_API_KEY},
        "starshipit": {
            "api_key": simulator.STARSHIPIT_API_KEY,
            "subscription_key": simulator.STARSHIPIT_SUBSCRIPTION_KEY,
        },
        "shipup": {"api_key": simulator.SHIPUP_API_KEY},
    }
    for name, title in (("shipengine", "ShipEngine"), ("starshipit", "Starshipit"), ("shipup", "Shipup")):
        await connect(ctx, name, title, url=f"{url}/{name}", secrets=secrets[name])
    # Of what it prints only the order that it ships while somebody looks: the others are no orders of this bench.
    secret, states = {"api_key": simulator.SWIFTPOD_API_KEY}, {"statuses": "in_production"}
    await connect(ctx, "swiftpod", "SwiftPOD", url=f"{url}/swiftpod", secrets=secret, options=states)
    await set_rule(ctx, "SwiftPOD", ["ShipEngine", "Starshipit", "Shipup"], "review")


async def _have_simulator_notify(ctx: "Context", url: str) -> None:
    """Give the simulated platforms the addresses at which their news come in."""
    from shipconsole.operations.connections.connections import named
    from shipconsole.operations.inbound import receive as receiving
    from shipconsole.operations.inbound import subscriptions

    for name, event in (("ShipEngine", "track"), ("SwiftPOD", "shipment_notify")):
        (connection,) = await named(ctx, [name])
        await subscriptions.register(ctx, connection, event, f"{url}{await receiving.webhook_path(ctx, connection)}")


def _tokens(app: QApplication, chosen: settings.Settings) -> Tokens:
    dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark if chosen.theme == "system" else chosen.theme == "dark"
    return scaled(DARK if dark else LIGHT, chosen.text_scale)


def _wait_for(*signals: SignalInstance, most_ms: int | None = None) -> None:
    """Let Qt run until the first of some signals: before the loop of coroutines is there to be awaited on."""
    waiting = QEventLoop()
    for one in signals:
        one.connect(waiting.quit)
    if most_ms is not None:
        QTimer.singleShot(most_ms, waiting.quit)
    waiting.exec()


def _say(text: str) -> None:
    """Show a sentence where there is no window to show it in, until it is read."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Information, "Shipconsole", "", QMessageBox.StandardButton.Ok)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(plain(text, lines=True))
    box.open()
    _wait_for(box.finished)


def _collect_on_this_thread(app: QApplication) -> QTimer:
    """Collect on this thread alone, where widgets may be destroyed; by itself Python does so in any thread."""
    rounds = itertools.count(1)
    timer = QTimer(app)

    def collect() -> None:
        number = next(rounds)
        gc.collect(2 if number == SETTLED_ROUND or number % FULL_ROUND == 0 else 1)
        if number == SETTLED_ROUND:
            # What was loaded since the start stays; looking through all of it each time would hold the window up.
            gc.freeze()

    timer.timeout.connect(collect)
    timer.start(1_000)
    return timer


def _close_on_signals(window: MainWindow) -> None:
    """Ctrl+C in a terminal and an orderly end of the session close the window, and ask nothing."""
    import signal

    def close(_number: int, _frame: "FrameType | None") -> None:
        window.close_now()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, close)
