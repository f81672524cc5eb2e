"""The dialog that syncs some of a connection's orders: its filters, and the progress."""

import asyncio
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QScrollArea, QStackedLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.field import Field, FieldPath, check
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.importing.import_orders import Progress, SyncResult
from shipconsole.ui.dialogs.fields.groups import Entry
from shipconsole.ui.dialogs.fields.row import FieldRow
from shipconsole.ui.kit import strings, widgets
from shipconsole.ui.kit.dialog import ENTER, ContextDialog
from shipconsole.ui.kit.layout import MIDDLE, action, column, row, wrapped
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.kit.widgets import KeyButton

SIZE_PX = (860, 620)
MOST_KEYS = 9


class SyncSomeDialog(ContextDialog):
    """A form of filters for each connection. Opened with `open()`; closing it stops the sync."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Show the connections once they have been read."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="sync_some_dialog",
            message_name="sync_some_message",
            title=text("sync_some.title"),
        )
        self._task: asyncio.Task[Any] | None = None
        self.forms: list[FiltersForm] = []
        self._tabs: list[KeyButton] = []
        self._lay_out()
        tab_keys = {f"Alt+{position + 1}": partial(self.choose, position) for position in range(MOST_KEYS)}
        self._make_keys({ENTER: self.sync} | tab_keys)
        self._fit(SIZE_PX)
        self._show_buttons()
        tasks.spawn("read the connections", self._read())

    def choose(self, position: int) -> None:
        """Show the filters of another connection."""
        if not 0 <= position < len(self.forms) or self._is_syncing():
            return
        self._stack.setCurrentIndex(position)
        for index, tab in enumerate(self._tabs):
            tab.setChecked(index == position)
        form = self.forms[position]
        self._hint.setText(plain(text("sync_some.no_filters", connection=form.connection.name)))
        self._show_message("")
        form.go_to()

    def sync(self) -> None:
        """Sync the orders of the current connection that match its filters."""
        form = self._form()
        if form is None or self._is_syncing():
            return
        path = form.first_with_problem()
        if path is not None:
            self._show_message(text("sync_some.fix_first", problem=form.rows[path].problem()), "bad")
            form.go_to(path)
            return
        self._show_message("")
        self._task = self._tasks.spawn("sync some orders", self._sync(form))
        self._show_buttons()

    def stop(self) -> None:
        """Stop the sync; orders synced so far stay."""
        if self._task is not None:
            self._task.cancel()

    async def _read(self) -> None:
        known = await connections.every(self._ctx)
        if self._closed:
            return
        for position, connection in enumerate(known):
            self._add(position, connection)
        for before, after in zip(self._tabs, self._tabs[1:], strict=False):
            QWidget.setTabOrder(before, after)
        self._show_buttons()
        if known:
            self.choose(0)
        else:
            self._hint.setText(text("sync_some.no_connections"))

    async def _sync(self, form: "FiltersForm") -> None:
        result: tuple[str, Severity] = (text("sync_some.stopped"), "")
        self._show_progress(Progress(form.connection.name, 0, None))
        try:
            filters = form.filters()
            (synced,) = await import_orders.sync(self._ctx, [form.connection], self._show_progress, filters=filters)
            result = _result(synced)
        except ValidationFailed as refused:
            if self._closed:
                raise EnvironmentFailure(refused.message) from None
            for problem in refused.problems:
                form.mark(tuple(str(problem.path[-1]).split(".")), str(problem.message))
            result = text("sync_some.fix_first", problem=str(refused)), "bad"
        finally:
            self._task = None
            if not self._closed:
                self._show_buttons()
                self._show_message(*result)

    def _show_progress(self, progress: Progress) -> None:
        if self._closed:
            return
        self._bar.setRange(0, progress.total or 0)
        self._bar.setValue(progress.done if progress.total else 0)
        self._show_message(strings.sync_progress(progress.connection, progress.done, progress.total))

    def _add(self, position: int, connection: Connection) -> None:
        form = FiltersForm(connection, self._theme)
        form.edited.connect(lambda: self._show_message(""))
        self._stack.addWidget(form)
        self.forms.append(form)
        key = f"Alt+{position + 1}" if position < MOST_KEYS else ""
        tab = action(f"tab_{position}", connection.name, partial(self.choose, position), "tab", key)
        self._tab_row.addWidget(tab)
        self._tabs.append(tab)

    def _show_buttons(self) -> None:
        is_syncing = self._is_syncing()
        self._bar.setVisible(is_syncing)
        self.stop_button.setVisible(is_syncing)
        self.sync_button.setEnabled(not is_syncing and bool(self.forms))
        for tab in self._tabs:
            tab.setEnabled(not is_syncing)
        form = self._form()
        if form is not None:
            form.setEnabled(not is_syncing)

    def _is_syncing(self) -> bool:
        return self._task is not None

    def _form(self) -> "FiltersForm | None":
        position = self._stack.currentIndex()
        return self.forms[position] if 0 <= position < len(self.forms) else None

    def _on_finished(self) -> None:
        super()._on_finished()
        self.stop()

    def _lay_out(self) -> None:
        theme = self._theme
        self._tab_row = row(theme, spacing=6)
        self._stack = QStackedLayout()
        self._hint = wrapped("", "secondary", name="sync_some_hint")
        self._bar = QProgressBar()
        self._bar.setObjectName("sync_some_progress")
        self._bar.setAccessibleName(text("sync_some.progress"))
        self._bar.setTextVisible(False)
        title, subtitle = (
            widgets.label(text("sync_some.title"), "number"),
            widgets.label(text("sync_some.subtitle"), "secondary"),
        )
        main = self._column(10)
        main.addLayout(row(theme, title, (subtitle, 0, MIDDLE), 1))
        main.addLayout(row(theme, self._tab_row, 1))
        main.addWidget(widgets.card(self._stack), 1)
        main.addWidget(self._hint)
        main.addWidget(self._bar)
        main.addLayout(self._button_row)
        self.stop_button = self._button_row.add("sync_some_stop", text("sync_some.stop"), self.stop)
        self.sync_button = self._button_row.add(
            "sync_some_sync", text("sync_some.sync"), self.sync, ENTER, kind="primary"
        )


class FiltersForm(QScrollArea):
    """A row for each filter of a connection, checked as it is typed. Signal: edited(), by a person only."""

    edited = Signal()

    def __init__(self, connection: Connection, theme: Theme) -> None:
        """Initialize with empty filters."""
        super().__init__()
        self.connection = connection
        self.rows: dict[FieldPath, FieldRow] = {}
        self._fields: dict[FieldPath, Field] = {}
        content = QWidget()
        content.setProperty("variant", "scrolled")
        for field in import_orders.filters_of(connection):
            filter_ = FieldRow(content, Entry(field.path, field, "", may_change=True), theme)
            filter_.typed.connect(self._on_typed)
            self.rows[field.path] = filter_
            self._fields[field.path] = field
        column(theme, *self.rows.values(), 1, spacing=0, margins=(16, 12, 16, 12), parent=content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(content)

    def filters(self) -> dict[str, str]:
        """Return the texts of the filters that are filled in, by name."""
        return {".".join(path): filter_.text() for path, filter_ in self.rows.items() if filter_.text().strip()}

    def first_with_problem(self) -> FieldPath | None:
        """Return the first filter whose text has a problem."""
        return next((path for path, filter_ in self.rows.items() if filter_.problem()), None)

    def go_to(self, path: FieldPath | None = None) -> None:
        """Put the cursor in a filter, or in the first one."""
        filter_ = self.rows.get(path) if path else next(iter(self.rows.values()), None)
        if filter_ is not None:
            filter_.input.setFocus()
            self.ensureWidgetVisible(filter_)

    def mark(self, path: FieldPath, problem: str) -> None:
        """Show the problem of a filter."""
        filter_ = self.rows.get(path)
        if filter_ is not None:
            filter_.show_state(changed=False, sending=False, before="", problem=problem)

    def _on_typed(self, path: FieldPath, typed: str) -> None:
        problem = check(self._fields[path], typed)
        self.mark(path, str(problem.message) if problem else "")
        self.edited.emit()


def _result(synced: SyncResult) -> tuple[str, Severity]:
    """Return the message about a sync and its severity."""
    name = synced.connection.name
    if synced.message:
        before = text("sync_some.before_error", count=synced.seen) if synced.seen else ""
        lines = (synced.message, before, *synced.notes)
        return "\n".join(str(line) for line in lines if line), "bad"
    return "\n".join((_synced(name, synced.seen, synced.new), *map(str, synced.notes))), "good"


def _synced(connection: str, count: int, new: int) -> str:
    """Return how many orders matched the filters, and how many of them are new."""
    if not count:
        return text("sync_some.none_match", connection=connection)
    if not new:
        return text("sync_some.none_new", count=count, connection=connection)
    if new == count:
        return text("sync_some.all_new", count=count, connection=connection)
    return text("sync_some.some_new", all=count, new=new, connection=connection)
