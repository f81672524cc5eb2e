"""The list of items: one scroll area, in which the item packed last is always in sight."""

from PySide6.QtCore import QItemSelectionModel, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView

from shipconsole.domain.packing_session import PackingSession
from shipconsole.messages import text
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.item_delegate import BENCH, FOLD_PX, USUAL, ItemDelegate
from shipconsole.ui.order_editor.item_model import ItemTableModel, RowKind

_STEPS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
_MOVES = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_TYPED_WITH = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_CTRL = Qt.KeyboardModifier.ControlModifier


class ItemTable(QTableView):
    """The list of items; plus and minus change the quantity of the current row, digits type it.

    Ctrl+Right moves the row's units to the next package and Ctrl+Left to the one before, with Shift a single unit.
    Finished items are hidden where not all rows fit, until a person shows them.
    """

    def __init__(self, theme: Theme, model: ItemTableModel) -> None:
        """Show a model."""
        super().__init__()
        self._theme = theme
        self._rows = model
        self._chosen_fold: bool | None = None
        """Whether a person has hidden the finished items; None while the room decides."""
        self._is_fitting = False
        self._in_sight_id = 0
        self._sized: set[int] = set()
        """The rows that have a height of their own."""
        self.delegate = ItemDelegate(theme, model, self)
        self.delegate.fold_pressed.connect(self.toggle_fold)
        self.setObjectName("line_table")
        self.setProperty("variant", "rows")
        self.setAccessibleName(text("shared.items"))
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setMinimumSectionSize(1)
        heights = self.verticalHeader()
        heights.hide()
        heights.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heights.setMinimumSectionSize(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._on_theme_changed)
        model.modelReset.connect(self._on_model_reset)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.rowsRemoved.connect(self._on_rows_removed)
        model.folded.connect(self.viewport().update)
        model.resized.connect(self._set_height)
        model.packed.connect(self.show_line)
        self._on_theme_changed()

    def begin_order(self, session: PackingSession) -> None:
        """Show the items of another order: finished ones are hidden again where there is no room."""
        self._chosen_fold = None
        self._in_sight_id = session.draft.line_id
        self._fit_fold()
        if self._in_sight_id:
            self.show_line(self._in_sight_id)
        else:
            self.scrollToTop()

    def set_bench(self, is_bench: bool) -> None:
        """Use the row sizes of bench mode."""
        self.delegate.sizes = BENCH if is_bench else USUAL
        self._on_theme_changed()
        self._fit_fold()
        self._keep_in_sight()

    def show_line(self, line_id: int) -> None:
        """Make a line's row the current one, and keep it in sight from now on."""
        self._in_sight_id = line_id
        row = self._rows.position_of(line_id)
        if row >= 0:
            index = self._rows.index(row, 0)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def toggle_fold(self) -> None:
        """Show the finished items, or hide them."""
        self._chosen_fold = not self._rows.is_folded
        self._rows.fold(self._chosen_fold)
        if not self._chosen_fold and self._rows.has_fold:
            self.scrollTo(self._rows.index(self._rows.rowCount() - 1, 0))
            self.scrollTo(self._rows.index(self._rows.open_count, 0))

    def sizeHint(self) -> QSize:
        """Return a size for a few rows; the others scroll."""
        sizes = self.delegate.sizes
        return QSize(self._theme.tokens.px(480), self._theme.tokens.px(sizes.large.height + 2 * sizes.open.height))

    def minimumSizeHint(self) -> QSize:
        """Return a size for the item that is packed."""
        return QSize(self._theme.tokens.px(260), self._theme.tokens.px(self.delegate.sizes.large.height))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the quantity by plus, minus and digits, and move units with Ctrl and an arrow; other keys are Qt's."""
        row, key, modifiers = self.currentIndex().row(), Qt.Key(event.key()), event.modifiers()
        is_plain = not modifiers & ~_TYPED_WITH
        if row >= 0 and self._rows.kind(row) is RowKind.FOLD and is_plain and key in _ENTER:
            self.toggle_fold()
        elif row >= 0 and key in _STEPS and is_plain:
            if self._rows.may_step(row, _STEPS[key]):
                self._rows.step(row, _STEPS[key])
        elif row >= 0 and key in _MOVES and modifiers & _CTRL:
            is_one = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._rows.move(row, _MOVES[key], 1 if is_one else None)
        elif row >= 0 and is_plain and event.text().isdecimal():
            super().keyPressEvent(event)
        elif event.text() and event.text().isprintable() and is_plain:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Have a row on which keys act, and which shows that the keyboard is here."""
        super().focusInEvent(event)
        if self._rows.rowCount() and not self.selectionModel().hasSelection():
            self.selectRow(max(0, self.currentIndex().row()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show or hide the finished items as there is room, and keep the item packed last in sight."""
        super().resizeEvent(event)
        if event.size().height() != event.oldSize().height():
            self._fit_fold()
            self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        row = self._rows.position_of(self._in_sight_id) if self._in_sight_id else -1
        if row >= 0:
            self.scrollTo(self._rows.index(row, 0))

    def _fit_fold(self) -> None:
        """Hide the finished items where not all rows fit, unless a person has decided."""
        if self._is_fitting:
            return
        self._is_fitting = True
        try:
            if self._chosen_fold is None and self._rows.has_fold and self.viewport().height() > 0:
                self._rows.fold(self._needed_height() > self.viewport().height())
        finally:
            self._is_fitting = False

    def _needed_height(self) -> int:
        rows, px, sizes = self._rows, self._theme.tokens.px, self.delegate.sizes
        height = rows.open_count * px(sizes.open.height) + rows.done_count * px(sizes.done.height)
        height += px(FOLD_PX) if rows.has_fold else 0
        return height + (px(sizes.large.height) - px(sizes.open.height) if rows.large_id else 0)

    def _set_heights(self) -> None:
        """Set the height of all rows: most have the usual one."""
        rows, px, heights = self._rows, self._theme.tokens.px, self.verticalHeader()
        done = 0 if rows.is_folded else rows.done_count
        sizes = self.delegate.sizes
        usual = px(sizes.done.height) if done > rows.open_count else px(sizes.open.height)
        heights.setDefaultSectionSize(usual)
        first_done = rows.open_count + rows.has_fold
        unusual = range(first_done) if done > rows.open_count else range(rows.open_count, rows.rowCount())
        large = rows.position_of(rows.large_id)
        # Rows that had a size of their own keep it, whatever the usual one is.
        sized, self._sized = self._sized, set()
        for row in {*sized, *unusual, large}:
            self._set_height(row)

    def _set_height(self, row: int) -> None:
        if 0 <= row < self._rows.rowCount() and self.verticalHeader().count() > row:
            height = self.delegate.height(row)
            if self.rowHeight(row) != height:
                self.setRowHeight(row, height)
            self._sized.add(row)

    def _on_rows_removed(self, _parent: object, first: int, last: int) -> None:
        count = last - first + 1
        self._sized = {row - count if row > last else row for row in self._sized if not first <= row <= last}
        self._fit_fold()

    def _on_rows_inserted(self, _parent: object, first: int, last: int) -> None:
        self._sized = {row + last - first + 1 if row >= first else row for row in self._sized}
        for row in range(first, last + 1):
            self._set_height(row)
        self._fit_fold()
        self._keep_in_sight()

    def _on_theme_changed(self) -> None:
        self._set_heights()
        self.updateGeometry()
        self.viewport().update()

    def _on_model_reset(self) -> None:
        self._set_heights()
        self._fit_fold()
        self._keep_in_sight()
