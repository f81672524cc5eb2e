"""Adds other orders to the open package: one box with one number for orders of one recipient."""

import contextlib
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSpinBox, QWidget

from shipconsole.domain import recipient
from shipconsole.domain.change_feed import Changes
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, orders
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.box import BoxPart
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.claim_note import TAKE_OVER_KEY, ClaimNote
from shipconsole.ui.kit.dialog import ENTER, OrderDialog
from shipconsole.ui.kit.fields import TitledField
from shipconsole.ui.kit.layout import MIDDLE, action, column, row, wrapped
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (720, 620)
UNITS_PX = 64
ADD_KEY = "Alt+A"


def _title(number: str) -> str:
    return text("box.title") if number else ""


class ShipBoxDialog(OrderDialog):
    """The added orders with their units, which all ship at once. Opened with `open()`.

    Signal: confirmed(parts, reason), after which it closes: the order editor ships.
    """

    confirmed = Signal(object, str)

    def __init__(
        self,
        parent: QWidget | None,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        order_id: int,
        draft: ShipmentDraft | None,
    ) -> None:
        """Begin with the open order's package as it is packed."""
        super().__init__(parent, ctx, tasks, theme, order_id, name="ship_box_dialog", part="box", title=_title)
        self.setWindowTitle(text("box.title"))
        packages = [package for package in draft.packages if not package.is_untouched] if draft is not None else []
        self._package = packages[0] if len(packages) == 1 else PackageDraft()
        self._several = len(packages) > 1
        self.cards: list[OrderCard] = []
        self._lay_out()
        self._make_keys({ENTER: self.confirm, ADD_KEY: self._on_add, TAKE_OVER_KEY: self.take_over})
        self._fit(SIZE_PX)
        self.finished.connect(lambda: self._leave(self.cards))
        self._show_buttons()
        self.refresh()
        self.number.input.setFocus()

    def add(self, order_id: int) -> None:
        """Add an order with all that is left to ship."""
        self._begin("read an order", self._read(order_id), self._on_read)

    def take_scan(self, scan: str) -> bool:
        """Take every scan as an order to add: none changes the package behind this dialog."""
        self.number.input.setText(scan)
        self._on_add()
        return True

    def confirm(self) -> None:
        """Ship all orders in one box; a recipient that may differ needs a reason."""
        parts = [card.part() for card in self.cards if card.part().quantities]
        reason = self.reason.input.text().strip()
        if self._busy or not self._is_ready() or not parts:
            return
        if self._differs() and not reason:
            self.reason.mark(text("reason.missing_order"))
            self.reason.input.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.confirmed.emit(tuple(parts), reason)
        self.accept()

    def take_over(self) -> None:
        """Take over the first added order that another station packs."""
        for card in self.cards:
            if not card.claim_note.isHidden():
                card.claim_note.take_over()
                return

    def apply_changes(self, changes: Changes) -> None:
        """Show on each added order whether another station has taken it over, or let it go."""
        changed = {change.ref_id for change in changes.changes if change.kind == "order"}
        if self.cards and (changes.too_many or any(card.order.id in changed for card in self.cards)):
            self._tasks.spawn("read who packs the orders of a box", self._read_claims())

    async def _read_claims(self) -> None:
        with contextlib.suppress(EnvironmentFailure):
            found = await claims.of_orders(self._ctx, [card.order.id for card in self.cards])
            for card in self.cards:
                if not self._closed and card.order.id in found:
                    card.claim_note.show_claim(found[card.order.id])

    def _on_add(self) -> None:
        number = self.number.input.text().strip()
        if number and not self._busy:
            self._begin("read an order", self._find(number), self._on_read)

    async def _find(self, number: str) -> OrderSheet:
        return await self._read(await orders.find(self._ctx, number))

    async def _read(self, order_id: int) -> OrderSheet:
        sheet = await orders.sheet(self._ctx, order_id)
        order = sheet.order
        if order_id == self.order_id or any(card.order.id == order_id for card in self.cards):
            raise ValidationFailed(Problem(("number",), Message("box.already", number=order.number)))
        if not order.left:
            raise ValidationFailed(Problem(("number",), Message("box.nothing_left", number=order.number)))
        # Other stations see who packs it, as they do of the open order.
        await claims.order_added(self._ctx, order_id)
        return sheet

    def _on_read(self, sheet: OrderSheet) -> None:
        card = OrderCard(sheet, len(self.cards), self._theme, self._ctx)
        card.removed.connect(lambda: self._remove(card))
        card.claim_note.take_over_requested.connect(partial(self._take_over, card))
        card.changed.connect(self._show_buttons)
        self.cards.append(card)
        self._cards.insertWidget(self._cards.count() - 1, card)
        self.number.input.clear()
        self.number.input.setFocus()
        self._show_buttons()

    def _take_over(self, card: "OrderCard") -> None:
        if not self._busy:
            taken = claims.take_over(self._ctx, card.order.id)
            self._begin("take an order over", taken, lambda _: self._on_taken_over(card))

    def _on_taken_over(self, card: "OrderCard") -> None:
        card.claim_note.show_claim(None)
        self.number.input.setFocus()
        self._show_buttons()

    def _leave(self, cards: "Sequence[OrderCard]") -> None:
        if cards:
            left = claims.orders_left(self._ctx, [card.order.id for card in cards])
            self._tasks.spawn("leave the orders of a box", left)

    def _remove(self, card: "OrderCard") -> None:
        self._leave((card,))
        self.cards.remove(card)
        self._cards.removeWidget(card)
        card.hide()
        card.deleteLater()
        self.number.input.setFocus()
        self._show_buttons()

    def _show_order(self, order: Order) -> None:
        super()._show_order(order)
        number = self._package.tracking_number
        self._label.setText(plain(text("box.package", number=number, order=order.number) if number else ""))
        self._show_buttons()

    def _is_ready(self) -> bool:
        return bool(self._order is not None and self._package.tracking_number.strip() and self._package.units)

    def _differs(self) -> bool:
        first = self._order
        return first is not None and not all(
            recipient.is_same(first.ship_to, card.order.ship_to) for card in self.cards
        )

    def _show_buttons(self) -> None:
        for card in self.cards:
            card.show_recipient(self._order is not None and recipient.is_same(self._order.ship_to, card.order.ship_to))
        self.reason.setVisible(self._differs())
        ready = self._is_ready()
        self._advice.setText("" if ready else text("box.one_package" if self._several else "box.needs_label"))
        self._advice.setVisible(not ready)
        self.add_button.setEnabled(not self._busy)
        has_units = any(card.part().quantities for card in self.cards)
        self.ship_button.setEnabled(ready and has_units and not self._busy)

    def _lay_out(self) -> None:
        theme = self._theme
        self._label = widgets.label("", "strong")
        self._advice = wrapped("", severity="bad", name="box_advice")
        self.number = TitledField("box_number", text("box.order"), theme, text("box.order_hint"))
        self.number.input.setPlaceholderText(text("box.order_hint"))
        # A scanner ends with Enter.
        self.number.input.returnPressed.connect(self._on_add)
        self.add_button = action("box_add", text("box.add"), self._on_add, key=ADD_KEY)
        self.reason = TitledField("box_reason", text("box.reason"), theme)
        self.reason.input.textEdited.connect(lambda: self.reason.mark(""))
        content = QWidget()
        content.setProperty("variant", "scrolled")
        self._cards = column(theme, 1, spacing=10, parent=content)
        scroll = QScrollArea()
        scroll.setObjectName("box_orders")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        main = self._column(10)
        main.addWidget(widgets.label(text("box.title"), "number"))
        main.addWidget(wrapped(text("box.subtitle"), "secondary"))
        main.addWidget(self._label)
        main.addWidget(self._advice)
        main.addLayout(row(theme, (self.number, 1), (self.add_button, 0, Qt.AlignmentFlag.AlignBottom)))
        main.addWidget(scroll, 1)
        main.addWidget(self.reason)
        main.addLayout(self._button_row)
        self.ship_button = self._button_row.add("box_ship", text("box.ship"), self.confirm, ENTER, kind="primary")


