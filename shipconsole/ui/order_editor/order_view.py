"""What the panes show: items, packages and updates follow the order's state and its packing session."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from PySide6.QtCore import QObject

from shipconsole.domain.order_row import OrderRow
from shipconsole.domain.package_size import PackagePreset
from shipconsole.domain.packing_session import PackingSession
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.station.clock import Clock
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.formats import due
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.items_pane import ItemsPane
from shipconsole.ui.order_editor.marks import (
    ShippedPackage,
    draft_marks,
    is_at_fields,
    shipped_packages,
    update_marks,
)
from shipconsole.ui.order_editor.open_order import OrderState
from shipconsole.ui.order_editor.package_head import PackageSummary, draft_summary, shipped_summary, units_text
from shipconsole.ui.order_editor.packages import PackagesPane
from shipconsole.ui.order_editor.ship_button import ShipButton, ShipLabel, ShipMode, ship_label
from shipconsole.ui.order_editor.ship_footer import PackageBar, ShipFooter
from shipconsole.ui.order_editor.updates import UpdateLine, planned_line, update_line, updates_shown


class OrderView(QObject):
    """Holds the panes of the open order, bound to its state and to its packing session."""

    def __init__(
        self, parent: QObject, theme: Theme, clock: Clock, state: OrderState, presets: Sequence[PackagePreset]
    ) -> None:
        """Begin empty, and follow a state."""
        super().__init__(parent)
        self._clock = clock
        self._state = state
        self._session: PackingSession | None = None
        self._sheet: OrderSheet | None = None
        self._shipped: tuple[ShippedPackage, ...] = ()
        self._is_locked = False
        self._next: OrderRow | None = None
        self._is_opened = False
        """Whether a person has opened the list of updates."""
        self._is_changing = False
        self.shows = 0
        """How often the parts were filled, for tests."""
        self.ship_button = ShipButton(theme)
        self.items = ItemsPane(theme)
        self.packages = PackagesPane(theme, presets)
        self.footer = ShipFooter(theme, clock, self.ship_button)
        self.bar = PackageBar(theme, self.ship_button)
        self._packing = Binding(self)
        self._packing.follow(lambda _: self._show(), "revision", "current", "is_locked")
        self._order = Binding(self)
        self._order.follow(lambda _: self._show(), "sheet", "planned", "refused", "other_orders")
        self.items.header.bind(state)
        self._order.bind(state)
        self.show_order(False)

    @contextmanager
    def changing(self) -> Generator[None]:
        """Show all changes inside the block together, at its end."""
        self._is_changing = True
        try:
            yield
        finally:
            self._is_changing = False
            self._show()

    @property
    def mode(self) -> ShipMode:
        """What the button does now."""
        return self.ship_button.label.mode

    def bind(self, session: PackingSession) -> None:
        """Show and edit the packages of an order."""
        is_other = self._session is None or self._session.order.id != session.order.id
        self._session = session
        if is_other:
            self._is_opened = False
            self._next = None
        self.items.bind(session)
        self.packages.bind(session)
        self._packing.bind(session)

    def show_order(self, is_open: bool) -> None:
        """Show the order and its packages, or how to open one."""
        self.items.show_order(is_open)
        self.packages.show_order(is_open)
        self.footer.notified.setVisible(is_open)
        if not is_open:
            self.footer.show_reason("")
            self.footer.notified.show_planned([])

    def show_locked(self, is_locked: bool) -> None:
        """Show whether scanning is locked: packages dim, nothing ships, items stay readable."""
        if is_locked == self._is_locked:
            return
        self._is_locked = is_locked
        self.items.show_locked(is_locked)
        self.packages.show_locked(is_locked)
        self.bar.show_locked(is_locked)
        self._show()

    def show_next(self, order: OrderRow | None) -> None:
        """Offer to open this order once all of the open one has shipped."""
        self._next = order
        self._show()

    def toggle_updates(self) -> None:
        """Show the updates of the order, or hide them."""
        self._is_opened = not self._is_opened
        self._show()

    @property
    def is_all_shipped(self) -> bool:
        """Whether nothing of the open order is left to pack or to ship."""
        session = self._session
        return session is not None and session.order.shipped > 0 and not session.draft.units and not session.left

    def _show(self) -> None:
        """Show the problems of the draft and of its updates, the updates, and what the button does."""
        sheet, session = self._state.sheet, self._session
        if sheet is None or session is None or session.order.id != sheet.order.id:
            # The last order stays on the screen until the next one is loaded.
            return
        if self._is_changing:
            return
        self.shows += 1
        if sheet is not self._sheet:
            self._sheet, self._shipped = sheet, shipped_packages(sheet)
            self.items.items.pictures = sheet.pictures
            self.items.items.show_packages(len(self._shipped), _numbers_by_line(self._shipped))
            self.footer.undo_bar.show_sheet(sheet)
        marks, refused_marks = draft_marks(session, self._state.refused), update_marks(sheet)
        named = (refused_marks.named - marks.lines.keys()) | marks.named
        self.items.show_marks({**refused_marks.lines, **marks.lines}, named)
        self.items.header.mark_address(marks.address or refused_marks.address)
        self.packages.show_shipped(self._shipped, marks, self._state.other_orders)
        self._show_updates(sheet, session)
        self._show_ship(sheet, session)
        self._show_bar(session)

    def _show_updates(self, sheet: OrderSheet, session: PackingSession) -> None:
        is_packing = session.draft.units > 0
        last_shipment_id = sheet.shipments[-1].id if sheet.shipments else None
        calls = updates_shown(sheet.calls, last_shipment_id=last_shipment_id, is_packing=is_packing)
        now_ms = self._clock.now_ms()
        sent = [update_line(call, now_ms=now_ms, is_at_field=is_at_fields(call)) for call in calls]
        planned = [planned_line(update) for update in self._state.planned]
        self.packages.updates.show_lines([*planned, *sent])
        is_urgent = any(line.problem for line in sent) or any(line.notice for line in (*planned, *sent))
        self.packages.updates.setVisible(is_urgent or (self._is_opened and bool(sent)))
        if sent and not is_packing:
            by_connection: dict[str, UpdateLine] = {}
            # The newest of each, in the order in which they were planned.
            for line in reversed(sent):
                by_connection[line.connection] = line
            self.footer.notified.show_sent(list(by_connection.values()))
            # What needs attention is in the list above, which is open then.
            self.footer.notified.setVisible(not any(line.problem for line in sent))
        else:
            names = [update.connection.name for update in self._state.planned] or [
                connection.name for connection in sheet.targets
            ]
            stores = {link.connection_id: link.source_name for link in sheet.links}
            details = [
                " · ".join(part for part in (connection.name, stores.get(connection.id, "")) if part)
                for connection in sheet.targets
            ]
            is_left = session.order.left > 0 or is_packing
            self.footer.notified.show_planned(list(dict.fromkeys(names)) if is_left else [], "\n".join(details))

    def _show_ship(self, sheet: OrderSheet, session: PackingSession) -> None:
        label = self._label(sheet, session)
        self.ship_button.show_label(label)
        self.footer.show_reason(label.reason)
        self.footer.notified.setEnabled(label.is_enabled or (bool(sheet.calls) and not session.draft.units))

    def _label(self, sheet: OrderSheet, session: PackingSession) -> ShipLabel:
        if self._is_locked:
            locked = text("ship_button.locked")
            return ShipLabel(locked, text("ship_button.locked_hint"), is_enabled=False, mode=ShipMode.LOCKED)
        if session.is_locked:
            return ShipLabel(text("order_editor.saving"), is_enabled=False)
        if self.is_all_shipped:
            return self._next_label()
        problems = session.problems() or self._state.refused
        planned = {update.connection.id for update in self._state.planned}
        platforms = len(planned or {connection.id for connection in sheet.targets})
        reason = str(problems[0].sentence) if problems else ""
        return ship_label(session.draft.units, sheet.order.left, platforms, reason)

    def _next_label(self) -> ShipLabel:
        order = self._next
        if order is None:
            return ShipLabel(text("ship_button.no_next"), is_enabled=False, mode=ShipMode.NEXT)
        today = datetime.fromtimestamp(self._clock.now_ms() / 1_000, UTC).astimezone().date()
        due_text, _ = due(order.due_at_ms, today)
        second = " · ".join(
            part for part in (order.recipient.split(" · ")[0], units_text(order.left), due_text) if part
        )
        title = text("ship_button.next_order", number=order.number)
        return ShipLabel(title, second, f"{title}, {second}", mode=ShipMode.NEXT)

    def _show_bar(self, session: PackingSession) -> None:
        number = len(self._shipped) + session.current + 1
        packages = session.draft.packages
        if self.is_all_shipped and self._shipped:
            summary = shipped_summary(self._shipped[-1])
        else:
            is_wrong = bool(draft_marks(session, self._state.refused).of_package(session.current))
            summary = draft_summary(number, packages[min(session.current, len(packages) - 1)], is_wrong=is_wrong)
        parts = [units_text(session.package.units)] if not self.is_all_shipped else []
        if self._shipped:
            parts.append(text("package_card.shipped_count", count=len(self._shipped)))
        if len(packages) > 1:
            parts.append(text("package_card.open_count", count=len(packages)))
        self.bar.show_package(_without_units(summary), " · ".join(parts))


def _without_units(summary: PackageSummary) -> PackageSummary:
    """Return a summary whose units stand in the line below."""
    return summary._replace(details=summary.details.rpartition(" · ")[0])


def _numbers_by_line(shipped: Sequence[ShippedPackage]) -> Mapping[int, tuple[int, ...]]:
    """Return the numbers of the packages that each line is in."""
    found: dict[int, tuple[int, ...]] = {}
    for package in shipped:
        numbers = (package.number,)
        for line_id in package.package.units_by_line:
            found[line_id] = found[line_id] + numbers if line_id in found else numbers
    return found
