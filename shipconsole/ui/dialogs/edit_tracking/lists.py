"""The packages of an order that shipped, and the connections that can be notified of a change."""

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from shipconsole.domain.call import CallState
from shipconsole.domain.manual_change import PackageChange
from shipconsole.domain.order import Order
from shipconsole.domain.plain_text import plain
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.messages import number, text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.correct import NotifyChoice
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.check_box import CheckBox, RadioButton
from shipconsole.ui.kit.formats import when
from shipconsole.ui.kit.layout import TOP, column, wrapped
from shipconsole.ui.kit.layout_items import clear
from shipconsole.ui.kit.package_label import carrier_name
from shipconsole.ui.kit.theme import Theme

NOTIFIED: tuple[CallState, ...] = ("confirmed",)


class PackageList(QWidget):
    """Each tracking number above the package's contents and the notified connections. Signal: chosen(package id)."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Initialize without packages."""
        super().__init__()
        self._theme = theme
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._on_toggled)
        self._shown: tuple[OrderSheet, tuple[PackageChange, ...]] | None = None
        self._packages: Mapping[int, tuple[Shipment, Package]] = {}
        self._column = column(theme, margins=(0, 0, 8, 0), parent=self)

    def chosen_package(self) -> tuple[Shipment, Package] | None:
        """Return the chosen package with its shipment."""
        return self._packages.get(self._group.checkedId())

    def buttons(self) -> list[RadioButton]:
        """Return the button of each package, from the top."""
        return [button for button in self._group.buttons() if isinstance(button, RadioButton)]

    def show_sheet(self, sheet: OrderSheet, changes: Sequence[PackageChange]) -> None:
        """Show the packages of an order, the newest first; the chosen one stays chosen."""
        if (sheet, tuple(changes)) == self._shown:
            return
        self._shown = sheet, tuple(changes)
        chosen_id = self._group.checkedId()
        had_focus = any(button.hasFocus() for button in self._group.buttons())
        clear(self._column)
        for button in self._group.buttons():
            self._group.removeButton(button)
        self._packages = {
            package.id: (shipment, package)
            for shipment in reversed(sheet.shipments)
            for package in reversed(shipment.packages)
            if package.id is not None
        }
        for package_id, (shipment, package) in self._packages.items():
            own = [change for change in changes if change.package_id == package_id]
            self._column.addWidget(self._row(package_id, sheet, shipment, package, own))
        if not self._packages:
            self._column.addWidget(widgets.label(text("edit_tracking.no_packages"), "secondary"))
        self._column.addStretch(1)
        chosen = self._group.button(chosen_id) or next(iter(self._group.buttons()), None)
        if chosen is not None:
            chosen.setChecked(True)
            if had_focus:
                chosen.setFocus()

    def _row(
        self, package_id: int, sheet: OrderSheet, shipment: Shipment, package: Package, own: Sequence[PackageChange]
    ) -> QWidget:
        connections = dict.fromkeys(
            call.connection
            for call in sheet.calls
            if call.shipment_id == shipment.id and call.package_id in (None, package.id) and call.state in NOTIFIED
        )
        if connections:
            notified = text("edit_tracking.notified_now", connections=tuple(connections))
        else:
            notified = text("edit_tracking.nothing_notified")
        parts = (carrier_name(package.carrier), _contents(sheet.order, package), notified)
        today = date.today()  # noqa: DTZ011 - the local day
        lines = [" · ".join(part for part in parts if part), *(_earlier_label(change, today) for change in own)]
        button = RadioButton(package.tracking_number, self._theme)
        button.setObjectName(f"package_{package_id}")
        button.setAccessibleName(plain(" · ".join([package.tracking_number, *lines])))
        self._group.addButton(button, package_id)
        row = QWidget()
        layout = column(self._theme, button, spacing=2, parent=row)
        for line in lines:
            label = wrapped(line, "secondary", name="package_line")
            label.setIndent(self._theme.tokens.px(27))
            layout.addWidget(label)
        return row

    def _on_toggled(self, package_id: int, checked: bool) -> None:
        if checked:
            self.chosen.emit(package_id)


def _earlier_label(change: PackageChange, today: date) -> str:
    until = when(change.at_ms, today)
    return text("edit_tracking.was", number=change.old_number, time=until, packer=change.who, reason=change.reason)


def _contents(order: Order, package: Package) -> str:
    lines = ((order.line(packed.line_id), packed.quantity) for packed in package.lines)
    return ", ".join(f"{number(units)} × {line.sku or line.description}" for line, units in lines if line is not None)


class NotifyList(QWidget):
    """A row for each connection: a check box with its name where there is a choice, and what notifying it means."""

    def __init__(self, theme: Theme) -> None:
        """Initialize without connections."""
        super().__init__()
        self.boxes: dict[int, CheckBox] = {}
        self._guides: Sequence[NotifyChoice] = ()
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, theme.tokens.px(8), 0)
        self._grid.setHorizontalSpacing(theme.tokens.px(14))
        self._grid.setVerticalSpacing(theme.tokens.px(6))
        self._grid.setColumnStretch(1, 1)

    def show_guides(self, guides: Sequence[NotifyChoice], *, keep: bool = False) -> None:
        """Show which connections can be notified, ticked where they are by default.

        `keep` keeps what a person ticked; it is False where the guides are about another package or change.
        """
        if tuple(guides) == tuple(self._guides) and self._grid.count() and keep:
            return
        defaults = {guide.connection.id: guide.by_default for guide in self._guides}
        chosen = {id_: box.isChecked() for id_, box in self.boxes.items() if box.isChecked() != defaults[id_]}
        self._guides = tuple(guides)
        clear(self._grid)
        self.boxes.clear()
        for position, guide in enumerate(guides):
            meaning = wrapped(str(guide.message), "secondary", name="notify_means")
            # On one line with the name, whose check box is taller than its text.
            meaning.setContentsMargins(0, self._theme.tokens.px(3), 0, 0)
            meaning.setAlignment(TOP | Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(self._name(guide, chosen if keep else {}), position, 0, TOP)
            self._grid.addWidget(meaning, position, 1)
        self._grid.setRowStretch(len(guides), 1)
        if not guides:
            self._grid.addWidget(widgets.label(text("edit_tracking.no_platform"), "secondary"), 0, 0, 1, 2)

    def chosen_ids(self) -> list[int]:
        """Return the IDs of the connections to notify.

        One without a choice follows its default: it may have been notified of the old number a moment ago.
        """
        return [
            guide.connection.id
            for guide in self._guides
            if (self.boxes[guide.connection.id].isChecked() if guide.possible else guide.by_default)
        ]

    def _name(self, guide: NotifyChoice, chosen: Mapping[int, bool]) -> QWidget:
        name = guide.connection.name
        if not guide.possible:
            return widgets.badge(name, "quiet")
        box = CheckBox(name, self._theme)
        box.setObjectName(f"notify_{guide.connection.id}")
        box.setAccessibleName(plain(text("edit_tracking.notify", connection=name)))
        box.setAccessibleDescription(plain(str(guide.message)))
        box.setChecked(chosen.get(guide.connection.id, guide.by_default))
        self.boxes[guide.connection.id] = box
        return box
