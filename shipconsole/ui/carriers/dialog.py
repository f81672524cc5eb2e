"""The table of carrier codes: our carriers down, the connections that are told across."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shipconsole.domain.problem import OutsideError, RefusedError
from shipconsole.operations import carrier_codes
from shipconsole.operations.desk import Desk
from shipconsole.ui import look as looks
from shipconsole.ui import words as said_everywhere
from shipconsole.ui.carriers import words
from shipconsole.ui.carriers.codes import ANY, CodesModel
from shipconsole.ui.carriers.codes_table import CodesTable
from shipconsole.ui.fields.unsaved_dialog import UnsavedDialog
from shipconsole.ui.look import Look
from shipconsole.ui.tasks import Tasks

SIZE_PX = (900, 680)


class CarrierCodesDialog(QDialog):
    """Codes are seen, found, changed and saved. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, desk: Desk, tasks: Tasks, look: Look) -> None:
        """Show what is stored as soon as it was read."""
        super().__init__(parent)
        self.setObjectName("carriers_dialog")
        self.setWindowTitle(words.TITLE)
        self._desk = desk
        self._tasks = tasks
        self._look = look
        self._closed = False
        """Its parts may be gone: what comes to an end later shows nothing here any more."""
        self._busy = False
        self.codes = CodesModel(self)
        self.table = CodesTable(look, self.codes)
        self.codes.edited.connect(self._on_edited)
        self._lay_out()
        for key, then in (("Ctrl+S", self.save), ("Ctrl+F", self._on_find)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(then)
        px = look.tokens.px
        room = (parent.window() if parent is not None else self).screen().availableSize()
        self.resize(min(px(SIZE_PX[0]), room.width() - px(60)), min(px(SIZE_PX[1]), room.height() - px(60)))
        self.finished.connect(self._on_finished)
        self._show_changed()
        tasks.spawn("read the carrier codes", self._read())

    def save(self) -> None:
        """Store the codes that were changed."""
        if self._busy:
            return
        self.table.finish()
        if not self.codes.unsaved():
            self._say(words.NOTHING_CHANGED)
            return
        self._busy = True
        self._show_changed()
        self._tasks.spawn("save the carrier codes", self._save())

    def reject(self) -> None:
        """Close, but ask first where something is not saved."""
        if self.filter.text() and self.filter.hasFocus():
            self.filter.clear()
            return
        unsaved = [words.unsaved(name, carriers) for name, carriers in self.codes.unsaved_names()]
        if not unsaved:
            super().reject()
            return
        ask = UnsavedDialog(self, self._look, unsaved)
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.accepted.connect(self._on_leave)
        ask.open()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's own cross asks as well."""
        if self.codes.unsaved():
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the filter."""
        super().resizeEvent(event)
        looks.fit_hint(self.filter, words.FIND_HINTS)

    async def _read(self) -> None:
        table = await carrier_codes.table(self._desk)
        if self._closed:
            return
        self.codes.show(table)
        self._legend.setText(words.LEGEND if table.connections else words.NO_CONNECTIONS)
        if table.connections and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.codes.index(0, 1))

    async def _save(self) -> None:
        said, tone = words.SAVED, "good"
        try:
            for connection_id, codes in self.codes.unsaved().items():
                own = {carrier: code for carrier, code in codes.items() if carrier != ANY}
                await carrier_codes.save(self._desk, connection_id, own, codes.get(ANY))
        except (RefusedError, OutsideError) as trouble:
            if self._closed:
                raise OutsideError(str(trouble)) from None
            said, tone = str(trouble), "bad"
        finally:
            self._busy = False
        # What was stored before the trouble is no longer unsaved.
        await self._read()
        if not self._closed:
            self._say(said, tone)

    def _show_changed(self) -> None:
        changed = sum(len(codes) for codes in self.codes.unsaved().values())
        self._changed.setText(words.changed(changed))
        self._changed.setVisible(bool(changed))
        self.save_button.setEnabled(bool(changed) and not self._busy)

    def _say(self, text: str, tone: looks.Tone = "") -> None:
        self._said.setText(looks.plain(text, lines=True))
        looks.set_tone(self._said, tone)

    def _on_edited(self) -> None:
        self._say("")
        self._show_changed()

    def _on_find(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _on_found(self) -> None:
        """Enter in the filter goes to the first carrier found."""
        rows = self.codes.rowCount()
        if rows:
            self.table.setCurrentIndex(self.codes.index(min(1, rows - 1), 1))
            self.table.setFocus()

    def _on_leave(self) -> None:
        super().reject()

    def _on_finished(self) -> None:
        self._closed = True

    def _lay_out(self) -> None:
        px = self._look.tokens.px
        self._changed = looks.pill("", "accent")
        self._changed.setObjectName("carriers_changed")
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(looks.label(words.TITLE, "number"))
        head.addWidget(looks.label(words.SUBTITLE, "secondary"), 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        head.addWidget(self._changed)

        self.filter = QLineEdit()
        self.filter.setObjectName("carriers_filter")
        self.filter.setAccessibleName(words.FIND)
        self.filter.setMaximumWidth(px(290))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.codes.find)
        self.filter.returnPressed.connect(self._on_found)
        self._legend = looks.label("", "secondary")
        self._legend.setObjectName("carriers_legend")
        self._legend.setWordWrap(True)
        top = QHBoxLayout()
        top.setSpacing(px(14))
        top.addWidget(self.filter, 2)
        top.addWidget(self._legend, 3)

        inside = QVBoxLayout()
        inside.setContentsMargins(px(2), px(2), px(2), px(2))
        inside.addWidget(self.table)

        self._said = looks.label("", "secondary")
        self._said.setObjectName("carriers_said")
        self._said.setWordWrap(True)
        close = looks.button(said_everywhere.CLOSE, "plain", "Esc")
        close.setObjectName("close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        self.save_button = looks.button(words.SAVE, "primary", "Ctrl+S")
        self.save_button.setObjectName("carriers_save")
        self.save_button.setAutoDefault(False)
        self.save_button.clicked.connect(self.save)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(10))
        buttons.addWidget(self._said, 1)
        buttons.addWidget(close)
        buttons.addWidget(self.save_button)

        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(16))
        column.setSpacing(px(10))
        column.addLayout(head)
        column.addLayout(top)
        column.addWidget(looks.card(inside), 1)
        column.addLayout(buttons)
        QWidget.setTabOrder(self.filter, self.table)
