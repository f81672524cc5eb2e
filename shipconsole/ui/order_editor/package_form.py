"""The open package: its label, weight and size to enter, and what is in it."""

from collections.abc import Mapping, Sequence
from itertools import islice

from PySide6.QtCore import QEvent, QObject, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.label import agreed_postal_code
from shipconsole.domain.package_size import PackagePreset, size_text
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.orders.labels import OtherOrder, reading_of
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import LEFT, RIGHT
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.layout import wrapped
from shipconsole.ui.kit.package_label import LabelFields
from shipconsole.ui.kit.strings import grouped
from shipconsole.ui.kit.theme import Theme, typeface
from shipconsole.ui.kit.widgets import button_text
from shipconsole.ui.order_editor import signs
from shipconsole.ui.order_editor.marks import PACKAGE
from shipconsole.ui.order_editor.package_head import units_text

FIELDS = ("tracking_number", "carrier", "service", "weight", "size")
TITLES = {
    "tracking_number": "order_editor.tracking_number",
    "carrier": "order_editor.carrier",
    "service": "order_editor.service",
    "weight": "order_editor.weight",
    "size": "package_card.size",
}
"""Message ids."""
_LINES_SHOWN = 6


class PackageForm(QFrame):
    """The fields of the open package, bound to its draft.

    Signals: number_edited() while a person types a tracking number, number_entered() when they leave the field,
    remove_requested(), order_requested(order id) for the other order that has the number.
    """

    number_edited = Signal()
    number_entered = Signal()
    remove_requested = Signal()
    order_requested = Signal(int)

    def __init__(self, theme: Theme, presets: Sequence[PackagePreset] = ()) -> None:
        """Begin without a package; `presets` are the sizes to choose from."""
        super().__init__()
        self.setProperty("variant", "open_package")
        self.setObjectName("open_package")
        self._theme = theme
        self._label = LabelFields(self, theme, text("order_editor.carrier"), text("package_card.carrier_found"))
        self._label.check.setObjectName("tracking_check")
        self.tracking_number, self.carrier = self._label.number, self._label.carrier
        self.service, self.weight, self.size_field = self._label.service, QLineEdit(), SizeField(presets)
        self.inputs: dict[str, QLineEdit | QComboBox] = {
            "tracking_number": self.tracking_number,
            "carrier": self.carrier,
            "service": self.service,
            "weight": self.weight,
            "size": self.size_field,
        }
        self.tracking_number.setPlaceholderText(text("order_editor.tracking_hint"))
        groups = GroupedNumber(self.tracking_number, theme)
        self._title = widgets.label("", "heading")
        self._sign = SignLabel(theme)
        self._units = widgets.label("", "secondary")
        self._units.setObjectName("package_units")
        self._remove = widgets.button("×", "quiet")
        self._remove.setObjectName("remove_package")
        self._remove.setAccessibleName(text("order_editor.remove_package"))
        widgets.set_tooltip(self._remove, text("order_editor.remove_package"))
        self._remove.clicked.connect(self.remove_requested)
        self._problem = wrapped("", "secondary", "bad", name="package_problem")
        self._other_id = 0
        self._other_order = widgets.button("", "link")
        self._other_order.setObjectName("open_other_order")
        self._other_order.clicked.connect(lambda: self.order_requested.emit(self._other_id))
        self._other_order.hide()
        self._postal_code = widgets.label("", "secondary", "good")
        self._postal_code.setObjectName("postal_code_check")
        self._postal_code.setWordWrap(True)
        self._ship_to_code = ""
        self._contents = PackageContents(theme)
        self._label.binding.text(self.weight, "weight_kg")
        self._label.binding.follow(self._show_size, "size_cm")
        self._label.binding.follow(self._show_postal_code, "tracking_number", "raw_scan")
        # The binding sets the field's text without a signal.
        self._label.binding.follow(lambda _: groups.fit(), "tracking_number")
        self.size_field.edited.connect(lambda entered: self._label.binding.assign("size_cm", entered))
        self.tracking_number.textEdited.connect(self.number_edited)
        self.tracking_number.editingFinished.connect(self._on_number_left)
        self._lay_out()

    def _lay_out(self) -> None:
        px = self._theme.tokens.px
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(self._sign)
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self._units)
        top.addWidget(self._remove)
        pair = QGridLayout()
        pair.setHorizontalSpacing(px(8))
        pair.setVerticalSpacing(px(6))
        for position, name in enumerate(("carrier", "service", "weight", "size")):
            pair.addWidget(self._cell(name), position // 2, position % 2)
        pair.setColumnStretch(0, 45)
        pair.setColumnStretch(1, 55)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(9), px(12), px(10))
        column.setSpacing(px(6))
        column.addLayout(top)
        column.addWidget(self._cell("tracking_number"))
        column.addLayout(self._label.check_row)
        column.addWidget(self._postal_code)
        column.addLayout(pair)
        column.addWidget(self._problem)
        other = QHBoxLayout()
        other.addWidget(self._other_order)
        other.addStretch(1)
        column.addLayout(other)
        column.addWidget(self._contents)

    def _cell(self, name: str) -> QWidget:
        field, title = self.inputs[name], text(TITLES[name])
        field.setObjectName(name)
        field.setAccessibleName(plain(title))
        label = self._label.carrier_title if name == "carrier" else widgets.Elided(title, "field")
        label.setBuddy(field)
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._theme.tokens.px(3))
        column.addWidget(label)
        column.addWidget(field)
        return cell

    def show_package(self, session: PackingSession, number: int, *, may_remove: bool, is_fixed: bool) -> None:
        """Show and edit the open package of a session; `is_fixed` allows no changes."""
        package = session.package
        self._ship_to_code = session.order.ship_to.postal_code
        self._label.binding.bind(package)
        self._title.setText(text("package_tab.number", number=number))
        self._units.setText(units_text(package.units))
        self._remove.setVisible(may_remove)
        self._remove.setEnabled(not is_fixed)
        self._contents.show_lines(session)
        for field in (self.tracking_number, self.service, self.weight):
            field.setReadOnly(is_fixed)
        self.carrier.setEnabled(not is_fixed)
        self.size_field.setEnabled(not is_fixed)

    def show_locked(self, is_locked: bool) -> None:
        """Step back while scanning is locked."""
        widgets.set_variant(self, "package" if is_locked else "open_package")
        self._sign.setEnabled(not is_locked)

    def mark(self, marks: Mapping[str, str]) -> None:
        """Mark the fields that are wrong, and say why."""
        for name, field in self.inputs.items():
            problem = marks.get(name, "")
            widgets.set_wrong(field, bool(problem))
            field.setAccessibleDescription(plain(problem))
        problems = [marks[name] for name in (*FIELDS, PACKAGE) if marks.get(name)]
        self._problem.setText(plain("\n".join(problems), lines=True))
        self._problem.setVisible(bool(problems))

    def show_other_order(self, other: OtherOrder | None) -> None:
        """Offer to open the other order that has the package's number, if any."""
        self._other_order.setVisible(other is not None)
        if other is not None:
            self._other_id = other.order_id
            shown = text("package_card.open_order", number=other.number)
            self._other_order.setText(button_text(shown))
            self._other_order.setAccessibleName(plain(shown))

    def _show_postal_code(self, package: PackageDraft) -> None:
        """Show with a tick that the label's postal code is the address's."""
        read = reading_of(package) if package.raw_scan and self._ship_to_code else None
        code = agreed_postal_code(read.raw, self._ship_to_code) if read is not None else ""
        shown = f"✓ {text('package_card.postal_code_fits', code=code)}" if code else ""
        self._postal_code.setText(plain(shown))
        self._postal_code.setVisible(bool(code))

    def _show_size(self, package: PackageDraft) -> None:
        self.size_field.show_size(package.size_cm)

    def _on_number_left(self) -> None:
        if self.tracking_number.text():
            self.number_entered.emit()


