"""A field in the form: its title, its value in an input of its kind, its help, and its problem."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from shipconsole.domain.field import limits
from shipconsole.domain.message import NO_MESSAGE, sentences
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.dialogs.call_details import unquoted
from shipconsole.ui.dialogs.fields.groups import Entry
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.fields import Choice, searched_choice
from shipconsole.ui.kit.layout import row, wrapped
from shipconsole.ui.kit.theme import Theme, typeface

TITLE_PX, GAP_PX, MARK_PX, EDGE_PX = 158, 14, 184, 3
INPUT_PX, SHOWN_PX = 34, 26


class FieldRow(QWidget):
    """A row of the form. Signals: typed(path, text), by a person only; undo_requested(path).

    Title and help are painted, so that hundreds of rows are quick; a screen reader has both from the input. Input
    and help share the width that the title and the marks leave.
    """

    typed = Signal(object, str)
    undo_requested = Signal(object)

    def __init__(self, parent: QWidget | None, entry: Entry, theme: Theme) -> None:
        """Initialize empty; `show_text` fills the field."""
        super().__init__(parent)
        self.path = entry.path
        self._entry = entry
        self._theme = theme
        self._problem: QLabel | None = None
        self._marks: _Marks | None = None
        self._help = plain(_help(entry))
        # Made inside its row: a widget that moves is styled twice.
        self.input = _input(entry, self)
        self.input.setObjectName(".".join(entry.path))
        self.input.setAccessibleName(plain(str(entry.field.title)))
        self.input.setAccessibleDescription(plain(self._help))
        self.setFixedHeight(self._input_height() + 2 * theme.tokens.px(EDGE_PX))
        if isinstance(self.input, QComboBox):
            self.input.activated.connect(self._on_activated)
            edit = self.input.lineEdit()
            if edit is not None:
                edit.textEdited.connect(self._on_typed)
        elif entry.may_change:
            self.input.textEdited.connect(self._on_typed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Position the parts."""
        super().resizeEvent(event)
        self._position()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the title and the help."""
        super().paintEvent(event)
        tokens = self._theme.tokens
        painter = QPainter(self)
        wrapped = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.setPen(tokens.color("text" if self._entry.may_change else "secondary"))
        painter.drawText(self._title_room(), wrapped, plain(str(self._entry.field.title)))
        painter.setFont(typeface(tokens, tokens.secondary_px))
        painter.setPen(tokens.color("secondary"))
        painter.drawText(self._help_room(), wrapped, self._help)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the platform's name of the field and the whole help as tooltip."""
        super().enterEvent(event)
        if not self.toolTip():
            widgets.set_tooltip(self, f"{self.input.objectName()}\n{self._help}")

    def show_text(self, value: str) -> None:
        """Fill the field without counting that as typed."""
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
        """Return the field's value; of a choice not the label."""
        if not isinstance(self.input, QComboBox):
            return self.input.text()
        return self.input.currentText() if self.input.isEditable() else str(self.input.currentData() or "")

    def show_state(self, *, changed: bool, sending: bool, before: str, problem: str) -> None:
        """Mark a changed field, with the platform's value before, and show the problem of its text."""
        if problem or self._problem is not None:
            widgets.set_wrong(self.input, bool(problem))
        if problem and self._problem is None:
            self._problem = wrapped("", "secondary", "bad", name="problem")
            self._problem.setParent(self)
        if self._problem is not None:
            self._problem.setText(plain(problem))
            self._problem.setVisible(bool(problem))
            self._position()
        if changed and self._marks is None:
            self._marks = _Marks(self._theme)
            self._marks.setParent(self)
            self._marks.undo.clicked.connect(self._on_undo_clicked)
            QWidget.setTabOrder(self.input, self._marks.undo)
            self._position()
        if self._marks is not None:
            self._marks.show_change(sending=sending, before=before)
            self._marks.setVisible(changed)

    def stops(self) -> list[QWidget]:
        """Return the widgets that take the focus, from left to right."""
        return [self.input] if self._marks is None else [self.input, self._marks.undo]

    def problem(self) -> str:
        """Return the problem that is shown."""
        return self._problem.text() if self._problem is not None else ""

    def _position(self) -> None:
        """Position the parts; a problem makes the row taller."""
        px = self._theme.tokens.px
        edge, left, height = px(EDGE_PX), px(TITLE_PX + GAP_PX), self._input_height()
        self.input.setGeometry(left, edge, self._half(), height)
        if self._marks is not None:
            self._marks.setGeometry(self.width() - px(MARK_PX), edge, px(MARK_PX), height)
        below = 0
        if self._problem is not None and self._problem.text():
            width = self.width() - left
            below = self._problem.heightForWidth(width) + edge
            self._problem.setGeometry(left, edge + height + edge, width, below)
        self.setFixedHeight(edge + max(height, self._help_height(self._help_room().width())) + below + edge)

    def _help_height(self, width: int) -> int:
        """Return the height that the help takes; 0 for one of two lines at most, as nearly all are."""
        tokens = self._theme.tokens
        metrics = QFontMetrics(typeface(tokens, tokens.secondary_px))
        if width <= 0 or metrics.horizontalAdvance(self._help) < 1.5 * width:
            return 0
        needed = metrics.boundingRect(QRect(0, 0, width, 0), Qt.TextFlag.TextWordWrap.value, self._help)
        return needed.height()

    def _input_height(self) -> int:
        return self._theme.tokens.px(INPUT_PX if self._entry.may_change else SHOWN_PX)

    def _half(self) -> int:
        px = self._theme.tokens.px
        return max(px(80), (self.width() - px(TITLE_PX + MARK_PX + 3 * GAP_PX)) // 2)

    def _title_room(self) -> QRect:
        px = self._theme.tokens.px
        return QRect(0, 0, px(TITLE_PX), self._input_height() + 2 * px(EDGE_PX))

    def _help_room(self) -> QRect:
        px = self._theme.tokens.px
        left = px(TITLE_PX + 2 * GAP_PX) + self._half()
        # Without marks the help may be as long as the row.
        marked = self._marks is not None and not self._marks.isHidden()
        right = self.width() - (px(MARK_PX + GAP_PX) if marked else 0)
        height = max(self._input_height(), self._help_height(right - left)) + 2 * px(EDGE_PX)
        return QRect(left, 0, right - left, height)

    def _on_typed(self, typed: str) -> None:
        self.typed.emit(self.path, typed)

    def _on_activated(self, _: int) -> None:
        self.typed.emit(self.path, self.text())

    def _on_undo_clicked(self) -> None:
        self.input.setFocus()
        self.undo_requested.emit(self.path)


class _Marks(QWidget):
    """The badge of a changed field, its value before, and a button that restores it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._badge = widgets.badge(text("fields.changed"), "accent")
        self._badge.setObjectName("changed")
        self.undo = widgets.button(text("button.undo"), "quiet")
        self.undo.setObjectName("undo")
        self.undo.setAutoDefault(False)
        row(theme, self._badge, self.undo, 1, spacing=4, parent=self)

    def show_change(self, *, sending: bool, before: str) -> None:
        self._badge.setText(text("fields.sending") if sending else text("fields.changed"))
        widgets.set_severity(self._badge, "wait" if sending else "accent")
        # A change that is being sent cannot be undone here.
        self.undo.setVisible(not sending)
        hint = text("fields.was", value=unquoted(before)) if before else text("fields.was_empty")
        widgets.set_tooltip(self._badge, hint)
        widgets.set_tooltip(self.undo, hint)
        self._badge.setAccessibleName(plain(f"{self._badge.text()} · {hint}"))


def _help(entry: Entry) -> str:
    """Return the help of a field and, where it can be changed, its limits."""
    return str(sentences(entry.field.help, limits(entry.field) if entry.may_change else NO_MESSAGE))


def _input(entry: Entry, parent: QWidget) -> QLineEdit | QComboBox:
    field = entry.field
    if not entry.may_change:
        shown = QLineEdit(parent)
        shown.setReadOnly(True)
        shown.setProperty("variant", "shown")
        shown.setPlaceholderText(text("fields.no_value"))
        return shown
    if field.kind == "yes_no":
        choice = Choice(parent)
        if not entry.text:
            choice.addItem("", "")
        choice.addItem(text("fields.yes"), "yes")
        choice.addItem(text("fields.no"), "no")
        return choice
    if field.kind == "choice":
        return searched_choice(field.choices, parent)
    line = QLineEdit(parent)
    # A text that is too long is marked, not cut off.
    line.setMaxLength(1_000_000)
    if field.kind in ("number", "whole"):
        line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return line
