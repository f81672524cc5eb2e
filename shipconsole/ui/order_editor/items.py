"""The order's items: how it stands, the table of its lines, and what is wrong with them."""

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain.packing_session import PackingSession
from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.item_table import ItemTable, ItemTableModel


class ItemsCard(QFrame):
    """The lines of the open order.

    Signals: all_left_requested(), resolve_requested(), quantity_changed(line id), quantity_refused(line id, units) for
    more than is left.
    """

    all_left_requested = Signal()
    resolve_requested = Signal()
    quantity_changed = Signal(int)
    quantity_refused = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        """Begin without lines."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("items")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._items = ItemTableModel(self)
        self._items.quantity_changed.connect(self.quantity_changed)
        self._items.refused.connect(self.quantity_refused)
        self.item_table = ItemTable(theme, self._items)
        self._binding = Binding(self)
        self._binding.follow(self._show, "revision", "order", "is_locked")
        self._headline = kit.Elided("", "secondary")
        self._headline.setObjectName("items_headline")
        self._all_left = kit.button(text("order_editor.pack_all"), "plain", "Ctrl+A")
        self._all_left.setObjectName("ship_all_left")
        self._all_left.clicked.connect(self.all_left_requested)
        self._trouble = kit.label("", "secondary", "bad")
        self._trouble.setObjectName("line_trouble")
        self._trouble.setWordWrap(True)
        self._unresolved = QWidget()
        self._unresolved_text = kit.label("", "secondary", "wait")
        self._unresolved_text.setObjectName("unresolved_items")
        self._unresolved_text.setWordWrap(True)
        resolve = kit.button(text("order_editor.resolve_items"), "plain")
        resolve.setObjectName("resolve_items_button")
        resolve.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        resolve.clicked.connect(self.resolve_requested)
        px = theme.tokens.px
        beside = QHBoxLayout(self._unresolved)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(px(10))
        beside.addWidget(self._unresolved_text, 1)
        beside.addWidget(resolve)
        self._unresolved.hide()
        top = QHBoxLayout()
        top.setSpacing(px(9))
        top.addWidget(kit.label(text("shared.items"), "heading"))
        top.addWidget(self._headline, 1)
        top.addWidget(self._all_left)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(13), px(16), px(13))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addWidget(self.item_table)
        column.addWidget(self._unresolved)
        column.addWidget(self._trouble)

    def bind(self, session: PackingSession | None) -> None:
        """Show the items of a session and change their quantities."""
        self._items.bind(session)
        self._binding.bind(session)

    def show_marks(self, marks: dict[int, str], named: Collection[int]) -> None:
        """Show what is wrong with each line, by its id; what is wrong with the `named` lines names their items."""
        self._items.mark(marks)
        troubles = [said if id_ in named else self._with_sku(id_, said) for id_, said in marks.items()]
        self._trouble.setText(kit.plain("\n".join(troubles), lines=True))
        self._trouble.setVisible(bool(troubles))

    def _show(self, session: PackingSession) -> None:
        order, units = session.order, session.draft.units
        self._unresolved_text.setText(text("order_editor.unresolved", count=order.unresolved))
        self._unresolved.setVisible(order.unresolved > 0)
        several = len(session.draft.packages) > 1
        cancelled = sum(line.cancelled for line in order.lines)
        self._headline.set_text(
            items_headline(order.shipped, units, session.left, several_packages=several, cancelled=cancelled)
        )
        self._all_left.setEnabled(session.left > 0 and not session.is_locked)

    def _with_sku(self, line_id: int, said: str) -> str:
        row = self._items.row(self._items.row_of(line_id))
        return said if row is None else f"{row.line.sku}: {said}"


def items_headline(shipped: int, in_packages: int, left: int, *, several_packages: bool, cancelled: int = 0) -> str:
    """Return how the order stands, over its items."""
    where = "order_item.in_new_packages" if several_packages else "order_item.in_this_package"
    counts = [("order_item.shipped", shipped), (where, in_packages), ("order_item.left", left)]
    if cancelled:
        counts.append(("order_item.cancelled", cancelled))
    return " · ".join(text(message_id, count=count) for message_id, count in counts)
