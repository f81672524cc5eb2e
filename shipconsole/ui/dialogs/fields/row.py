"""One field in the form: its title, its value in an input of its kind, what it means, what is wrong with it."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from shipconsole.domain.field import limits
from shipconsole.domain.message import NO_MESSAGE, sentences
from shipconsole.messages import text
from shipconsole.ui.dialogs.fields.groups import Entry
from shipconsole.ui.dialogs.phrases import unquoted
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.fields import Choice, searched_choice
from shipconsole.ui.kit.theme import Theme

TITLE_PX, GAP_PX, MARK_PX, EDGE_PX = 158, 14, 184, 3
INPUT_PX, SHOWN_PX = 34, 26


class FieldRow(QWidget):
    """A row of the form. Signals: typed(path, text) by the person alone, undo_requested(path).

    Title and meaning are painted, which makes hundreds of rows quick; whoever does not see them is told both
    by the input. Input and meaning have what the title and the marks leave, half each.
    """

    typed = Signal(object, str)
    undo_requested = Signal(object)

    def __init__(self, parent: QWidget | None, entry: Entry, theme: Theme) -> None:
        """Show a field; `show_text` fills it."""
        super().__init__(parent)
        self.path = entry.path
        self._entry = entry
        self._theme = theme
        self._trouble: QLabel | None = None
        self._marks: _Marks | None = None
        self._means = kit.plain(_help(entry))
        # Made inside its row: a widget that moves is styled twice.
        self.input = _input(entry, self)
        self.input.setObjectName(".".join(entry.path))
        self.input.setAccessibleName(kit.plain(str(entry.field.title)))
        self.input.setAccessibleDescription(kit.plain(self._means))
        self.setFixedHeight(self._input_height() + 2 * theme.tokens.px(EDGE_PX))
        if isinstance(self.input, QComboBox):
            self.input.activated.connect(self._on_activated)
            edit = self.input.lineEdit()
            if edit is not None:
                edit.textEdited.connect(self._on_typed)
        elif entry.may_change:
            self.input.textEdited.connect(self._on_typed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the title and what the field means."""
        super().paintEvent(event)
        tokens = self._theme.tokens
        painter = QPainter(self)
        wrapped = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.setPen(tokens.color("text" if self._entry.may_change else "secondary"))
        painter.drawText(self._title_room(), wrapped, kit.plain(str(self._entry.field.title)))
        painter.setFont(kit.font(tokens, tokens.secondary_px))
        painter.setPen(tokens.color("secondary"))
        painter.drawText(self._means_room(), wrapped, self._means)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell the field's name in the platform's document, and its meaning whole, under the pointer."""
        super().enterEvent(event)
        if not self.toolTip():
            kit.set_tooltip(self, f"{self.input.objectName()}\n{self._means}")

    def show_text(self, value: str) -> None:
        """Fill the field; that is no change of it."""
        if value == self.text():
            return
        if isinstance(self.input, QComboBox):
            self.input.blockSignals(True)
            if self.input.isEditable():
                self.input.setCurrentText(value)
            else:
                if self.input.findData(value) < 0:
                    self.input.addItem(value, value)
                self.input.setCurrentIndex(self.input.findData(value))
            self.input.blockSignals(False)
            return
        self.input.setText(value)
        self.input.setCursorPosition(0)

    def text(self) -> str:
        """Return the value that is in the field, not how a choice is called on the screen."""
        if not isinstance(self.input, QComboBox):
            return self.input.text()
        return self.input.currentText() if self.input.isEditable() else str(self.input.currentData() or "")

    def show_state(self, *, changed: bool, told: bool, was: str, wrong: str) -> None:
        """Mark what became of the field since the platform told it, and what is wrong with it."""
        if wrong or self._trouble is not None:
            kit.set_wrong(self.input, bool(wrong))
        if wrong and self._trouble is None:
            self._trouble = kit.label("", "secondary", "bad")
            self._trouble.setParent(self)
            self._trouble.setObjectName("trouble")
            self._trouble.setWordWrap(True)
        if self._trouble is not None:
            self._trouble.setText(kit.plain(wrong))
            self._trouble.setVisible(bool(wrong))
            self._place()
        if changed and self._marks is None:
            self._marks = _Marks(self._theme)
            self._marks.setParent(self)
            self._marks.undo.clicked.connect(self._on_undo_clicked)
            QWidget.setTabOrder(self.input, self._marks.undo)
            self._place()
        if self._marks is not None:
            self._marks.show_change(told=told, was=was)
            self._marks.setVisible(changed)

    def stops(self) -> list[QWidget]:
        """What takes the focus, from left to right."""
        return [self.input] if self._marks is None else [self.input, self._marks.undo]

    def trouble(self) -> str:
        """What is said to be wrong."""
        return self._trouble.text() if self._trouble is not None else ""

    def _place(self) -> None:
        """Give each part its room; words about what is wrong make the row taller."""
        px = self._theme.tokens.px
        edge, left, height = px(EDGE_PX), px(TITLE_PX + GAP_PX), self._input_height()
        self.input.setGeometry(left, edge, self._half(), height)
        if self._marks is not None:
            self._marks.setGeometry(self.width() - px(MARK_PX), edge, px(MARK_PX), height)
        below = 0
        if self._trouble is not None and self._trouble.text():
            width = self.width() - left
            below = self._trouble.heightForWidth(width) + edge
            self._trouble.setGeometry(left, edge + height + edge, width, below)
        self.setFixedHeight(edge + height + below + edge)

    def _input_height(self) -> int:
        return self._theme.tokens.px(INPUT_PX if self._entry.may_change else SHOWN_PX)

    def _half(self) -> int:
        px = self._theme.tokens.px
        return max(px(80), (self.width() - px(TITLE_PX + MARK_PX + 3 * GAP_PX)) // 2)

    def _title_room(self) -> QRect:
        px = self._theme.tokens.px
        return QRect(0, 0, px(TITLE_PX), self._input_height() + 2 * px(EDGE_PX))

    def _means_room(self) -> QRect:
        px = self._theme.tokens.px
        left = px(TITLE_PX + 2 * GAP_PX) + self._half()
        # Without a mark at its side the meaning may be as long as the row.
        marked = self._marks is not None and not self._marks.isHidden()
        right = self.width() - (px(MARK_PX + GAP_PX) if marked else 0)
        return QRect(left, 0, right - left, self._input_height() + 2 * px(EDGE_PX))

    def _on_typed(self, typed: str) -> None:
        self.typed.emit(self.path, typed)

    def _on_activated(self, _: int) -> None:
        self.typed.emit(self.path, self.text())

    def _on_undo_clicked(self) -> None:
        self.input.setFocus()
        self.undo_requested.emit(self.path)


class _Marks(QWidget):
    """That a field was changed, what it was before, and the way back."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._badge = kit.badge(text("fields.changed"), "accent")
        self._badge.setObjectName("changed")
        self.undo = kit.button(text("button.undo"), "quiet")
        self.undo.setObjectName("undo")
        self.undo.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens.px(4))
        row.addWidget(self._badge)
        row.addWidget(self.undo)
        row.addStretch(1)

    def show_change(self, *, told: bool, was: str) -> None:
        self._badge.setText(text("fields.sending") if told else text("fields.changed"))
        kit.set_severity(self._badge, "wait" if told else "accent")
        # What is on its way is not taken back by forgetting it here.
        self.undo.setVisible(not told)
        before = text("fields.was", value=unquoted(was)) if was else text("fields.was_empty")
        kit.set_tooltip(self._badge, before)
        kit.set_tooltip(self.undo, before)
        self._badge.setAccessibleName(kit.plain(f"{self._badge.text()} · {before}"))


def _help(entry: Entry) -> str:
    """Return what a field means and, where it can be changed, what it may hold."""
    return str(sentences(entry.field.help, limits(entry.field) if entry.may_change else NO_MESSAGE))


def _input(entry: Entry, row: QWidget) -> QLineEdit | QComboBox:
    field = entry.field
    if not entry.may_change:
        shown = QLineEdit(row)
        shown.setReadOnly(True)
        shown.setProperty("variant", "shown")
        shown.setPlaceholderText(text("fields.no_value"))
        return shown
    if field.kind == "yes_no":
        choice = Choice(row)
        if not entry.text:
            choice.addItem("", "")
        choice.addItem(text("fields.yes"), "yes")
        choice.addItem(text("fields.no"), "no")
        return choice
    if field.kind == "choice":
        return searched_choice(field.choices, row)
    line = QLineEdit(row)
    # What is too long is said, not cut off.
    line.setMaxLength(1_000_000)
    if field.kind in ("number", "whole"):
        line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return line
