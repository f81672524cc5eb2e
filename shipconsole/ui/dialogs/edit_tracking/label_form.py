"""What a corrected package's label shall be: number and carrier, and what is known of the number."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shipconsole.domain import carrier as carriers
from shipconsole.domain import label
from shipconsole.domain.carrier import CheckDigit
from shipconsole.operations.shipping.correct import NewLabel
from shipconsole.ui.dialogs.edit_tracking import words
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.carrier_names import carrier_id, found_carrier
from shipconsole.ui.kit.theme import Theme, Tone
from shipconsole.ui.order_editor.parcels import CarrierField, Sign

TYPED_MAX = 1_000
_CHECK_TONES: dict[CheckDigit, Tone] = {"right": "good", "wrong": "wait", "none": "quiet"}


class LabelForm(QWidget):
    """Number, carrier and service, as in the package that is being packed. Signals: changed(), scanned()."""

    changed = Signal()
    scanned = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin empty."""
        super().__init__()
        px = theme.tokens.px
        self.number = QLineEdit()
        self.number.setMaxLength(TYPED_MAX)
        self.number.setPlaceholderText(words.NEW_NUMBER_HINT)
        self.number.textEdited.connect(self._on_edited)
        self.number.returnPressed.connect(self._on_scanned)
        self.carrier = CarrierField()
        self.carrier.edited.connect(self._on_carrier_edited)
        self.service = QLineEdit()
        self.service.textEdited.connect(self._on_edited)
        self._carrier_typed = False
        self._raw_scan = ""
        self._titles: dict[str, kit.Elided] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(9))
        grid.setVerticalSpacing(px(4))
        fields = (
            ("new_number", words.NEW_NUMBER, self.number, 55),
            ("new_carrier", words.CARRIER, self.carrier, 30),
            ("new_service", words.SERVICE, self.service, 15),
        )
        for place, (name, title, field, stretch) in enumerate(fields):
            field.setObjectName(name)
            field.setAccessibleName(kit.plain(title))
            self._titles[name] = kit.Elided(title, "field")
            self._titles[name].setBuddy(field)
            grid.addWidget(self._titles[name], 0, place)
            grid.addWidget(field, 1, place)
            grid.setColumnStretch(place, stretch)
        self._sign = Sign(theme)
        self._means = kit.label("", "secondary")
        self._means.setObjectName("number_means")
        self._means.setWordWrap(True)
        line = QHBoxLayout()
        line.setSpacing(px(7))
        line.addWidget(self._sign)
        line.addWidget(self._means, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        column.addLayout(grid)
        column.addLayout(line)

    def label(self, instead_of: str) -> NewLabel:
        """What was typed, in place of the number that was seen."""
        carrier = carrier_id(self.carrier.currentText()) if self._carrier_typed else ""
        number, service = self.number.text().strip(), self.service.text().strip()
        return NewLabel(number, carrier, service, instead_of, self._raw_scan)

    def clear(self) -> None:
        """Begin anew."""
        self._carrier_typed = False
        self._raw_scan = ""
        self.number.clear()
        self.carrier.setEditText("")
        self.service.clear()
        self.mark("")
        self._show()

    def mark(self, trouble: str) -> None:
        """Mark the number as wrong, or take the mark away."""
        kit.set_wrong(self.number, bool(trouble))
        self.number.setAccessibleDescription(kit.plain(trouble))

    def _on_carrier_edited(self, text: str) -> None:
        self._carrier_typed = bool(text.strip())
        self._on_edited()

    def _on_edited(self) -> None:
        self.mark("")
        self._show()
        self.changed.emit()

    def take(self, scan: str) -> None:
        """Take a scan of the right label, wherever in the dialog it came."""
        self.number.setText(scan)
        self._on_scanned()

    def _on_scanned(self) -> None:
        """A scanner types what is printed, routing code and all, and ends with Enter."""
        self._raw_scan = self.number.text()
        self.number.setText(label.carrier_number(self._raw_scan))
        self._show()
        self.changed.emit()
        self.scanned.emit()

    def _show(self) -> None:
        number = self.number.text().strip()
        found = found_carrier(number)
        if not self._carrier_typed and not (self.carrier.line.hasFocus() and not self.carrier.currentText()):
            self.carrier.setEditText(found)
        follows = bool(found) and not self._carrier_typed
        self._titles["new_carrier"].set_text(words.CARRIER_FOUND if follows else words.CARRIER)
        identified = carriers.identify(number, carrier_id(self.carrier.currentText()))
        tone: Tone = _CHECK_TONES[identified.check_digit] if number else ""
        self._sign.show_tone(tone)
        self._means.setText(kit.plain(str(carriers.words(identified))) if number else "")
        kit.set_tone(self._means, tone)
