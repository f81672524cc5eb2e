"""The middle of the window: the order's header, and its items in one scroll area."""

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.layout import wrapped
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import KeyButton
from shipconsole.ui.order_editor.header import OrderHeader
from shipconsole.ui.order_editor.item_model import ItemTableModel
from shipconsole.ui.order_editor.items import ItemTable

SIDE_PX = 16


class ItemsPane(QFrame):
    """The open order's header and items, bound to its packing session; a hint while no order is open.

    Signals: all_left_requested(), slip_requested(), resolve_requested(), quantity_changed(line id),
    quantity_refused(line id, units) for more units than are left.
    """

    all_left_requested = Signal()
    slip_requested = Signal()
    resolve_requested = Signal()
    quantity_changed = Signal(int)
    quantity_refused = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        """Begin without an order."""
        super().__init__()
        self._theme = theme
        self._session: PackingSession | None = None
        self._is_locked = False
        self.setProperty("variant", "card")
        self.setObjectName("order_editor")
        self.setAccessibleName(text("shared.order"))
        self.header = OrderHeader(theme)
        self.items = ItemTableModel(self)
        self.items.quantity_changed.connect(self.quantity_changed)
        self.items.refused.connect(self.quantity_refused)
        self.item_table = ItemTable(theme, self.items)
        self._binding = Binding(self)
        self._binding.follow(self._show, "revision", "order", "is_locked")
        self._headline = widgets.Elided("", "secondary")
        self._headline.setObjectName("items_headline")
        self._all_left = self._button("ship_all_left", "order_editor.pack_all", "Ctrl+A", self.all_left_requested)
        self._slip = self._button("packing_slip", "item_list.slip", "Ctrl+P", self.slip_requested, icon="printer")
        self._slip.hide()
        self._problem = wrapped("", "secondary", "bad", name="line_problem")
        self._problem.hide()
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(_empty_page(theme))
        self._pages.addWidget(self._order_page())

    def _order_page(self) -> QWidget:
        px = self._theme.tokens.px
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(px(SIDE_PX), px(8), px(SIDE_PX), px(8))
        bar.setSpacing(px(8))
        bar.addWidget(widgets.label(text("shared.items"), "heading"))
        bar.addWidget(self._headline, 1)
        bar.addWidget(self._all_left)
        bar.addWidget(self._slip)
        page = QWidget()
        self._column = column = QVBoxLayout(page)
        column.setContentsMargins(1, 1, 1, px(6))
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(_line())
        self._column = column
        column.addWidget(self._bar)
        column.addWidget(_line())
        column.addWidget(self.item_table, 1)
        column.addWidget(self._notes())
        return page

    def show_below_header(self, note: QWidget) -> None:
        """Place a note about the order below its header, from edge to edge, its text below the header's."""
        note.setProperty("place", "pane")
        if (row := note.layout()) is not None:
            px, margins = self._theme.tokens.px, row.contentsMargins()
            row.setContentsMargins(px(SIDE_PX), margins.top(), px(SIDE_PX), margins.bottom())
        self._column.insertWidget(2, note)

    def _notes(self) -> QWidget:
        """Return what is below the items where something is to be done about them."""
        px = self._theme.tokens.px
        self._unresolved = QWidget()
        self._unresolved_text = wrapped("", "secondary", "wait", name="unresolved_items")
        resolve = widgets.button(text("order_editor.resolve_items"), "plain")
        resolve.setObjectName("resolve_items_button")
        resolve.clicked.connect(self.resolve_requested)
        row = QHBoxLayout(self._unresolved)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(10))
        row.addWidget(self._unresolved_text, 1)
        row.addWidget(resolve)
        self._unresolved.hide()
        notes = QWidget()
        column = QVBoxLayout(notes)
        column.setContentsMargins(px(SIDE_PX), px(6), px(SIDE_PX), px(2))
        column.setSpacing(px(6))
        column.addWidget(self._unresolved)
        column.addWidget(self._problem)
        return notes

    def _button(self, name: str, title: str, key: str, act: object, *, icon: str = "") -> KeyButton:
        button = widgets.button(text(title), "plain", key, icon)
        button.setObjectName(name)
        button.clicked.connect(act)
        return button

    def bind(self, session: PackingSession) -> None:
        """Show and edit the items of a session."""
        is_other = self._session is None or session.order.id != self._session.order.id
        self._session = session
        self.items.bind(session)
        self._binding.bind(session)
        if is_other:
            self.item_table.begin_order(session)

    def show_above(self, widget: QWidget) -> None:
        """Show a widget above the order's header."""
        self._column.insertWidget(0, widget)

    def show_order(self, is_open: bool) -> None:
        """Show the order, or the hint how to open one."""
        self._pages.setCurrentIndex(int(is_open))

    def show_locked(self, is_locked: bool) -> None:
        """Pack nothing by key or button while scanning is locked; the items stay readable."""
        self._is_locked = is_locked
        self.items.show_locked(is_locked)
        if self._session is not None:
            self._show(self._session)

    def set_bench(self, is_bench: bool) -> None:
        """Show the header in one line, with the units packed in it, and no line of buttons."""
        self._bar.setVisible(not is_bench)
        self.header.set_bench(is_bench)
        self.item_table.set_bench(is_bench)

    def show_marks(self, marks: dict[int, str], named: Collection[int]) -> None:
        """Show the problems of lines, by line id; those of the `named` lines name their items already."""
        self.items.mark(marks)
        problems = [
            problem if line_id in named else self._with_sku(line_id, problem) for line_id, problem in marks.items()
        ]
        self._problem.setText(plain("\n".join(problems), lines=True))
        self._problem.setVisible(bool(problems))

    def _show(self, session: PackingSession) -> None:
        order, units = session.order, session.draft.units
        self._unresolved_text.setText(text("order_editor.unresolved", count=order.unresolved))
        self._unresolved.setVisible(order.unresolved > 0)
        headline = items_headline(order.shipped, units, session.left, cancelled=order.cancelled_units)
        self._headline.set_text(headline)
        self.header.show_units(headline)
        is_all_shipped = order.shipped > 0 and not units and not session.left
        self._slip.setVisible(is_all_shipped)
        self._all_left.setVisible(not is_all_shipped)
        self._all_left.setEnabled(session.left > 0 and not session.is_locked and not self._is_locked)

    def _with_sku(self, line_id: int, problem: str) -> str:
        line = self._session.order.line(line_id) if self._session is not None else None
        return problem if line is None else f"{line.sku}: {problem}"


def items_headline(shipped: int, in_packages: int, left: int, *, cancelled: int = 0) -> str:
    """Return the headline of the items: units packed of those that may ship; units shipped if all are; cancelled."""
    if not in_packages and not left and shipped:
        parts = [text("item_list.all_shipped", count=shipped)]
    else:
        parts = [text("item_list.units_packed", packed=in_packages, count=in_packages + left)]
    if cancelled:
        parts.append(text("order_item.cancelled", count=cancelled))
    return " · ".join(parts)


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("variant", "line")
    line.setFixedHeight(1)
    return line


def _empty_page(theme: Theme) -> QWidget:
    """Return the page that is shown while no order is open."""
    px = theme.tokens.px
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(px(24), px(24), px(24), px(24))
    column.setSpacing(px(6))
    column.addStretch(2)
    hint = text("order_editor.scan_to_begin_hint", scan_key=key_name("F2"), sync_key=key_name("F5"))
    for sentence, variant in ((text("order_editor.scan_to_begin"), "title"), (hint, "secondary")):
        line = wrapped(sentence, variant)
        line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(line)
    column.addStretch(3)
    return page
