"""Quick look: an order's items, packages, updates and tracking, read-only, without leaving the open order."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from shipconsole.domain import carrier
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import ValidationFailed
from shipconsole.messages import number, text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, orders
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit import strings, widgets
from shipconsole.ui.kit.claim_note import claim_text
from shipconsole.ui.kit.dialog import ContextDialog
from shipconsole.ui.kit.formats import key_name, when
from shipconsole.ui.kit.layout import wrapped
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (620, 600)
LINES_MOST = 200
EVENTS_MOST = 6


class QuickLookDialog(ContextDialog):
    """One order, found by its number or given by its id. Signal: order_chosen(order id), to be opened."""

    order_chosen = Signal(int)

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int = 0) -> None:
        """Show an order once it was read; without an id ask for its number."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="quick_look",
            message_name="quick_look_message",
            title=text("quick_look.title"),
        )
        self.order_id = order_id
        self.number = QLineEdit()
        self.number.setObjectName("quick_look_number")
        self.number.setAccessibleName(text("quick_look.number"))
        self.number.setPlaceholderText(text("quick_look.number"))
        self.number.returnPressed.connect(self.look_up)
        self._scrolled = QScrollArea()
        self._scrolled.setObjectName("quick_look_order")
        self._scrolled.setAccessibleName(text("quick_look.title"))
        self._scrolled.setWidgetResizable(True)
        self._scrolled.setFrameShape(QFrame.Shape.NoFrame)
        if not order_id:
            hint = wrapped(text("quick_look.hint"), "secondary", name="quick_look_hint")
            hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._scrolled.setWidget(hint)
        self._open = self._button_row.add("quick_look_open", text("quick_look.open"), self.open_shown, "Ctrl+Enter")
        self._open.setEnabled(False)
        main = self._column()
        main.addWidget(widgets.label(text("quick_look.title"), "number"))
        main.addWidget(self.number)
        main.addWidget(self._scrolled, 1)
        main.addLayout(self._button_row)
        self._make_keys({"Ctrl+Enter": self.open_shown})
        self._fit(SIZE_PX)
        if order_id:
            self._scrolled.setFocus()
            self.refresh()
        else:
            self.number.setFocus()

    def look_up(self) -> None:
        """Show the order with the number in the field."""
        if self.number.text().strip():
            self._tasks.spawn("find an order", self._find(self.number.text()))

    def refresh(self) -> None:
        """Read the order again."""
        if self.order_id and not self._closed:
            self._tasks.spawn("look at an order", self._show(self.order_id))

    def open_shown(self) -> None:
        """Open the order that is shown, and close this."""
        if self._open.isEnabled():
            self.order_chosen.emit(self.order_id)
            self.accept()

    async def _find(self, typed: str) -> None:
        try:
            order_id = await orders.find(self._ctx, typed)
        except ValidationFailed as refused:
            if not self._closed:
                self._refuse(refused.problems)
            return
        await self._show(order_id)

    async def _show(self, order_id: int) -> None:
        try:
            sheet = await orders.sheet(self._ctx, order_id)
        except LookupError:
            if not self._closed:
                self._show_message(text("order_editor.gone", key=key_name("F5")), "bad")
            return
        if self._closed:
            return
        self.order_id = order_id
        self._show_message("")
        self.number.setText(sheet.order.number)
        self.setWindowTitle(plain(f"{text('quick_look.title')} · {sheet.order.number}"))
        self._scrolled.setWidget(self._page(sheet))
        self._open.setEnabled(True)

    def _page(self, sheet: OrderSheet) -> QWidget:
        px, page = self._theme.tokens.px, QWidget()
        page.setProperty("variant", "scrolled")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, px(8), 0)
        column.setSpacing(px(6))
        head = QHBoxLayout()
        head.setSpacing(px(10))
        title, severity = strings.order_state(sheet.order.state)
        head.addWidget(widgets.label(sheet.order.number, "heading"))
        head.addWidget(widgets.badge(title, severity))
        head.addStretch(1)
        column.addLayout(head)
        to = sheet.order.ship_to
        for line, variant in (
            (to.name or to.company, "strong"),
            (to.in_one_line, "secondary"),
            (claim_text(sheet.claim) if sheet.claim and claims.is_others(self._ctx, sheet.claim) else "", "secondary"),
        ):
            if line:
                column.addWidget(_wrapped(line, variant))
        for part, lines, if_none in (
            ("quick_look.items", self._items(sheet), ""),
            ("quick_look.packages", self._packages(sheet), "quick_look.no_packages"),
            ("quick_look.updates", self._updates(sheet), "quick_look.no_updates"),
            ("quick_look.tracking", self._tracking(sheet), "quick_look.no_tracking"),
        ):
            column.addSpacing(px(8))
            column.addWidget(widgets.label(text(part), "heading"))
            column.addLayout(self._grid(lines or ([("", text(if_none))] if if_none else [])))
        column.addStretch(1)
        return page

    def _grid(self, lines: list[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(self._theme.tokens.px(14))
        grid.setVerticalSpacing(self._theme.tokens.px(4))
        grid.setColumnStretch(1, 1)
        for row, (left, right) in enumerate(lines):
            first = widgets.label(left, "strong")
            grid.addWidget(first, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(_wrapped(right, "" if left else "secondary"), row, 1 if left else 0, 1, 1 if left else 2)
        return grid

    def _items(self, sheet: OrderSheet) -> list[tuple[str, str]]:
        lines: list[tuple[str, str]] = []
        for line in sheet.order.lines[:LINES_MOST]:
            name = " · ".join(part for part in (line.description, line.sku) if part)
            left = f" · {text('quick_look.left', count=line.left)}" if line.left else ""
            lines.append((f"{number(line.shipped)} / {number(line.count.shipped + line.count.left)}", name + left))
        return lines

    def _packages(self, sheet: OrderSheet) -> list[tuple[str, str]]:
        today = date.today()  # noqa: DTZ011 - the station's own day
        return [
            (
                strings.shortened(package.tracking_number),
                " · ".join(
                    part
                    for part in (
                        *carrier.names((package.carrier,)),
                        package.service,
                        text("quick_look.units", count=sum(packed.quantity for packed in package.lines)),
                        when(shipment.created_at_ms, today),
                        shipment.operator or shipment.station,
                    )
                    if part
                ),
            )
            for shipment in sheet.shipments
            for package in shipment.packages
        ]

    def _updates(self, sheet: OrderSheet) -> list[tuple[str, str]]:
        shown = [call for call in sheet.calls if call.state not in ("cancelled", "superseded")]
        return [
            (
                call.connection,
                " · ".join(
                    part
                    for part in (
                        strings.call_state(call.state, due_at_ms=call.due_at_ms, changed_at_ms=call.changed_at_ms),
                        str(call.message),
                    )
                    if part
                ),
            )
            for call in shown[-LINES_MOST:]
        ]

    def _tracking(self, sheet: OrderSheet) -> list[tuple[str, str]]:
        today = date.today()  # noqa: DTZ011 - the station's own day
        lines: list[tuple[str, str]] = []
        for track in sheet.tracks:
            events = [event for event in track.events if str(event.message)][:EVENTS_MOST]
            for position, event in enumerate(events):
                shown = when(event.at_ms, today) if event.at_ms is not None else event.occurred
                parts = (str(event.message), event.location, shown)
                left = strings.shortened(track.tracking_number) if position == 0 else " "
                lines.append((left, " · ".join(part for part in parts if part)))
        return lines


def _wrapped(line: str, variant: str) -> QWidget:
    made = widgets.label(line, variant)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
