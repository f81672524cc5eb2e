"""The parts of the address in the order in which they are read off a letter."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from shipconsole.ui.dialogs.new_order import words
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.titled_field import TitledField

ROWS = (
    ("name", "company"),
    ("street", "building"),
    ("street2", "street3"),
    ("suburb", "city"),
    ("state", "postal_code", "country"),
    ("email", "phone"),
    ("instructions",),
)
_COLUMNS = 6


class AddressForm(QWidget):
    """A field for each part. Signal: edited(name of the part), by the person alone."""

    edited = Signal(str)

    def __init__(self, theme: Theme) -> None:
        """Begin empty."""
        super().__init__()
        self.fields: dict[str, TitledField] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.tokens.px(10))
        grid.setVerticalSpacing(theme.tokens.px(8))
        for row, names in enumerate(ROWS):
            span = _COLUMNS // len(names)
            for place, name in enumerate(names):
                field = TitledField(name, words.ADDRESS_TITLES[name], theme)
                field.input.textEdited.connect(lambda _text, name=name: self.edited.emit(name))
                grid.addWidget(field, row, place * span, 1, span)
                self.fields[name] = field
        self.fields["country"].input.setPlaceholderText(words.COUNTRY_HINT)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)

    def texts(self) -> Mapping[str, str]:
        """What was typed, by the part's name."""
        return {name: field.input.text() for name, field in self.fields.items()}
