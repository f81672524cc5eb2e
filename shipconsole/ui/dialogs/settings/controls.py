"""What a setting is changed with: a control for each kind of value, chosen by the type of the model's field."""

from collections.abc import Callable, Sequence
from typing import Literal, cast, get_args, get_origin

from PySide6.QtCore import QDir, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QWidget,
)

from shipconsole.domain.carrier_list import CARRIERS
from shipconsole.domain.plain_text import plain
from shipconsole.messages import PSEUDO, text
from shipconsole.station.settings import Settings, place_of
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.fields import INPUT_MAX, Choice
from shipconsole.ui.kit.layout import action
from shipconsole.ui.kit.segments import Segments
from shipconsole.ui.kit.switch import Switch
from shipconsole.ui.kit.theme import Theme

PERCENTS = (75, 100, 125, 150, 175, 200)
_SIDE_BY_SIDE_MOST = 4
WIDE_FROM = 2_000
"""A text that may be as long, such as a URL, has a line of its own."""
_ID = Qt.ItemDataRole.UserRole


class Control(QWidget):
    """Shows and changes one value. Signal: edited(value), when a person changes it."""

    edited = Signal(object)
    is_wide = False
    """Whether it takes the whole width, below the title."""

    def __init__(self, part: QWidget, *others: QWidget) -> None:
        """Lay out the part that has the focus, and what stands beside it."""
        super().__init__()
        self.part = part
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        for widget in (part, *others):
            self.row.addWidget(widget)
        self.setFocusProxy(part)

    def show_value(self, value: object) -> None:
        """Show a value without a signal."""
        raise NotImplementedError

    def mark(self, problem: str) -> None:
        """Mark that the value can't be used, or remove the mark."""
        widgets.set_wrong(self.part, bool(problem))
        self.part.setAccessibleDescription(plain(problem))


class SwitchControl(Control):
    """On or off."""

    def __init__(self, key: str, title: str, theme: Theme) -> None:
        """Begin off."""
        self._switch = Switch(title, theme)
        self._switch.setObjectName(key)
        super().__init__(self._switch)
        self._switch.toggled.connect(lambda on: self.edited.emit(on))

    def show_value(self, value: object) -> None:
        """Show whether it is on."""
        with QSignalBlocker(self._switch):
            self._switch.setChecked(bool(value))


class ChoiceControl(Control):
    """One of several values: side by side where they are few, else as a list."""

    def __init__(self, key: str, title: str, values: Sequence[object], labels: Sequence[str]) -> None:
        """Offer values by their labels."""
        self._values, self._labels = list(values), list(labels)
        part = Segments(key, title, labels) if len(values) <= _SIDE_BY_SIDE_MOST else _list(key, title, labels)
        super().__init__(part)
        if isinstance(part, Segments):
            part.chosen.connect(self._on_chosen)
        else:
            part.activated.connect(self._on_chosen)
        self._part = part

    def show_value(self, value: object) -> None:
        """Show the choice; one that is not offered is added."""
        if value not in self._values:
            self._values.append(value)
            self._labels.append(str(value))
            if isinstance(self._part, Segments):
                self._part.set_labels(self._labels)
            else:
                self._part.addItem(str(value))
        position = self._values.index(value)
        if isinstance(self._part, Segments):
            self._part.choose(position)
        else:
            self._part.setCurrentIndex(position)

    def _on_chosen(self, position: int) -> None:
        self.edited.emit(self._values[position])


class PercentControl(Control):
    """A factor in steps; another value than the steps stands among them as long as it is set."""

    def __init__(self, key: str, title: str, least: float) -> None:
        """Offer the steps from the least on."""
        self._steps = [percent for percent in PERCENTS if percent >= least * 100]
        self._segments = Segments(key, title, [])
        super().__init__(self._segments)
        self._segments.chosen.connect(lambda position: self.edited.emit(self._shown[position] / 100))
        self._shown: list[int] = []

    def show_value(self, value: object) -> None:
        """Show the factor."""
        percent = round(float(cast("float", value)) * 100)
        shown = sorted({*self._steps, percent})
        if shown != self._shown:
            self._shown = shown
            self._segments.set_labels([text("settings.unit_percent", count=step) for step in shown])
        self._segments.choose(shown.index(percent))


