"""A form for a pydantic model: titles, help, choices, and limits are those of the model's fields."""

from collections.abc import Iterable, Mapping, Sequence
from types import NoneType
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget

from shipconsole.domain.model_problems import problems_of, title_of
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.bind import put_text
from shipconsole.ui.kit.fields import Choice, FieldUnderTitle, TitledField
from shipconsole.ui.kit.theme import Theme

M = TypeVar("M", bound=BaseModel)


class ModelForm(QWidget, Generic[M]):
    """Fields in rows, in the order given.

    Signal: edited(name of the field), when a person changes it.
    """

    edited = Signal(str)

    def __init__(self, model: type[M], rows: Sequence[Sequence[str]], theme: Theme) -> None:
        """Initialize with the model's defaults. Raises `KeyError` for an unknown field."""
        super().__init__()
        self._model = model
        self.fields: dict[str, FieldUnderTitle[Any]] = {}
        columns = max(map(len, rows))
        # Enough columns for rows of any length to share the width evenly.
        while any(columns % len(row) for row in rows):
            columns += 1
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.tokens.px(10))
        grid.setVerticalSpacing(theme.tokens.px(8))
        for row, names in enumerate(rows):
            span = columns // len(names)
            for position, name in enumerate(names):
                self.fields[name] = made = self._field(name, theme)
                grid.addWidget(made, row, position * span, 1, span)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        self.fill({})

    def fill(self, values: M | Mapping[str, object]) -> None:
        """Show values, the model's defaults where there are none; nothing counts as edited."""
        known = values.model_dump() if isinstance(values, BaseModel) else values
        for name, field in self.fields.items():
            default = self._model.model_fields[name].get_default(call_default_factory=True)
            _put(field.input, known.get(name, default if isinstance(default, str | int | bool) else ""))

    def values(self) -> dict[str, str | bool]:
        """Return the fields' values as they were entered."""
        return {name: _value(field.input) for name, field in self.fields.items()}

    def value(self) -> M:
        """Return the model. Raises `ValidationFailed` for invalid values in the fields."""
        given = {name: self._given(name, value) for name, value in self.values().items()}
        try:
            return self._model.model_validate(given, strict=False)
        except ValidationError as wrong:
            raise ValidationFailed(*problems_of(self._model, wrong)) from None

    def read(self) -> M:
        """Return the model, and mark what is wrong with the fields; raises as `value` does."""
        try:
            model = self.value()
        except ValidationFailed as refused:
            self.mark(refused.problems)
            raise
        self.mark(())
        return model

    def mark(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Mark the field of each problem's path, unmark the others, and return the problems of no field here."""
        messages: dict[str, str] = {}
        elsewhere: list[Problem] = []
        for problem in problems:
            name = str(problem.path[0]) if problem.path else ""
            if name in self.fields:
                messages.setdefault(name, str(problem.sentence))
            else:
                elsewhere.append(problem)
        for name, field in self.fields.items():
            field.mark(messages.get(name, ""))
        return tuple(elsewhere)

    def go_to(self, name: str) -> None:
        """Focus a field, if it is in this form."""
        if name in self.fields:
            self.fields[name].input.setFocus(Qt.FocusReason.OtherFocusReason)

    def _field(self, name: str, theme: Theme) -> FieldUnderTitle[Any]:
        info, title = self._model.model_fields[name], str(title_of(self._model, name))
        hint = info.description or ""
        choices = _choices(info.annotation)
        if choices:
            chosen = Choice()
            chosen.addItems(choices)
            chosen.currentTextChanged.connect(lambda _: self.edited.emit(name))
            return FieldUnderTitle(chosen, name, title, theme, hint)
        if info.annotation is bool:
            box = QCheckBox()
            box.toggled.connect(lambda _: self.edited.emit(name))
            return FieldUnderTitle(box, name, title, theme, hint)
        line = TitledField(name, title, theme, hint)
        line.input.textEdited.connect(lambda _: self.edited.emit(name))
        if info.examples:
            widgets.keep_hint(line.input, [", ".join(map(str, info.examples)), str(info.examples[0])])
        return line

    def _given(self, name: str, value: str | bool) -> str | bool | None:
        """Return a value for the model: stripped, and None for an empty optional field."""
        text = value.strip() if isinstance(value, str) else value
        may_be_none = NoneType in get_args(self._model.model_fields[name].annotation)
        return None if text == "" and may_be_none else text


def _choices(annotation: object) -> list[str]:
    return [str(choice) for choice in get_args(annotation)] if get_origin(annotation) is Literal else []


def _value(widget: QWidget) -> str | bool:
    match widget:
        case QCheckBox():
            return widget.isChecked()
        case QComboBox():
            return widget.currentText()
        case QLineEdit():
            return widget.text()
        case _:
            raise TypeError(type(widget).__name__)


def _put(widget: QWidget, value: object) -> None:
    match widget:
        case QCheckBox():
            with QSignalBlocker(widget):
                widget.setChecked(bool(value))
        case QComboBox():
            with QSignalBlocker(widget):
                widget.setCurrentText(str(value))
        case QLineEdit():
            put_text(widget, "" if value is None else str(value))
        case _:
            raise TypeError(type(widget).__name__)
