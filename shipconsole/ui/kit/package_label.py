"""A package's label: fields for number, carrier, and service, the number's check, and the carriers' names."""

from functools import partial

from PySide6.QtCore import QObject, QPointF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from shipconsole.domain import carrier as carriers
from shipconsole.domain.carrier import CheckDigit
from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.plain_text import plain
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.theme import Severity, Theme

_CHECK_TONES: dict[CheckDigit, Severity] = {"right": "good", "wrong": "wait", "none": "quiet"}
_CARRIER_NAMES = tuple(sorted((carrier.name for carrier in carriers.CARRIERS), key=str.casefold))


def carrier_name(text: str) -> str:
    """Return the name of a carrier's id; other text unchanged."""
    known = carriers.by_id(text)
    return known.name if known else text


def carrier_id(text: str) -> str:
    """Return the id of a carrier's name or id; other text stripped."""
    known = carriers.named(text)
    return known.id if known else text.strip()


def likely_carrier(number: str) -> str:
    """Return the name of a number's most likely carrier, empty where several are as likely."""
    return carrier_name(carriers.identify(number).likely)


class LabelFields(QObject):
    """Widgets bound to a package, for others to lay out; a carrier that was not entered follows the number."""

    def __init__(self, parent: QWidget, theme: Theme, carrier_title: str, carrier_found_title: str) -> None:
        """Initialize without a package."""
        super().__init__(parent)
        self.finds_carrier = True
        """Whether an empty carrier is identified from the number; not for a package that has shipped."""
        self._titles = carrier_title, carrier_found_title
        self.number, self.carrier, self.service = QLineEdit(), CarrierField(), QLineEdit()
        self.carrier_title = widgets.Elided(carrier_title, "field")
        self._icon = SeverityIcon(theme)
        self.check = widgets.label("", "secondary")
        self.check.setWordWrap(True)
        self.check_row = QHBoxLayout()
        self.check_row.setSpacing(theme.tokens.px(7))
        self.check_row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self.check_row.addWidget(self.check, 1)
        self.binding = Binding(self)
        self.binding.text(self.number, "tracking_number")
        self.binding.text(self.service, "service")
        self.binding.follow(self._show_carrier, "carrier", "tracking_number")
        self.binding.follow(self._show_check, "carrier", "tracking_number")
        self.carrier.edited.connect(partial(self.binding.assign, "carrier"))
        self.carrier.line.editingFinished.connect(self.binding.refresh)

    def _show_carrier(self, package: PackageDraft) -> None:
        is_named = bool(package.carrier.strip()) or not self.finds_carrier
        found = "" if is_named else likely_carrier(package.tracking_number)
        # A draft that was read back has the carrier's ID; what a person types stays until they leave the field.
        entered = package.carrier if self.carrier.line.hasFocus() else carrier_name(package.carrier)
        carrier = entered or found
        self.carrier_title.set_text(self._titles[bool(found)])
        # An identified carrier follows the number, but not while a person clears the field to type another.
        clearing = self.carrier.line.hasFocus() and not self.carrier.currentText()
        if self.carrier.currentText() != carrier and not clearing:
            with QSignalBlocker(self.carrier):
                self.carrier.setEditText(carrier)

    def _show_check(self, package: PackageDraft) -> None:
        number = package.tracking_number.strip()
        identified = carriers.identify(number, carrier_id(package.carrier))
        severity: Severity = _CHECK_TONES[identified.check_digit] if number else ""
        self._icon.show_severity(severity)
        self.check.setText(plain(str(carriers.description(identified))) if number else "")
        widgets.set_severity(self.check, severity)
        self.check.setVisible(bool(number))


class CarrierField(Choice):
    """A carrier's name, chosen or typed. Signal: edited(text), when a person changes it."""

    edited = Signal(str)

    def __init__(self) -> None:
        """Offer every known carrier; any other text is valid too."""
        super().__init__()
        self.line = QLineEdit()
        self.setLineEdit(self.line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems(["", *_CARRIER_NAMES])
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.line.setFrame(False)
        self.line.setStyleSheet("border: none; background: transparent; padding: 0; min-height: 0;")
        self.line.textEdited.connect(self.edited)
        self.textActivated.connect(self.edited)


class SeverityIcon(QWidget):
    """A small icon beside text: a tick, an exclamation mark, or a dot."""

    def __init__(self, theme: Theme) -> None:
        """Initialize hidden."""
        super().__init__()
        self._theme = theme
        self._severity: Severity = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_severity(self, severity: Severity) -> None:
        """Show the icon of a severity, or none."""
        self._severity = severity
        self.setVisible(bool(severity))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of small text."""
        return QSize(self._theme.tokens.px(13), self._theme.tokens.px(13))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw it."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(tokens.color("secondary" if self._severity == "quiet" else self._severity or "secondary"))
        painter.setPen(
            QPen(color, tokens.px(1.6), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        unit = self.width() / 13
        if self._severity == "good":
            tick = ((2, 7), (5, 10), (11, 3))
            painter.drawPolyline([QPointF(x * unit, y * unit) for x, y in tick])
        elif self._severity in ("wait", "bad"):
            painter.drawLine(QPointF(6.5 * unit, 2 * unit), QPointF(6.5 * unit, 7.5 * unit))
            painter.drawPoint(QPointF(6.5 * unit, 10.8 * unit))
        else:
            painter.setBrush(color)
            painter.drawEllipse(QPointF(6.5 * unit, 6.5 * unit), 1.6 * unit, 1.6 * unit)
