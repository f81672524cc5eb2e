"""The packages of an order that shipped, and the connections that can be notified of a change."""

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QVBoxLayout, QWidget

from shipconsole.domain.call import CallState
from shipconsole.domain.order import Order
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.messages import number, text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.correct import Guide, PackageChange
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.carrier_names import carrier_name
from shipconsole.ui.kit.check_box import CheckBox, RadioButton
from shipconsole.ui.kit.strings import when
from shipconsole.ui.kit.theme import Theme


class ToldList(QWidget):
    """A row for each connection: a tick and its name, and beside them what that means."""

    def __init__(self, theme: Theme) -> None:
        """Begin with nobody."""
        super().__init__()
        self.boxes: dict[int, CheckBox] = {}
        self._guides: Sequence[Guide] = ()
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, theme.tokens.px(8), 0)
        self._grid.setHorizontalSpacing(theme.tokens.px(14))
        self._grid.setVerticalSpacing(theme.tokens.px(6))
        self._grid.setColumnStretch(1, 1)

    def show_guides(self, guides: Sequence[Guide], *, keep: bool = False) -> None:
        """Show what can be taken back; ticked are those that are told unless a person does not want it.

        Where ticks are kept, what a person chose stays; else the list is another package's or another question's.
        """
        if tuple(guides) == tuple(self._guides) and self._grid.count() and keep:
            return
        by_default = {one.connection.id: one.by_default for one in self._guides}
        chosen = {id_: box.isChecked() for id_, box in self.boxes.items() if box.isChecked() != by_default[id_]}
        self._guides = tuple(guides)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes.clear()
        for row, guide in enumerate(guides):
            said = kit.label(str(guide.message), "secondary")
            said.setObjectName("can_take_back")
            said.setWordWrap(True)
            # On one line with the name, whose target is taller than its words.
            said.setContentsMargins(0, self._theme.tokens.px(3), 0, 0)
            said.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(self._name(guide, chosen if keep else {}), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(said, row, 1)
        self._grid.setRowStretch(len(guides), 1)
        if not guides:
            self._grid.addWidget(kit.label(text("edit_tracking.no_platform"), "secondary"), 0, 0, 1, 2)

    def to(self) -> list[int]:
        """The ids of those that are to be told.

        Who has no choice is told by default: it may have been told the old number a moment ago.
        """
        return [
            guide.connection.id
            for guide in self._guides
            if (self.boxes[guide.connection.id].isChecked() if guide.possible else guide.by_default)
        ]

    def _name(self, guide: Guide, chosen: Mapping[int, bool]) -> QWidget:
        name = guide.connection.name
        if not guide.possible:
            return kit.badge(name, "quiet")
        box = CheckBox(name, self._theme)
        box.setObjectName(f"tell_{guide.connection.id}")
        box.setAccessibleName(kit.plain(text("edit_tracking.notify", connection=name, means=guide.message)))
        box.setChecked(chosen.get(guide.connection.id, guide.by_default))
        self.boxes[guide.connection.id] = box
        return box


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
        button = RadioButton(package.tracking_number, self._theme)
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
    return text("edit_tracking.was", number=change.old_number, time=until, packer=change.who, reason=change.why)


def _pieces(order: Order, package: Package) -> str:
    lines = ((order.line(packed.line_id), packed.quantity) for packed in package.lines)
    return ", ".join(f"{number(units)} × {line.sku or line.description}" for line, units in lines if line is not None)
