"""The table of codes: painted cell by cell, with a list that is searched by typing where one is changed."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from shipconsole.messages import text
from shipconsole.ui.dialogs.carriers.codes import CHANGED_ROLE, NAME, NO_CODE, OWN_ROLE, CodesModel
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.fields import searched_choice
from shipconsole.ui.kit.theme import Theme

ROW_PX, NAME_PX, CODE_PX, PAD_PX = 40, 190, 150, 8

Index = QModelIndex | QPersistentModelIndex


class CodesDelegate(QStyledItemDelegate):
    """Paints a code, grey where it is the platform's usual one, and lets another be chosen or typed."""

    def __init__(self, theme: Theme, model: CodesModel, parent: QWidget) -> None:
        """Paint for a model."""
        super().__init__(parent)
        self._theme = theme
        self._codes = model
        self._open: QComboBox | None = None

    def finish(self) -> None:
        """Take over what is still being typed."""
        if self._open is not None:
            editor, self._open = self._open, None
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell: its text, a dot where it is not saved, an angle where it can be changed."""
        tokens, cell = self._theme.tokens, option.rect
        pad = tokens.px(PAD_PX)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
        own, changed = bool(index.data(OWN_ROLE)), bool(index.data(CHANGED_ROLE))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "selection" if chosen else "accent_soft" if changed else "card"
        painter.fillRect(cell, tokens.color(ground))
        painter.setPen(tokens.color("line"))
        painter.drawLine(cell.bottomLeft(), cell.bottomRight())
        if focused:
            painter.setPen(QPen(tokens.color("accent"), 2))
            painter.drawRoundedRect(QRectF(cell).adjusted(2, 2, -2, -3), tokens.px(6), tokens.px(6))
        left = cell.left() + pad
        if changed:
            size = tokens.px(6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("accent"))
            painter.drawEllipse(QRectF(left, cell.center().y() - size / 2, size, size))
            left += tokens.px(12)
        right = cell.right() - pad
        if index.column() != NAME:
            right -= tokens.px(14)
            self._paint_angle(painter, QPointF(cell.right() - pad - tokens.px(2), cell.center().y() + 0.5))
        strong = own or (index.column() == NAME and index.row() == 0)
        face = kit.font(tokens, tokens.text_px, QFont.Weight.Medium if strong else QFont.Weight.Normal)
        painter.setFont(face)
        severity = "accent_text" if own else "text" if index.column() == NAME else "secondary"
        painter.setPen(tokens.color(severity))
        whole = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        shown = QFontMetrics(face).elidedText(whole, Qt.TextElideMode.ElideRight, int(right - left))
        room = QRectF(left, cell.top(), right - left, cell.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A list of what the platform is known to take; any other text will do."""
        code = self._codes.code_at(index)
        editor = searched_choice(code.offered, parent)
        editor.setObjectName("carrier_code")
        editor.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
        editor.setStyleSheet("QComboBox { min-height: 0; }")
        line = editor.lineEdit()
        if line is not None:
            line.setPlaceholderText(kit.plain(code.usual or NO_CODE))
        editor.activated.connect(self._on_activated)
        self._open = editor
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        """Forget the list with its cell."""
        if editor is self._open:
            self._open = None
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with one's own code, ready to be typed over."""
        if isinstance(editor, QComboBox):
            editor.setEditText(str(index.data(Qt.ItemDataRole.EditRole)))
            line = editor.lineEdit()
            if line is not None:
                line.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Take what was chosen or typed."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """The whole cell but its line."""
        editor.setGeometry(option.rect.adjusted(1, 1, -1, -2))

    def _on_activated(self, _: int) -> None:
        # Enter activates too, and ends the typing by itself a moment later; then nothing is open any more.
        QTimer.singleShot(0, self.finish)

    def _paint_angle(self, painter: QPainter, tip: QPointF) -> None:
        size = self._theme.tokens.px(4)
        painter.setPen(QPen(self._theme.tokens.color("secondary"), self._theme.tokens.px(1.4)))
        painter.drawPolyline(
            [tip + QPointF(-2 * size, -size / 2), tip + QPointF(-size, size / 2), tip - QPointF(0, size / 2)]
        )


class CodesTable(QTableView):
    """The table; a click, Enter or typing changes a code, Delete brings the platform's usual one back."""

    def __init__(self, theme: Theme, model: CodesModel) -> None:
        """Show a model."""
        super().__init__()
        self._theme = theme
        self._codes = model
        self.setObjectName("carrier_table")
        self.setAccessibleName(text("carriers.title"))
        self.setModel(model)
        self._delegate = CodesDelegate(theme, model, self)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        self.clicked.connect(self._on_clicked)
        model.modelReset.connect(self._fit_columns)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def finish(self) -> None:
        """Take over what is still being typed in a cell."""
        self._delegate.finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens a code, Delete takes one's own away; all else is as in any table."""
        index = self.currentIndex()
        # Keys that a list leaves alone come here from it while it is open.
        is_open = self.state() == QAbstractItemView.State.EditingState
        is_code = index.isValid() and index.column() != NAME and not is_open
        if is_code and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.edit(index)
        elif is_code and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._codes.setData(index, "")
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns to the width."""
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        """Fit the columns to another typeface."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_columns()

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() != NAME:
            self.edit(index)

    def _on_theme_changed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.tokens.px(ROW_PX))
        self._fit_columns()
        self.viewport().update()

    def _fit_columns(self) -> None:
        """The names have what they need, the connections the rest in equal parts; too little is scrolled."""
        px, connections = self._theme.tokens.px, self._codes.columnCount() - 1
        if connections < 1:
            return
        self.setColumnWidth(NAME, px(NAME_PX))
        rest = self.viewport().width() - px(NAME_PX)
        for column in range(1, connections + 1):
            self.setColumnWidth(column, max(px(CODE_PX), rest // connections))