class OrderCard(QFrame):
    """An added order: its recipient, and the units of each item that go into the package.

    Signals: removed(), changed().
    """

    removed = Signal()
    changed = Signal()

    def __init__(self, sheet: OrderSheet, position: int, theme: Theme, ctx: Context) -> None:
        """Begin with all that is left."""
        super().__init__()
        self.order = order = sheet.order
        self.setProperty("variant", "card")
        self.setObjectName(f"box_order_{position}")
        self._badge = widgets.badge("", "good")
        remove = action(f"box_remove_{position}", text("box.remove"), self.removed, "quiet")
        remove.setAccessibleName(f"{text('box.remove')} {plain(order.number)}")
        self.units: dict[int, QSpinBox] = {}
        number, who = widgets.label(order.number, "strong"), widgets.Elided(order.ship_to.recipient, "secondary")
        self.claim_note = ClaimNote(theme, ctx)
        self.claim_note.setObjectName(f"box_claim_{position}")
        self.claim_note.button.setObjectName(f"box_take_over_{position}")
        rows = [row(theme, number, (who, 1, MIDDLE), self._badge, remove), row(theme, (self.claim_note, 1))]
        for line in (line for line in order.lines if line.left):
            field = QSpinBox()
            field.setObjectName(f"box_units_{position}_{line.id}")
            field.setAccessibleName(plain(text("box.units", sku=line.sku)))
            field.setRange(0, line.left)
            field.setValue(line.left)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setFixedWidth(theme.tokens.px(UNITS_PX))
            field.valueChanged.connect(self.changed)
            self.units[line.id] = field
            name = widgets.Elided(line.description or line.sku)
            rows.append(row(theme, (name, 1, MIDDLE), widgets.label(line.sku, "secondary"), field))
        column(theme, *rows, margins=(14, 10, 14, 12), parent=self)
        # Only here: without a parent it would be a window.
        self.claim_note.show_claim(sheet.claim)

    def show_recipient(self, is_same: bool) -> None:
        """Show whether the order goes to the open order's recipient."""
        self._badge.setText(text("box.same" if is_same else "box.different"))
        widgets.set_severity(self._badge, "good" if is_same else "wait")

    def part(self) -> BoxPart:
        """Return the order's units in the package."""
        return BoxPart(self.order.id, {id_: field.value() for id_, field in self.units.items() if field.value()})
