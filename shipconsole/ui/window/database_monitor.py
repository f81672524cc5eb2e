"""The report that the database can't be used, and the question what to do then."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.messages import text
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from shipconsole.operations.context import Context
    from shipconsole.operations.maintenance.repair import Backup, Repair, Restored

_TITLES = {
    "damaged": "damaged_database.title",
    "missing": "damaged_database.missing",
    "older": "damaged_database.older",
    "other_version": "damaged_database.other_version",
}


def server_note(message: str, advice: str = "") -> BannerMessage:
    """Return what the banner says while a database on a server can't be used; a heading comes before the sentences."""
    return BannerMessage(text("database_server.not_usable"), message, advice, topic="store")


class DatabaseMonitor(QObject):
    """Asks a person once what replaces a database that cannot be used.

    `chosen` repairs the file once the window is closed, and returns what the next window shows. `is_left_damaged` is
    true if the person chose no repair. `notice` is shown as soon as there is a window.
    """

    _reported = Signal(object)
    _searched = Signal(object, object, bool)
    _accepted = Signal(object)

    def __init__(self, notice: BannerMessage | None) -> None:
        """Initialize without a window."""
        super().__init__()
        self.chosen: Callable[[Path], BannerMessage] | None = None
        self.accept: Callable[[str], Restored] | None = None
        """Uses a server's database that lacks changes, for a reason; blocks."""
        self.is_left_damaged = False
        self._notice = notice
        self._asked = False
        self._question: QDialog | None = None
        # Reports from before the window is made wait until Qt runs.
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        self._searched.connect(self._ask, Qt.ConnectionType.QueuedConnection)

        self._accepted.connect(self._on_accepted, Qt.ConnectionType.QueuedConnection)

    def begin(self, window: MainWindow, theme: Theme, file: Path | None, restored: str = "") -> None:
        """Show a notice in a window: `restored`, else that of the window before; `file` is None for a server."""
        self._window, self._theme, self._file = window, theme, file
        if restored:
            self._notice = BannerMessage(restored, topic="restored")
        if self._notice is not None:
            window.banner.show_message(self._notice)

    def report(self, failure: EnvironmentFailure | None) -> None:
        """Report, on the database's thread, that it cannot be opened, or with None that it can be again."""
        self._reported.emit(failure)

    async def verify(self, ctx: "Context") -> None:
        """Verify the whole database in the background."""
        from shipconsole.operations.maintenance import backups, repair

        try:
            await backups.verify_database(ctx)
        except EnvironmentFailure as failure:
            if not repair.needs_repair(failure):
                raise
            self._search(failure, usable=True)

    def show_no_backup(self, message: Message) -> None:
        """Show that no backup could be made."""
        self._window.banner.show_message(
            BannerMessage(str(message), text("damaged_database.backup_failed_means"), topic="copies")
        )

    def _on_reported(self, failure: EnvironmentFailure | None) -> None:
        if failure is None:
            self._window.show_database_away(None)
            self._close_question()
            return
        from shipconsole.operations.maintenance import backups, repair

        if repair.is_held(failure):
            if self._file is None:
                self._window.show_database_away(server_note(str(failure.message), text("database_server.waiting")))
            else:
                waiting = text("damaged_database.waiting")
                self._window.show_database_away(BannerMessage(str(failure.message), waiting, topic="store"))
        elif self._file is None:
            # What a server lacks is decided for all stations, here or by a command; then it is used without a restart.
            self._window.show_database_away(server_note(str(backups.with_advice(failure, None).message)))
            if repair.kind_of(failure) == "older":
                self._ask_to_accept(failure)
        elif repair.needs_repair(failure):
            self._search(failure, usable=False)

    def _ask_to_accept(self, failure: EnvironmentFailure) -> None:
        """Ask once whether a server's database that lacks changes is used as it is."""
        from shipconsole.ui.dialogs.damaged_database import server_behind_prompt

        if self.accept is None or self._asked:
            return
        self._asked = True
        self._open_question(
            server_behind_prompt(self._window, self._theme, str(failure.message), accept=self._ask_reason)
        )

    def _ask_reason(self) -> None:
        from shipconsole.ui.kit.prompt import ask_reason

        explained = text("database_server.behind_reason")
        question = ask_reason(self._window, self._theme, text("database_server.use_it"), explained)
        question.answered.connect(self._accept)
        self._open_question(question)

    def _accept(self, reason: str) -> None:
        accept = self.accept
        assert accept is not None

        def run() -> None:
            try:
                self._accepted.emit(accept(reason))
            except (EnvironmentFailure, ValidationFailed) as error:
                self._accepted.emit(error)

        threading.Thread(target=run, name="accept", daemon=True).start()

    def _on_accepted(self, done: object) -> None:
        from shipconsole.operations.maintenance.repair import Restored
        from shipconsole.ui.dialogs.damaged_database import waiting_text

        if isinstance(done, Restored):
            waiting = waiting_text(done.rules, done.updates)
            self._window.banner.show_message(BannerMessage(text("database_server.accepted"), waiting, topic="restored"))
        else:
            # Also when another station accepted it in this moment: the store itself says what is so.
            self._asked = False
            self._window.banner.show_message(BannerMessage(str(done), topic="restored"))

    def _open_question(self, question: QDialog) -> None:
        self._question = question
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.finished.connect(lambda: self._forget(question))
        question.open()

    def _forget(self, question: QDialog) -> None:
        # Its answer may have opened the next one.
        if self._question is question:
            self._question = None

    def _close_question(self) -> None:
        """Close a question that is over: the database is used, as a person at another station may have decided."""
        self._asked = False
        if self._question is not None:
            self._question.reject()

    def _search(self, failure: EnvironmentFailure, *, usable: bool) -> None:
        """Find the last good backup in a thread of its own, then ask."""
        from shipconsole.operations.maintenance import repair

        file = self._file
        if file is None:
            return

        def search() -> None:
            self._searched.emit(failure, repair.last_good(file), usable)

        threading.Thread(target=search, name="backups", daemon=True).start()

    def _ask(self, failure: EnvironmentFailure, good: "Backup | None", usable: bool) -> None:
        from shipconsole.operations.maintenance import repair
        from shipconsole.ui.dialogs.damaged_database import Choice, backup_text, damaged_database_prompt

        if self._asked:
            return
        self._asked = True
        other_way = repair.alternative(failure)
        kind = repair.kind_of(failure)
        title = text(_TITLES[kind])

        def restore() -> None:
            assert good is not None
            self._choose(text("damaged_database.restored"), repair.restore_from(good))

        def go_other_way() -> None:
            assert other_way is not None
            message = text("damaged_database.older_used" if kind == "older" else "damaged_database.started_empty")
            self._choose(message, other_way)

        def leave() -> None:
            self.is_left_damaged = True
            if usable:
                self._window.banner.show_message(BannerMessage(title, str(failure.message), topic="store"))
            else:
                self._window.close_now()

        other: Choice | None = None
        if kind == "older":
            meaning = text("damaged_database.older_means")
            other = Choice(text("damaged_database.use_older"), go_other_way, meaning)
        elif other_way is not None:
            meaning = text("damaged_database.empty_means")
            other = Choice(text("damaged_database.start_empty"), go_other_way, meaning)
        dialog = damaged_database_prompt(
            self._window,
            self._theme,
            str(failure.message),
            title=title,
            backup=backup_text(good.at_ms, good.orders) if good is not None else "",
            restore=restore,
            leave=Choice(text("damaged_database.later" if usable else "damaged_database.close"), leave),
            other=other,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _choose(self, message: str, act: "Repair") -> None:
        """Close the window, and repair the database then."""
        from shipconsole.ui.dialogs.damaged_database import waiting_text

        def do(file: Path) -> BannerMessage:
            done = act(file, time.time_ns() // 1_000_000)
            return BannerMessage(message, waiting_text(done.rules, done.updates), topic="restored")

        self.chosen = do
        self._window.close_now()
