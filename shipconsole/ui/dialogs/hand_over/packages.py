"""The packages of a hand-over list as rows of a table."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView

from shipconsole.domain import carrier as carriers
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.handed_over import HandOverPackage
from shipconsole.messages import text
from shipconsole.ui.kit.binding.model_table import RIGHT, Column, ModelTable
from shipconsole.ui.kit.formats import when
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.printing.styles import kilograms_text

ROW_PX = 32
RECIPIENT = 1
"""The position of the column of recipients."""
_FIELDS = (
    ("order_number", "printing.order", 88),
    ("recipient", "printing.recipient", 130),
    ("carrier", "printing.carrier", 108),
    ("tracking_number", "printing.tracking_number", 206),
    ("weight", "printing.weight_kg", 60),
    ("at", "printing.packed", 126),
    ("is_scanned", "printing.carrier_scan", 88),
)
"""The field, the title and the width of each column."""
_LEAST = {"recipient": 64, "tracking_number": 116, "carrier": 64, "at": 84}
"""What a column keeps where there is little room; they give way in this order, and a tooltip has the whole text."""


class PackageRow(Frozen):
    """A package as a row."""

    id: int
    order_id: int
    order_number: str
    recipient: str
    tracking_number: str
    carrier: str
    weight: str
    at: str
    is_scanned: bool


class PackageTable(QTableView):
    """A table whose recipients take the room that is left, and never less than they need."""

    def __init__(self, theme: Theme, name: str, title: str, model: ModelTable[PackageRow]) -> None:
        """Show the rows of a model."""
        super().__init__()
        px = theme.tokens.px
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(px(ROW_PX))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        fields = [field for field, _, _ in _FIELDS]
        self._widths = [max(px(width), header.sectionSizeHint(at)) for at, (_, _, width) in enumerate(_FIELDS)]
        self._least = {fields.index(field): px(width) for field, width in _LEAST.items()}

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the recipients the rest of the width, or have columns give way."""
        super().resizeEvent(event)
        widths, rest = [*self._widths], self.viewport().width() - sum(self._widths)
        for position, least in self._least.items():
            taken = min(max(0, -rest), max(0, widths[position] - least))
            widths[position] -= taken
            rest += taken
        widths[RECIPIENT] += max(0, rest)
        for position, width in enumerate(widths):
            self.setColumnWidth(position, width)


def columns(*, is_silent: bool) -> list[Column[PackageRow]]:
    """Return the columns: of packages on a list, or of those that no carrier has scanned since their hand-over."""
    made: list[Column[PackageRow]] = []
    for field, title, _ in _FIELDS:
        shown_title = text("hand_over.silent_column") if is_silent and field == "at" else text(title)
        if field == "is_scanned":
            made.append(Column(field, shown_title, shown=_scan))
        else:
            made.append(Column(field, shown_title, RIGHT) if field == "weight" else Column(field, shown_title))
    return made


def rows_of(packages: Sequence[HandOverPackage], today: date, *, is_silent: bool) -> list[PackageRow]:
    """Return packages as rows."""
    return [_row(package, today, is_silent=is_silent) for package in packages]


def _row(package: HandOverPackage, today: date, *, is_silent: bool) -> PackageRow:
    known = carriers.named(package.carrier)
    at_ms = package.handed_over_at_ms or 0 if is_silent else package.shipped_at_ms
    return PackageRow(
        id=package.package_id,
        order_id=package.order_id,
        order_number=package.order_number,
        recipient=package.recipient,
        tracking_number=package.tracking_number,
        carrier=known.name if known else package.carrier,
        weight="" if package.weight_g is None else kilograms_text(package.weight_g),
        at=when(at_ms, today),
        is_scanned=package.is_scanned,
    )


def _scan(package: PackageRow) -> str:
    return text("printing.scanned") if package.is_scanned else text("printing.not_scanned")
