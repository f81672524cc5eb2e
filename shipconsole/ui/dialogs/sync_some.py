"""Syncs some of a connection's orders: its filters are filled in, and the progress is shown."""

import asyncio
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.field import Field, FieldPath, check
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.importing.import_orders import Progress, Pulled
from shipconsole.ui.dialogs.fields.groups import Entry
from shipconsole.ui.dialogs.fields.row import FieldRow
from shipconsole.ui.kit import strings as said_everywhere
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.dialog import ENTER, ContextDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import KeyButton, Theme


class FiltersForm(QScrollArea):
    """The form of a connection. Signal: edited(), for what a person typed."""

    edited = Signal()

    def __init__(self, connection: Connection, theme: Theme) -> None:
        """Begin with every filter empty."""
        super().__init__()
        self.connection = connection
        self.rows: dict[FieldPath, FieldRow] = {}
        self._fields: dict[FieldPath, Field] = {}
        px = theme.tokens.px
        content = QWidget()
        content.setProperty("variant", "scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(0)
        for field in import_orders.filters_of(connection):
            row = FieldRow(content, Entry(field.path, field, "", may_change=True), theme)
            row.typed.connect(self._on_typed)
            column.addWidget(row)
            self.rows[field.path] = row
            self._fields[field.path] = field
        column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(content)

    def filters(self) -> dict[str, str]:
        """The texts of the filters that are filled in, by name."""
        return {".".join(path): row.text() for path, row in self.rows.items() if row.text().strip()}

    def first_wrong(self) -> FieldPath | None:
        """The first filter whose text will not do."""
        return next((path for path, row in self.rows.items() if row.trouble()), None)

    def go_to(self, path: FieldPath | None = None) -> None:
        """Put the cursor in a filter, or in the first one."""
        row = self.rows.get(path) if path else next(iter(self.rows.values()), None)
        if row is not None:
            row.input.setFocus()
            self.ensureWidgetVisible(row)

    def mark(self, path: FieldPath, wrong: str) -> None:
        """Say at a filter what is wrong with it."""
        row = self.rows.get(path)
        if row is not None:
            row.show_state(changed=False, told=False, was="", wrong=wrong)

    def _on_typed(self, path: FieldPath, text: str) -> None:
        problem = check(self._fields[path], text)
        self.mark(path, str(problem.message) if problem else "")
        self.edited.emit()


SIZE_PX = (860, 620)
MOST_KEYS = 9


class SyncSomeDialog(ContextDialog):
    """A form of filters for each connection. Opened with `open()`; closing it stops what is under way."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Show the connections as soon as they were read."""
        super().__init__(parent, ctx, tasks, theme, name="pull_some_dialog", message_name="pull_some_message")
        self.setWindowTitle(text("sync_some.title"))
        self._task: asyncio.Task[Any] | None = None
        self.forms: list[FiltersForm] = []
        self._tabs: list[KeyButton] = []
        self._lay_out()
        tabs = {f"Alt+{place + 1}": partial(self.choose, place) for place in range(MOST_KEYS)}
        self._make_keys({ENTER: self.bring_in} | tabs)
        self._fit(SIZE_PX)
        self._show_busy()
        tasks.spawn("read the connections", self._read())

    def choose(self, place: int) -> None:
        """Show another connection's filters."""
        if not 0 <= place < len(self.forms) or self._is_busy():
            return
        self._stack.setCurrentIndex(place)
        for other, tab in enumerate(self._tabs):
            tab.setChecked(other == place)
        form = self.forms[place]
        self._means.setText(kit.plain(text("sync_some.no_filters", connection=form.connection.name)))
        self._show_message("")
        form.go_to()

    def bring_in(self) -> None:
        """Bring in what the filters of the connection that is seen leave."""
        form = self._form()
        if form is None or self._is_busy():
            return
        wrong = form.first_wrong()
        if wrong is not None:
            self._show_message(text("sync_some.fix_first", problem=form.rows[wrong].trouble()), "bad")
            form.go_to(wrong)
            return
        self._show_message("")
        self._task = self._tasks.spawn("bring some orders in", self._pull(form))
        self._show_busy()

    def stop(self) -> None:
        """Stop; what has come in stays."""
        if self._task is not None:
            self._task.cancel()

    async def _read(self) -> None:
        known = await connections.every(self._ctx)
        if self._closed:
            return
        for place, connection in enumerate(known):
            self._add(place, connection)
        for before, after in zip(self._tabs, self._tabs[1:], strict=False):
            QWidget.setTabOrder(before, after)
        self._show_busy()
        if known:
            self.choose(0)
        else:
            self._means.setText(text("sync_some.no_connections"))

    async def _pull(self, form: FiltersForm) -> None:
        said: tuple[str, kit.Tone] = (text("sync_some.stopped"), "")
        self._progress(Progress(form.connection.name, 0, None))
        try:
            (pulled,) = await import_orders.pull(self._ctx, [form.connection], self._progress, filters=form.filters())
            said = _words_of(pulled)
        except ValidationFailed as refused:
            if self._closed:
                raise EnvironmentFailure(refused.message) from None
            for problem in refused.problems:
                form.mark(tuple(str(problem.path[-1]).split(".")), str(problem.message))
            said = text("sync_some.fix_first", problem=str(refused)), "bad"
        finally:
            self._task = None
            if not self._closed:
                self._show_busy()
                self._show_message(*said)

    def _progress(self, progress: Progress) -> None:
        if self._closed:
            return
        self._bar.setRange(0, progress.total or 0)
        self._bar.setValue(progress.done if progress.total else 0)
        self._show_message(said_everywhere.pulling(progress.connection, progress.done, progress.total))

    def _add(self, place: int, connection: Connection) -> None:
        form = FiltersForm(connection, self._theme)
        form.edited.connect(self._on_edited)
        self._stack.addWidget(form)
        self.forms.append(form)
        tab = kit.button(connection.name, "tab", f"Alt+{place + 1}" if place < MOST_KEYS else "")
        tab.setObjectName(f"tab_{place}")
        tab.setAutoDefault(False)
        tab.clicked.connect(partial(self.choose, place))
        self._tab_row.addWidget(tab)
        self._tabs.append(tab)

    def _show_busy(self) -> None:
        busy = self._is_busy()
        self._bar.setVisible(busy)
        self.stop_button.setVisible(busy)
        self.bring_in_button.setEnabled(not busy and bool(self.forms))
        for tab in self._tabs:
            tab.setEnabled(not busy)
        form = self._form()
        if form is not None:
            form.setEnabled(not busy)

    def _is_busy(self) -> bool:
        return self._task is not None

    def _form(self) -> FiltersForm | None:
        place = self._stack.currentIndex()
        return self.forms[place] if 0 <= place < len(self.forms) else None

    def _on_edited(self) -> None:
        self._show_message("")

    def _on_finished(self) -> None:
        super()._on_finished()
        self.stop()

    def _lay_out(self) -> None:
        px = self._theme.tokens.px
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(kit.label(text("sync_some.title"), "number"))
        head.addWidget(kit.label(text("sync_some.subtitle"), "secondary"), 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)

        self._tab_row = QHBoxLayout()
        self._tab_row.setSpacing(px(6))
        top = QHBoxLayout()
        top.addLayout(self._tab_row)
        top.addStretch(1)
        self._stack = QStackedLayout()
        self._means = kit.label("", "secondary")
        self._means.setObjectName("pull_some_means")
        self._means.setWordWrap(True)

        self._bar = QProgressBar()
        self._bar.setObjectName("pull_some_progress")
        self._bar.setAccessibleName(text("sync_some.progress"))
        self._bar.setTextVisible(False)
        column = self._column(10)
        column.addLayout(head)
        column.addLayout(top)
        column.addWidget(kit.card(self._stack), 1)
        column.addWidget(self._means)
        column.addWidget(self._bar)
        column.addLayout(self._button_row)
        self.stop_button = self._button_row.add("pull_some_stop", text("sync_some.stop"), self.stop)
        self.bring_in_button = self._button_row.add(
            "pull_some_bring_in", text("sync_some.sync"), self.bring_in, ENTER, kind="primary"
        )


def _words_of(pulled: Pulled) -> tuple[str, kit.Tone]:
    name = pulled.connection.name
    if pulled.message:
        before = text("sync_some.before_error", count=pulled.seen) if pulled.seen else ""
        lines = (pulled.message, before, *pulled.notes)
        return "\n".join(str(line) for line in lines if line), "bad"
    return "\n".join((_synced(name, pulled.seen, pulled.new), *map(str, pulled.notes))), "good"


def _synced(connection: str, count: int, new: int) -> str:
    """Return how many orders matched the filters, and how many of them were not here before."""
    if not count:
        return text("sync_some.none_match", connection=connection)
    if not new:
        return text("sync_some.none_new", count=count, connection=connection)
    if new == count:
        return text("sync_some.all_new", count=count, connection=connection)
    return text("sync_some.some_new", all=count, new=new, connection=connection)