class NumberControl(Control):
    """A whole number."""

    def __init__(self, key: str, title: str, least: int, most: int, theme: Theme) -> None:
        """Accept numbers between two limits."""
        unit, zero = place_of(key).unit, place_of(key).zero
        suffix = text(unit, count=0).removeprefix("0") if unit else ""
        self._field = QSpinBox()
        self._field.setMinimumWidth(theme.tokens.px(120))
        self._field.setObjectName(key)
        self._field.setAccessibleName(plain(title))
        self._field.setRange(least, most)
        self._field.setSuffix(suffix)
        if zero and not least:
            self._field.setSpecialValueText(text(zero))
        self._field.setGroupSeparatorShown(most > 65_535)
        self._field.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        # Each digit that is typed must not be a change of its own.
        self._field.setKeyboardTracking(False)
        super().__init__(self._field)
        self._field.valueChanged.connect(lambda number: self.edited.emit(number))

    def show_value(self, value: object) -> None:
        """Show the number."""
        with QSignalBlocker(self._field):
            self._field.setValue(int(cast("int", value)))


class VolumeControl(Control):
    """A number on a scale, with its value beside it."""

    def __init__(self, key: str, title: str, least: int, most: int, theme: Theme) -> None:
        """Accept numbers between two limits."""
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName(key)
        self._slider.setAccessibleName(plain(title))
        self._slider.setRange(least, most)
        self._slider.setSingleStep(5)
        self._slider.setPageStep(10)
        self._slider.setMinimumWidth(theme.tokens.px(180))
        self._slider.setMinimumHeight(theme.tokens.px(24))
        self._label = widgets.label("", "strong")
        self._label.setMinimumWidth(self._label.fontMetrics().horizontalAdvance("100 %") + theme.tokens.px(12))
        self._label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        super().__init__(self._slider, self._label)
        self._slider.valueChanged.connect(self._on_moved)

    def show_value(self, value: object) -> None:
        """Show the number."""
        number = int(cast("int", value))
        with QSignalBlocker(self._slider):
            self._slider.setValue(number)
        self._label.setText(text("settings.unit_percent", count=number))

    def _on_moved(self, number: int) -> None:
        self._label.setText(text("settings.unit_percent", count=number))
        self.edited.emit(number)


class TextControl(Control):
    """A line of text, which takes effect when it is left or Enter is pressed."""

    def __init__(self, key: str, title: str, most: int, theme: Theme, width_px: int = 300) -> None:
        """Begin empty."""
        self._field = QLineEdit()
        self._field.setObjectName(key)
        self._field.setAccessibleName(plain(title))
        # Longer than any valid value, so that too long an input gets a message instead of being cut off.
        self._field.setMaxLength(most + INPUT_MAX)
        self._field.setMinimumWidth(theme.tokens.px(width_px if most > 10 else 90))
        super().__init__(self._field)
        self.is_wide = most >= WIDE_FROM
        self._field.editingFinished.connect(lambda: self.edited.emit(self._field.text().strip()))

    def show_value(self, value: object) -> None:
        """Show the text."""
        if self._field.text() != value:
            self._field.setText(str(value))
            self._field.setCursorPosition(0)


class Lines(QPlainTextEdit):
    """Several texts, one a line. Signal: left(), when the keyboard goes elsewhere."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that it is left."""
        super().focusOutEvent(event)
        self.left.emit()


class LinesControl(Control):
    """Several texts, one a line, which take effect when the field is left."""

    def __init__(self, key: str, title: str, theme: Theme) -> None:
        """Begin empty."""
        self._field = Lines()
        self._field.setObjectName(key)
        self._field.setAccessibleName(plain(title))
        self._field.setTabChangesFocus(True)
        self._field.setFixedHeight(theme.tokens.px(84))
        self._field.setMinimumWidth(theme.tokens.px(260))
        super().__init__(self._field)
        self._field.left.connect(self._on_left)

    def show_value(self, value: object) -> None:
        """Show the texts."""
        self._field.setPlainText("\n".join(cast("tuple[str, ...]", value)))

    def _on_left(self) -> None:
        lines = (line.strip() for line in self._field.toPlainText().splitlines())
        self.edited.emit(tuple(line for line in lines if line))


class FileControl(TextControl):
    """The path of a file, which can be chosen."""

    def __init__(self, key: str, title: str, most: int, theme: Theme, kinds: str) -> None:
        """Begin empty; `kinds` is a filter of Qt's file dialog."""
        super().__init__(key, title, most, theme, width_px=210)
        self._title, self._kinds = title, kinds
        self.row.addWidget(action(f"choose_{key}", text("settings_dialog.choose_file"), self._choose))
        self.row.setSpacing(theme.tokens.px(8))

    def take(self, path: str) -> None:
        """Take the path of a chosen file."""
        self._field.setText(path)
        self.edited.emit(path)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._title, QDir.homePath(), self._kinds)
        dialog.setObjectName("file_to_choose")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.take)
        dialog.open()


