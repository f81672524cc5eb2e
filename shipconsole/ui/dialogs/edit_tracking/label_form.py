"""What a corrected package's label shall be: number and carrier, and what is known of the number."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from shipconsole.domain import label
from shipconsole.domain.draft import PackageDraft
from shipconsole.messages import text
from shipconsole.operations.shipping.correct import NewLabel
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.package_label import LabelFields, carrier_id
from shipconsole.ui.kit.theme import Theme

INPUT_MAX = 1_000


class LabelForm(QWidget):
    """Number, carrier and service, as in the package that is being packed. Signals: changed(), scanned()."""

    changed = Signal()
    scanned = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin empty."""
        super().__init__()
        px = theme.tokens.px
        self.package = PackageDraft()
        self._label = LabelFields(self, theme, text("edit_tracking.carrier"), text("edit_tracking.carrier_detected"))
        self._label.binding.bind(self.package)
        self.number, self.carrier, self.service = self._label.number, self._label.carrier, self._label.service
        self.number.setMaxLength(INPUT_MAX)
        self.number.setPlaceholderText(text("edit_tracking.new_number_hint"))
        self.number.textEdited.connect(self._on_edited)
        self.number.returnPressed.connect(self._on_scanned)
        self.carrier.edited.connect(self._on_edited)
        self.service.textEdited.connect(self._on_edited)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(9))
        grid.setVerticalSpacing(px(4))
        fields = (
            ("new_number", text("edit_tracking.new_number"), self.number, 55),
            ("new_carrier", text("edit_tracking.carrier"), self.carrier, 30),
            ("new_service", text("edit_tracking.service"), self.service, 15),
        )
        for column, (name, title, field, stretch) in enumerate(fields):
            field.setObjectName(name)
            field.setAccessibleName(kit.plain(title))
            said = self._label.carrier_title if field is self.carrier else kit.Elided(title, "field")
            said.setBuddy(field)
            grid.addWidget(said, 0, column)
            grid.addWidget(field, 1, column)
            grid.setColumnStretch(column, stretch)
        self._label.check.setObjectName("number_means")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        column.addLayout(grid)
        column.addLayout(self._label.check_row)

    def label(self, instead_of: str) -> NewLabel:
        """What was typed, in place of the number that was seen."""
        typed = self.package
        number, service = typed.tracking_number.strip(), typed.service.strip()
        return NewLabel(number, carrier_id(typed.carrier), service, instead_of, typed.raw_scan)

    def mark(self, trouble: str) -> None:
        """Mark the number as wrong, or take the mark away."""
        kit.set_wrong(self.number, bool(trouble))
        self.number.setAccessibleDescription(kit.plain(trouble))

    def take(self, scan: str) -> None:
        """Take a scan of the right label, wherever in the dialog it came."""
        self.package.tracking_number = scan
        self._on_scanned()

    def _on_edited(self) -> None:
        self.mark("")
        self.changed.emit()

    def _on_scanned(self) -> None:
        """A scanner types what is printed, routing code and all, and ends with Enter."""
        self.package.raw_scan = self.package.tracking_number
        self.package.tracking_number = label.carrier_number(self.package.raw_scan)
        self.changed.emit()
        self.scanned.emit()
