"""The matching of two orders' items, and what else differs between the orders."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from shipconsole.domain.address import Address
from shipconsole.domain.message import Message
from shipconsole.domain.model_problems import title_of
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.dialogs.call_details import unquoted
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.theme import Theme


class ItemMatching(QWidget):
    """A row for each item of the open order, with a choice of its match. Signal: changed(), when a person chose."""

    changed = Signal()

    def __init__(self, order: Order, other: Order, pairs: Sequence[tuple[int, int]], theme: Theme) -> None:
        """Initialize with proposed pairs of line IDs."""
        super().__init__()
        self.choices: dict[int, Choice] = {}
        px = theme.tokens.px
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(10))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for position, number in enumerate((order.number, other.number)):
            grid.addWidget(widgets.Elided(number, "field", middle=True), 0, position)
        matches = dict(pairs)
        for row, line in enumerate(order.lines, 1):
            grid.addWidget(_line(line), row, 0)
            choice = _match_choice(other.lines, matches.get(line.id))
            choice.setObjectName(f"match_{line.id}")
            choice.setAccessibleName(plain(text("link_orders.item_for", sku=line.sku or line.description)))
            choice.activated.connect(lambda _row, line_id=line.id: self._on_chosen(line_id))
            grid.addWidget(choice, row, 1)
            self.choices[line.id] = choice

    def matches(self) -> Mapping[int, int]:
        """Return the other order's line ID for each line ID that has a match."""
        chosen = {line_id: choice.currentData() for line_id, choice in self.choices.items()}
        return {line_id: other_id for line_id, other_id in chosen.items() if other_id is not None}

    def _on_chosen(self, line_id: int) -> None:
        """Take the chosen match from any other line, since a line matches at most one."""
        taken = self.choices[line_id].currentData()
        for other_line, choice in self.choices.items():
            if other_line != line_id and taken is not None and choice.currentData() == taken:
                choice.setCurrentIndex(0)
        self.changed.emit()


def _match_choice(lines: Sequence[OrderLine], chosen: int | None) -> Choice:
    """Return a choice of the other order's lines, or none."""
    made = Choice()
    made.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    made.addItem(text("link_orders.none"), None)
    for line in lines:
        made.addItem(plain(_line_text(line)), line.id)
    made.setCurrentIndex(max(0, made.findData(chosen)) if chosen is not None else 0)
    return made


def _line_text(line: OrderLine) -> str:
    return text("link_orders.line", count=line.ordered, item=line.sku or line.description)


def _line(line: OrderLine) -> QLabel:
    made = widgets.Elided(_line_text(line), middle=True)
    if line.description and line.sku:
        widgets.set_tooltip(made, line.description)
    return made


def differences(order: Order, other: Order, matches: Mapping[int, int]) -> tuple[str, ...]:
    """Return what differs in the other order: address, units of matching items, items without a match."""
    found = [
        _address(title_of(Address, name), here, there)
        for name in Address.model_fields
        if (here := _part(order, name)).casefold() != (there := _part(other, name)).casefold()
    ]
    for line_id, other_id in matches.items():
        line, match = order.line(line_id), other.line(other_id)
        if line is not None and match is not None and line.ordered != match.ordered:
            item = line.sku or line.description
            found.append(text("link_orders.units_differ", item=item, here=line.ordered, there=match.ordered))
    unmatched = tuple(line.sku or line.description for line in other.lines if line.id not in matches.values())
    if unmatched:
        found.append(text("link_orders.unmatched", items=unmatched, other=other.number))
    return tuple(found)


def _address(part: Message, here: str, there: str) -> str:
    if not here:
        return text("link_orders.address_empty_here", part=part, there=unquoted(there))
    if not there:
        return text("link_orders.address_empty_there", part=part, here=unquoted(here))
    return text("link_orders.address_differs", part=part, here=unquoted(here), there=unquoted(there))


def _part(order: Order, name: str) -> str:
    return str(getattr(order.ship_to, name)).strip()
