"""The order's packages that left, one of which is chosen."""

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from shipconsole.domain.call import CallState
from shipconsole.domain.order import Order
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.messages import number, text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.correct import PackageChange
from shipconsole.ui.dialogs.edit_tracking.marks import RoundChoice
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.carrier_names import carrier_name
from shipconsole.ui.kit.strings import when
from shipconsole.ui.kit.theme import Theme

TOLD: tuple[CallState, ...] = ("confirmed",)


class ParcelList(QWidget):
    """Each package's number over what is in it and who was told. Signal: chosen(package id)."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Begin without packages."""
        super().__init__()
        self._theme = theme
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._on_toggled)
        self._shown: tuple[OrderSheet, tuple[PackageChange, ...]] | None = None
        self._parcels: Mapping[int, tuple[Shipment, Package]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, theme.tokens.px(8), 0)
        self._column.setSpacing(theme.tokens.px(8))

    def parcel(self) -> tuple[Shipment, Package] | None:
        """The chosen package with its shipment."""
        return self._parcels.get(self._group.checkedId())

    def show_sheet(self, sheet: OrderSheet, changes: Sequence[PackageChange]) -> None:
        """Show the packages of an order, the newest first; the one that was chosen stays so."""
        if (sheet, tuple(changes)) == self._shown:
            return
        self._shown = sheet, tuple(changes)
        kept = self._group.checkedId()
        had_focus = any(button.hasFocus() for button in self._group.buttons())
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for button in self._group.buttons():
            self._group.removeButton(button)
        self._parcels = {
            package.id: (shipment, package)
            for shipment in reversed(sheet.shipments)
            for package in reversed(shipment.packages)
            if package.id is not None
        }
        for package_id, (shipment, package) in self._parcels.items():
            own = [one for one in changes if one.package_id == package_id]
            self._column.addWidget(self._row(package_id, sheet, shipment, package, own))
        if not self._parcels:
            self._column.addWidget(kit.label(text("edit_tracking.no_packages"), "secondary"))
        self._column.addStretch(1)
        chosen = self._group.button(kept) or next(iter(self._group.buttons()), None)
        if chosen is not None:
            chosen.setChecked(True)
            if had_focus:
                chosen.setFocus()

    def _row(
        self, package_id: int, sheet: OrderSheet, shipment: Shipment, package: Package, own: Sequence[PackageChange]
    ) -> QWidget:
        px = self._theme.tokens.px
        told = list(
            dict.fromkeys(
                call.connection
                for call in sheet.calls
                if call.shipment_id == shipment.id and call.package_id in (None, package.id) and call.state in TOLD
            )
        )
        if told:
            notified = text("edit_tracking.notified_now", connections=tuple(told))
        else:
            notified = text("edit_tracking.nothing_notified")
        parts = (carrier_name(package.carrier), _pieces(sheet.order, package), notified)
        means = " · ".join(part for part in parts if part)
        button = RoundChoice(package.tracking_number, self._theme)
        button.setObjectName(f"parcel_{package_id}")
        self._group.addButton(button, package_id)
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(2))
        column.addWidget(button)
        today = date.today()  # noqa: DTZ011 - the day at this bench
        lines = [means, *(_was(one, today) for one in own)]
        for line in lines:
            said = kit.label(line, "secondary")
            said.setObjectName("parcel_means")
            said.setWordWrap(True)
            said.setIndent(px(27))
            column.addWidget(said)
        button.setAccessibleName(kit.plain(" · ".join([package.tracking_number, *lines])))
        return row

    def _on_toggled(self, package_id: int, checked: bool) -> None:
        if checked:
            self.chosen.emit(package_id)


def _was(change: PackageChange, today: date) -> str:
    """Return what was on a package's label before."""
    until = when(change.at_ms, today)
    return text("edit_tracking.was", number=change.old_number, time=until, packer=change.who, reason=change.reason)


def _pieces(order: Order, package: Package) -> str:
    lines = ((order.line(packed.line_id), packed.quantity) for packed in package.lines)
    return ", ".join(f"{number(units)} × {line.sku or line.description}" for line, units in lines if line is not None)
