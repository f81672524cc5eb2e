"""Cancels pieces of the open order or takes that back: how many of which item, why, and who is told."""

from collections.abc import Mapping
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.order import Order
from shipconsole.domain.problem import OutsideError, Problem, RefusedError
from shipconsole.operations import cancelling, orders
from shipconsole.operations.desk import Desk
from shipconsole.operations.shipping import Told
from shipconsole.ui import look as looks
from shipconsole.ui import words as window_words
from shipconsole.ui.cancel_items import words
from shipconsole.ui.cancel_items.lines import CancelLines
from shipconsole.ui.fields.unsaved_dialog import UnsavedDialog
from shipconsole.ui.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.look import Look
from shipconsole.ui.preview_dialog import PreviewDialog
from shipconsole.ui.tasks import Tasks
from shipconsole.ui.titled_field import TitledField

SIZE_PX = (820, 640)
Direction = Literal["cancel", "restore"]


class CancelItemsDialog(QDialog):
    """The lines over who is told, and why. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, desk: Desk, tasks: Tasks, look: Look, order_id: int) -> None:
        """Show an order as soon as it was read."""
        super().__init__(parent)
        self.setObjectName("cancel_items_dialog")
        self.setWindowTitle(words.TITLE)
        self._desk = desk
        self._tasks = tasks
        self._look = look
        self.order_id = order_id
        self._order: Order | None = None
        self._restorable: Mapping[int, int] = {}
        self._direction: Direction = "cancel"
        self._closed = False
        """Its parts may be gone: what comes to an end later shows nothing here any more."""
        self._busy = False
        self._lay_out()
        self._make_keys()
        px = look.tokens.px
        room = (parent.window() if parent is not None else self).screen().availableSize()
        self.resize(min(px(SIZE_PX[0]), room.width() - px(60)), min(px(SIZE_PX[1]), room.height() - px(60)))
        self.finished.connect(self._on_finished)
        self._show_buttons()
        tasks.spawn("read the order", self._read(first=True))

    def refresh(self) -> None:
        """Look at the store again; what was typed stays as far as it is allowed."""
        if not self._closed:
            self._tasks.spawn("read the order again", self._read())

    def reject(self) -> None:
        """Close, but ask first where something was typed."""
        unsaved = self._unsaved()
        if not unsaved:
            super().reject()
            return
        ask = UnsavedDialog(self, self._look, [unsaved])
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.accepted.connect(self._on_leave)
        ask.open()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's own cross asks as well."""
        if self._unsaved():
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)

    def choose(self, direction: Direction) -> None:
        """Cancel pieces, or take back what was cancelled here."""
        self._direction = direction
        for name, tab in self._tabs.items():
            tab.setChecked(name == direction)
        self.lines.clear()
        self._show_lines()
        self._say("")
        self.lines.go_to_first()

    def confirm(self) -> None:
        """Store what was chosen and have those told who can be."""
        pieces, why = self.lines.pieces(), self.why.input.text().strip()
        if self._busy or self._order is None:
            return
        if not pieces:
            self._say(words.CHOOSE_SOME, "bad")
            self.lines.go_to_first()
        elif wrong := self.lines.too_many():
            self._say(next(iter(wrong.values())), "bad")
        elif not why:
            self._say(words.SAY_WHY, "bad")
            self.why.input.setFocus()
        else:
            self._busy = True
            self._say("")
            self._show_buttons()
            self._tasks.spawn("cancel items", self._confirm(pieces, why, self._direction))

    def preview(self) -> None:
        """Show the very requests that confirming leads to."""
        pieces = self.lines.pieces()
        if self._busy or self._order is None:
            return
        if not pieces:
            self._say(words.CHOOSE_SOME, "bad")
            self.lines.go_to_first()
            return
        self._tasks.spawn("preview cancelling", self._preview(pieces, self._direction))

    def fill(self) -> None:
        """As many of each item as is allowed."""
        self.lines.fill()

    async def _read(self, *, first: bool = False) -> None:
        try:
            sheet = await orders.sheet(self._desk, self.order_id)
            told = await cancelling.can_be_told(self._desk, self.order_id)
            restorable = await cancelling.restorable(self._desk, self.order_id)
        except LookupError:
            if not self._closed:
                self._order = None
                self._say(window_words.ORDER_GONE, "bad")
                self._show_buttons()
            return
        if self._closed:
            return
        self._order, self._restorable = sheet.order, restorable
        self._show_head(sheet.order)
        self._show_told(told)
        self._show_lines()
        if first:
            self.lines.go_to_first()

    async def _confirm(self, pieces: Mapping[int, int], why: str, direction: Direction) -> None:
        act = cancelling.cancel if direction == "cancel" else cancelling.restore
        try:
            await act(self._desk, self.order_id, pieces, why)
        except RefusedError as refused:
            if self._closed:
                raise OutsideError(str(refused)) from None
            self._busy = False
            await self._read()
            self._refuse(refused.problems)
            return
        except OutsideError as trouble:
            if self._closed:
                raise
            self._say(trouble.words, "bad")
            return
        finally:
            self._busy = False
            if not self._closed:
                self._show_buttons()
        if not self._closed:
            self.accept()

    async def _preview(self, pieces: Mapping[int, int], direction: Direction) -> None:
        build = cancelling.preview_cancel if direction == "cancel" else cancelling.preview_restore
        try:
            told = await build(self._desk, self.order_id, pieces)
        except RefusedError as refused:
            if not self._closed:
                self._refuse(refused.problems)
            return
        if self._closed:
            return
        if not told:
            self._say(words.NO_MESSAGE)
            return
        dialog = PreviewDialog(self, self._look, tuple(Told(place, request, None) for place, request in told))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Put each problem at its line, and say those of no line below."""
        if self._closed:
            return
        marks: dict[int, str] = {}
        elsewhere: list[str] = []
        for one in problems:
            said = f"{one.message} {one.advice}".strip()
            match one.path:
                case ("lines", int(line_id), *_) if line_id in self.lines.steppers:
                    marks[line_id] = said
                case _:
                    elsewhere.append(said)
        self.lines.mark(marks)
        self._say("\n".join(elsewhere), "bad")

    def _show_head(self, order: Order) -> None:
        self.setWindowTitle(looks.plain(words.title(order.number)))
        self._number.setText(looks.plain(order.number))
        word, tone = window_words.ORDER_STATES[order.state]
        self._state.setText(word)
        looks.set_tone(self._state, tone)
        self._state.show()

    def _show_told(self, told: tuple[tuple[Connection, str], ...]) -> None:
        while (item := self._told.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (connection, text) in enumerate(told):
            said = looks.label(text, "secondary")
            said.setObjectName("can_be_told")
            said.setWordWrap(True)
            self._told.addWidget(looks.pill(connection.name, "accent"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._told.addWidget(said, row, 1)
        if not told:
            self._told.addWidget(looks.label(words.NOBODY, "secondary"), 0, 0, 1, 2)

    def _show_lines(self) -> None:
        if self._order is None:
            return
        restoring = self._direction == "restore"
        for tab in self._tabs.values():
            tab.setVisible(restoring or any(self._restorable.values()))
        left = {line.id: line.left for line in self._order.lines}
        most = {} if self._order.cancelled else self._restorable if restoring else left
        self.lines.show_lines(self._order.lines, most, restoring=restoring)
        self.fill_button.setText(words.ALL_BACK if restoring else words.ALL_LEFT)
        self.fill_button.setAccessibleName(self.fill_button.text())
        self.fill_button.setEnabled(any(most.values()))
        self.lines.mark({})
        self._show_buttons()

    def _show_buttons(self) -> None:
        restoring = self._direction == "restore"
        number = sum(self.lines.pieces().values())
        text = words.restore_button(number) if restoring else words.cancel_button(number)
        self.confirm_button.setText(looks.button_text(text))
        self.confirm_button.setAccessibleName(text)
        right = bool(number) and not self.lines.too_many() and not self._busy and self._order is not None
        self.confirm_button.setEnabled(right and bool(self.why.input.text().strip()))
        self.confirm_button.updateGeometry()
        self.preview_button.setEnabled(right)

    def _say(self, text: str, tone: looks.Tone = "") -> None:
        self._said.setText(looks.plain(text, lines=True))
        looks.set_tone(self._said, tone)

    def _unsaved(self) -> str:
        """What was typed, in a line; empty where nothing was, and where it is no order's any more."""
        pieces, why = sum(self.lines.pieces().values()), bool(self.why.input.text().strip())
        if self._order is None or not (pieces or why):
            return ""
        return words.unsaved(self._order.number, pieces, restoring=self._direction == "restore", why=why)

    def _on_leave(self) -> None:
        super().reject()

    def _on_changed(self) -> None:
        self.lines.mark(self.lines.too_many())
        self._say("")
        self._show_buttons()

    def _on_why_edited(self, _: str) -> None:
        self._say("")
        self._show_buttons()

    def _on_finished(self) -> None:
        self._closed = True

    def _make_keys(self) -> None:
        keys = (
            ("Ctrl+Return", self.confirm),
            ("Ctrl+Enter", self.confirm),
            ("Alt+P", self.preview),
            ("Ctrl+P", self.preview),
            ("Alt+A", self.fill),
        )
        for key, then in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(then)

    def _lay_out(self) -> None:
        px = self._look.tokens.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(16))
        column.setSpacing(px(12))
        column.addLayout(self._head())
        column.addWidget(self._lines_card(), 1)
        column.addWidget(self._told_card())
        column.addLayout(self._buttons())

    def _head(self) -> QHBoxLayout:
        px = self._look.tokens.px
        self._number = looks.label("", "number")
        self._number.setObjectName("cancel_number")
        self._state = looks.pill("", "quiet")
        self._state.hide()
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(self._number)
        head.addWidget(self._state)
        head.addStretch(1)
        self._tabs: dict[Direction, looks.KeyButton] = {}
        names: tuple[tuple[Direction, str], ...] = (("cancel", words.CANCEL_TAB), ("restore", words.RESTORE_TAB))
        for name, title in names:
            tab = looks.button(title, "tab")
            tab.setObjectName(f"{name}_tab")
            tab.setAutoDefault(False)
            tab.setChecked(name == self._direction)
            tab.clicked.connect(partial(self.choose, name))
            head.addWidget(tab)
            self._tabs[name] = tab
        for tab in self._tabs.values():
            tab.hide()
        return head

    def _lines_card(self) -> QWidget:
        px = self._look.tokens.px
        self.lines = CancelLines(self._look)
        self.lines.changed.connect(self._on_changed)
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, px(8), 0)
        inside.addWidget(self.lines)
        self.fill_button = looks.button(words.ALL_LEFT, "plain", "Alt+A")
        self.fill_button.setObjectName("cancel_all_left")
        self.fill_button.setAutoDefault(False)
        self.fill_button.clicked.connect(self.fill)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, px(8), 0)
        top.addWidget(looks.label(window_words.ITEMS, "heading"))
        top.addStretch(1)
        top.addWidget(self.fill_button)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(12), px(10), px(12))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addWidget(FittingScrollArea(content, least_px=px(110)))
        column.addStretch(1)
        return looks.card(column)

    def _told_card(self) -> QWidget:
        px = self._look.tokens.px
        self._told = QGridLayout()
        self._told.setHorizontalSpacing(px(10))
        self._told.setVerticalSpacing(px(6))
        self._told.setColumnStretch(1, 1)
        told = QWidget()
        inside = QVBoxLayout(told)
        inside.setContentsMargins(0, 0, px(8), 0)
        inside.addLayout(self._told)
        inside.addStretch(1)
        self.why = TitledField("why", words.WHY, self._look)
        self.why.input.setPlaceholderText(words.WHY_HINT)
        self.why.input.textEdited.connect(self._on_why_edited)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(px(8))
        column.addWidget(looks.label(words.WHO_IS_TOLD, "heading"))
        column.addWidget(FittingScrollArea(told, least_px=px(46)))
        column.addWidget(self.why)
        return looks.card(column)

    def _buttons(self) -> QHBoxLayout:
        self._said = looks.label("", "secondary")
        self._said.setObjectName("cancel_said")
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = looks.button(window_words.CLOSE, "plain", "Esc")
        close.setObjectName("close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        self.preview_button = looks.button(window_words.PREVIEW, "plain", "Alt+P")
        self.preview_button.setObjectName("cancel_preview")
        self.preview_button.setAutoDefault(False)
        self.preview_button.clicked.connect(self.preview)
        self.confirm_button = looks.button(words.cancel_button(0), "primary", "Ctrl+Enter")
        self.confirm_button.setObjectName("cancel_confirm")
        self.confirm_button.setAutoDefault(False)
        self.confirm_button.clicked.connect(self.confirm)
        buttons = QHBoxLayout()
        buttons.setSpacing(self._look.tokens.px(10))
        buttons.addWidget(self._said, 1)
        buttons.addWidget(close)
        buttons.addWidget(self.preview_button)
        buttons.addWidget(self.confirm_button)
        return buttons
