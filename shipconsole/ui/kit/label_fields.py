"""The fields of a package's label: number, carrier and service, and what is known of the number beside its sign."""

from functools import partial

from PySide6.QtCore import QObject, QPointF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from shipconsole.domain import carrier as carriers
from shipconsole.domain.carrier import CheckDigit
from shipconsole.domain.draft import PackageDraft
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.carrier_names import carrier_id, found_carrier
from shipconsole.ui.kit.theme import Theme, Tone

_CHECK_TONES: dict[CheckDigit, Tone] = {"right": "good", "wrong": "wait", "none": "quiet"}
_CARRIER_NAMES = tuple(sorted((one.name for one in carriers.CARRIERS), key=str.casefold))


class LabelFields(QObject):
    """Widgets bound to a package, to be laid out by who has them; a carrier that nobody named follows the number."""

    def __init__(self, parent: QWidget, theme: Theme, carrier_title: str, carrier_found_title: str) -> None:
        """Begin without a package."""
        super().__init__(parent)
        self.finds_carrier = True
        """Whether the carrier is found from the number; not where the package has left as it is."""
        self._titles = carrier_title, carrier_found_title
        self.number, self.carrier, self.service = QLineEdit(), CarrierField(), QLineEdit()
        self.carrier_title = kit.Elided(carrier_title, "field")
        self._sign = Sign(theme)
        self.check = kit.label("", "secondary")
        self.check.setWordWrap(True)
        self.check_row = QHBoxLayout()
        self.check_row.setSpacing(theme.tokens.px(7))
        self.check_row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
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
        found = "" if is_named else found_carrier(package.tracking_number)
        carrier = package.carrier or found
        self.carrier_title.set_text(self._titles[bool(found)])
        # A carrier that was found follows the number, but not while a person clears the field to type another.
        clearing = self.carrier.line.hasFocus() and not self.carrier.currentText()
        if self.carrier.currentText() != carrier and not clearing:
            with QSignalBlocker(self.carrier):
                self.carrier.setEditText(carrier)

    def _show_check(self, package: PackageDraft) -> None:
        number = package.tracking_number.strip()
        identified = carriers.identify(number, carrier_id(package.carrier))
        tone: Tone = _CHECK_TONES[identified.check_digit] if number else ""
        self._sign.show_tone(tone)
        self.check.setText(kit.plain(str(carriers.description(identified))) if number else "")
        kit.set_tone(self.check, tone)
        self.check.setVisible(bool(number))


class CarrierField(QComboBox):
    """A carrier's name, chosen or typed. Signal: edited(text), for what a person did and nothing else."""

    edited = Signal(str)

    def __init__(self) -> None:
        """Offer every carrier that is known here; any other text is as good."""
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

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: a carrier is never changed in passing."""
        event.ignore()


class Sign(QWidget):
    """A small sign beside words: a tick, an exclamation mark, or a dot."""

    def __init__(self, theme: Theme) -> None:
        """Begin with nothing to see."""
        super().__init__()
        self._theme = theme
        self._tone: Tone = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_tone(self, tone: Tone) -> None:
        """Show the sign of a tone, or none."""
        self._tone = tone
        self.setVisible(bool(tone))
        self.update()

    def sizeHint(self) -> QSize:
        """As tall as small text."""
        return QSize(self._theme.tokens.px(13), self._theme.tokens.px(13))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw it."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(tokens.colour("secondary" if self._tone == "quiet" else self._tone or "secondary"))
        painter.setPen(
            QPen(colour, tokens.px(1.6), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        unit = self.width() / 13
        if self._tone == "good":
            tick = ((2, 7), (5, 10), (11, 3))
            painter.drawPolyline([QPointF(x * unit, y * unit) for x, y in tick])
        elif self._tone in ("wait", "bad"):
            painter.drawLine(QPointF(6.5 * unit, 2 * unit), QPointF(6.5 * unit, 7.5 * unit))
            painter.drawPoint(QPointF(6.5 * unit, 10.8 * unit))
        else:
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(6.5 * unit, 6.5 * unit), 1.6 * unit, 1.6 * unit)
