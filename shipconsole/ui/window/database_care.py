"""Looks after the database beside the packing: says who holds it, and asks what to do where it cannot be used."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.messages import text
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.trouble import Trouble

if TYPE_CHECKING:
    from shipconsole.operations.context import Context
    from shipconsole.operations.maintenance.repair import Backup, Repair

_TITLES = {
    "damaged": "damaged_database.title",
    "missing": "damaged_database.missing",
    "older": "damaged_database.older",
    "other_version": "damaged_database.other_version",
}


class DatabaseCare(QObject):
    """Asks a person once what takes the place of a database that cannot be used.

    `chosen` is what shall be done with the file once the window is closed; it gives what the next window says of it.
    `is_left_damaged` is true where the person chose none. `notice` is said as soon as there is a window.
    """

    _heard = Signal(object)
    _searched = Signal(object, object, bool)

    def __init__(self, notice: Trouble | None) -> None:
        """Begin before there is a window."""
        super().__init__()
        self.chosen: Callable[[Path], Trouble] | None = None
        self.is_left_damaged = False
        self._notice = notice
        self._asked = False
        # What is heard before the window is there waits until Qt runs.
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._searched.connect(self._ask, Qt.ConnectionType.QueuedConnection)

    def begin(self, window: MainWindow, theme: Theme, file: Path, notice: str = "") -> None:
        """Say in a window what is to be said, `notice` before what was left from the window before it."""
        self._window, self._theme, self._file = window, theme, file
        if notice:
            self._notice = Trouble(notice, topic="restored")
        if self._notice is not None:
            window.banner.tell(self._notice)

    def hear(self, trouble: EnvironmentFailure | None) -> None:
        """Take in, on the database's thread, that it cannot be opened, or that it could be after all."""
        self._heard.emit(trouble)

    async def verify_database(self, ctx: "Context") -> None:
        """Look whether the whole database is sound, beside everything else."""
        from shipconsole.operations.maintenance import backups, repair

        try:
            await backups.verify_database(ctx)
        except EnvironmentFailure as trouble:
            if not repair.needs_repair(trouble):
                raise
            self._search(trouble, usable=True)

    def show_no_backup(self, message: Message) -> None:
        """Say that no backup could be made."""
        self._window.banner.tell(Trouble(str(message), text("damaged_database.backup_failed_means"), topic="copies"))

    def _take(self, trouble: EnvironmentFailure | None) -> None:
        if trouble is None:
            self._window.banner.settle("store")
            self._window.show_database_away(False)
            return
        from shipconsole.operations.maintenance import repair

        if repair.is_held(trouble):
            self._window.banner.tell(Trouble(str(trouble.message), text("damaged_database.waiting"), topic="store"))
            self._window.show_database_away(True)
        elif repair.needs_repair(trouble):
            self._search(trouble, usable=False)

    def _search(self, trouble: EnvironmentFailure, *, usable: bool) -> None:
        """Look for a good backup where that may take its time."""
        from shipconsole.operations.maintenance import repair

        def search() -> None:
            self._searched.emit(trouble, repair.last_good(self._file), usable)

        threading.Thread(target=search, name="backups", daemon=True).start()

    def _ask(self, trouble: EnvironmentFailure, good: "Backup | None", usable: bool) -> None:
        from shipconsole.operations.maintenance import repair
        from shipconsole.ui.dialogs.damaged_database.dialog import DamagedStoreDialog, backup_text

        if self._asked:
            return
        self._asked = True
        other_way = repair.other_way(trouble)
        kind = repair.kind_of(trouble)
        title = text(_TITLES[kind])
        other = ("", "")
        if kind == "older":
            other = text("damaged_database.use_older"), text("damaged_database.older_means")
        elif other_way is not None:
            other = text("damaged_database.start_empty"), text("damaged_database.empty_means")

        def restore() -> None:
            assert good is not None
            self._choose(text("damaged_database.restored"), repair.restoring_from(good))

        def go_other_way() -> None:
            assert other_way is not None
            said = text("damaged_database.older_used" if kind == "older" else "damaged_database.started_empty")
            self._choose(said, other_way)

        def leave() -> None:
            self.is_left_damaged = True
            if usable:
                self._window.banner.tell(Trouble(title, str(trouble.message), topic="store"))
            else:
                self._window.close_now()

        backup = backup_text(good.at_ms, good.orders) if good is not None else ""
        refuse = text("damaged_database.later" if usable else "damaged_database.close")
        dialog = DamagedStoreDialog(
            self._window,
            self._theme,
            str(trouble.message),
            copy=backup,
            refuse=refuse,
            title=title,
            other=other,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(restore)
        dialog.rejected.connect(leave)
        dialog.other_chosen.connect(go_other_way)
        dialog.open()

    def _choose(self, said: str, act: "Repair") -> None:
        """Have something done once the window is closed."""
        from shipconsole.ui.dialogs.damaged_database.dialog import waiting_text

        def do(file: Path) -> Trouble:
            done = act(file, time.time_ns() // 1_000_000)
            return Trouble(said, waiting_text(done.rules, done.updates), topic="restored")

        self.chosen = do
        self._window.close_now()