class PrinterControl(Control):
    """One of the computer's printers, or the system's choice; a name that is not found stays."""

    def __init__(self, key: str, title: str, theme: Theme) -> None:
        """Begin with the system's printer alone; `show_printers` adds the others."""
        self._choice = _list(key, title, [text("settings_dialog.system_printer")])
        self._choice.setItemData(0, "", _ID)
        self._choice.setMinimumWidth(theme.tokens.px(260))
        self._choice.setMaximumWidth(theme.tokens.px(420))
        super().__init__(self._choice)
        self._choice.activated.connect(lambda position: self.edited.emit(self._choice.itemData(position, _ID)))

    def show_printers(self, names: Sequence[str]) -> None:
        """Offer these printers."""
        for name in names:
            self._add(name, plain(name))

    def show_value(self, value: object) -> None:
        """Show the printer of a name."""
        name = str(value)
        if self._choice.findData(name, _ID) < 0:
            self._add(name, plain(name))
        self._choice.setCurrentIndex(self._choice.findData(name, _ID))

    def _add(self, name: str, label: str) -> None:
        if self._choice.findData(name, _ID) < 0:
            self._choice.addItem(label, name)


class CarriersControl(Control):
    """The carriers that are ticked; one that the program does not know stays."""

    def __init__(self, key: str, title: str, theme: Theme) -> None:
        """Begin with none ticked."""
        self._list = QListWidget()
        self._list.setObjectName(key)
        self._list.setAccessibleName(plain(title))
        self._list.setProperty("variant", "field")
        self._list.setFixedHeight(theme.tokens.px(180))
        self._list.setMinimumWidth(theme.tokens.px(260))
        for carrier in sorted(CARRIERS, key=lambda carrier: carrier.name.casefold()):
            self._add(carrier.id, carrier.name)
        super().__init__(self._list)
        self._list.itemChanged.connect(self._on_changed)

    def show_value(self, value: object) -> None:
        """Tick these carriers."""
        ids = cast("tuple[str, ...]", value)
        known = {item.data(_ID) for item in self._items()}
        with QSignalBlocker(self._list):
            for carrier in ids:
                if carrier not in known:
                    self._add(carrier, carrier)
            for item in self._items():
                is_on = item.data(_ID) in ids
                item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _add(self, carrier: str, name: str) -> None:
        item = QListWidgetItem(plain(name))
        item.setData(_ID, carrier)
        item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        item.setCheckState(Qt.CheckState.Unchecked)
        self._list.addItem(item)

    def _on_changed(self) -> None:
        self.edited.emit(tuple(item.data(_ID) for item in self._items() if item.checkState() == Qt.CheckState.Checked))


def control_for(key: str, title: str, theme: Theme) -> Control:
    """Return the control for a setting: a special one, else the one for the type of its field."""
    special = _SPECIAL.get(key)
    if special is not None:
        return special(key, title, theme)
    info, limits = Settings.model_fields[key], _limits(key)
    if get_origin(info.annotation) is Literal:
        # The language for testing is set in the file; it is shown where it is set.
        values = [value for value in get_args(info.annotation) if value != PSEUDO]
        return ChoiceControl(key, title, values, [text(f"setting_choice.{key}.{choice_id(value)}") for value in values])
    match info.default:
        case bool():
            return SwitchControl(key, title, theme)
        case int():
            return NumberControl(key, title, int(limits["ge"]), int(limits["le"]), theme)
        case float():
            return PercentControl(key, title, limits["ge"])
        case tuple():
            return LinesControl(key, title, theme)
        case _:
            return TextControl(key, title, int(limits.get("max_length", INPUT_MAX)), theme)


def _limits(key: str) -> dict[str, float]:
    names = ("ge", "le", "max_length")
    metadata = Settings.model_fields[key].metadata
    return {name: getattr(limit, name) for limit in metadata for name in names if hasattr(limit, name)}


def choice_id(value: object) -> str:
    """Return the end of the ID of a choice's label."""
    return str(value).lower().replace("-", "_")


def _list(key: str, title: str, labels: Sequence[str]) -> Choice:
    choice = Choice()
    choice.setObjectName(key)
    choice.setAccessibleName(plain(title))
    choice.addItems([plain(label) for label in labels])
    choice.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return choice


_SPECIAL: dict[str, Callable[[str, str, Theme], Control]] = {
    "sound_volume": lambda key, title, theme: VolumeControl(key, title, 0, 100, theme),
    "carriers_used": CarriersControl,
    "slip_printer": PrinterControl,
    "label_printer": PrinterControl,
    "report_printer": PrinterControl,
    "slip_logo": lambda key, title, theme: FileControl(key, title, 1_000, theme, text("settings_dialog.picture_files")),
    "slip_template": lambda key, title, theme: FileControl(key, title, 1_000, theme, text("settings_dialog.any_files")),
}