class SizeField(Choice):
    """A package's length, width and height, typed or chosen. Signal: edited(text), when a person changes it."""

    edited = Signal(str)

    def __init__(self, presets: Sequence[PackagePreset]) -> None:
        """Offer the station's boxes."""
        super().__init__()
        self._line = QLineEdit()
        self.setLineEdit(self._line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        for preset in presets:
            size = size_text(preset.size)
            self.addItem(size if preset.name == size else f"{preset.name} · {size}", size)
        self.setCurrentIndex(-1)
        self._line.setFrame(False)
        self._line.setStyleSheet("border: none; background: transparent; padding: 0; min-height: 0;")
        self._line.textEdited.connect(self.edited)
        self.activated.connect(self._on_activated)

    def show_size(self, size: str) -> None:
        """Show a size without a signal."""
        if self._line.text() != size:
            with QSignalBlocker(self):
                self.setEditText(size)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the hint where it fits."""
        super().resizeEvent(event)
        widgets.fit_hint(self._line, [text("package_card.size_hint"), ""])

    def _on_activated(self, index: int) -> None:
        size = str(self.itemData(index) or "")
        if size:
            self.show_size(size)
            self.edited.emit(size)


class GroupedNumber(QWidget):
    """Shows a field's number in groups of four over it, until a person edits it."""

    def __init__(self, field: QLineEdit, theme: Theme) -> None:
        """Cover a field."""
        super().__init__(field)
        self._field = field
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        field.installEventFilter(self)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the field's size and focus."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.Show):
            self.fit()
        return super().eventFilter(watched, event)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the number over the field's own text."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens.color("field" if self._field.isEnabled() else "window"))
        painter.setFont(typeface(tokens, 15, QFont.Weight.DemiBold))
        painter.setPen(tokens.color("text" if self._field.isEnabled() else "secondary"))
        shown = painter.fontMetrics().elidedText(
            plain(grouped(self._field.text())), Qt.TextElideMode.ElideMiddle, self.width()
        )
        painter.drawText(self.rect(), LEFT, shown)

    def fit(self) -> None:
        """Cover the field while it shows a number that nobody edits."""
        side = self._theme.tokens.px(9)
        self.setGeometry(self._field.rect().adjusted(side, 3, -side, -3))
        self.setVisible(not self._field.hasFocus() and grouped(self._field.text()) != self._field.text())
        self.update()


class SignLabel(QWidget):
    """A painted box beside the title of the open package."""

    def __init__(self, theme: Theme) -> None:
        """Paint with the tokens of a theme."""
        super().__init__()
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of the sign."""
        return QSize(self._theme.tokens.px(18), self._theme.tokens.px(18))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the box."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = "accent" if self.isEnabled() else "secondary"
        signs.box(painter, self.rect().toRectF(), self._theme.tokens.color(color))


class PackageContents(QWidget):
    """What is in the open package, the first lines of it."""

    def __init__(self, theme: Theme) -> None:
        """Begin empty."""
        super().__init__()
        self._theme = theme
        self._lines: tuple[tuple[str, str], ...] = ()
        self._more = 0
        self.setObjectName("package_contents")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_lines(self, session: PackingSession) -> None:
        """Show the units and names of what is packed."""
        quantities = session.package.quantities
        known = ((session.order.line(line_id), units) for line_id, units in islice(quantities.items(), _LINES_SHOWN))
        lines = tuple((str(units), line.description or line.sku) for line, units in known if line is not None)
        more = max(0, len(quantities) - _LINES_SHOWN)
        if (lines, more) != (self._lines, self._more):
            self._lines, self._more = lines, more
            spoken = ", ".join(f"{units} × {name}" for units, name in lines)
            self.setAccessibleName(plain(f"{text('package_card.contents')}: {spoken}") if lines else "")
            self.updateGeometry()
            self.update()
        self.setVisible(bool(lines))

    def sizeHint(self) -> QSize:
        """Return the height of all lines."""
        count = 1 + len(self._lines) + bool(self._more)
        return QSize(self._theme.tokens.px(120), self._theme.tokens.px(8) + count * self._theme.tokens.px(21))

    def minimumSizeHint(self) -> QSize:
        """Return the height of all lines: the column around it scrolls."""
        return self.sizeHint()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the title and the lines."""
        tokens, px = self._theme.tokens, self._theme.tokens.px
        painter = QPainter(self)
        painter.setPen(tokens.color("line"))
        painter.drawLine(0, 0, self.width(), 0)
        height, top = px(21), px(5)
        regular, strong = (
            typeface(tokens, tokens.text_px, weight) for weight in (QFont.Weight.Normal, QFont.Weight.Bold)
        )
        painter.setFont(typeface(tokens, tokens.secondary_px))
        painter.setPen(tokens.color("secondary"))
        painter.drawText(QRect(0, top, self.width(), height), LEFT, text("package_card.contents"))
        widest = max((QFontMetrics(strong).horizontalAdvance(units) for units, _ in self._lines), default=0)
        left = max(px(18), widest)
        for units, name in self._lines:
            top += height
            painter.setFont(strong)
            painter.setPen(tokens.color("text"))
            painter.drawText(QRect(0, top, left, height), RIGHT, units)
            painter.setFont(regular)
            painter.setPen(tokens.color("secondary"))
            painter.drawText(QRect(left + px(8), top, px(12), height), LEFT, "×")
            painter.setPen(tokens.color("text"))
            room = self.width() - left - px(26)
            shown = painter.fontMetrics().elidedText(plain(name), Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(left + px(24), top, room + 2, height), LEFT, shown)
        if self._more:
            painter.setFont(regular)
            painter.setPen(tokens.color("secondary"))
            painter.drawText(
                QRect(left + px(24), top + height, self.width(), height),
                LEFT,
                text("package_card.more_items", count=self._more),
            )
