"""The binding of an evented model's fields to widgets, both ways."""

from collections.abc import Callable
from typing import Any

import shiboken6
from psygnal import EmissionInfo
from pydantic import ValidationError
from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit

from shipconsole.domain.evented import Evented
from shipconsole.domain.model_problems import problems_of


class Binding(QObject):
    """Widgets for some fields; `bind` sets the model that they show and edit.

    Signal: refused(field, message), for input that the model rejects; the widget keeps it.
    """

    refused = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        """Initialize without a model."""
        super().__init__(parent)
        self._model: Evented | None = None
        self._followers: list[tuple[frozenset[str], Callable[[Any], object]]] = []

    @property
    def model(self) -> Evented | None:
        """The model that is shown, if any."""
        return self._model

    def bind(self, model: Evented | None) -> None:
        """Show and edit this model instead of the one before, or none."""
        if model is self._model:
            return
        if self._model is not None:
            self._model.events.disconnect(self._on_changed)
        self._model = model
        if model is not None:
            model.events.connect(self._on_changed)
            self.refresh()

    def refresh(self) -> None:
        """Fill every widget from the model."""
        if self._model is not None:
            for _, show in self._followers:
                show(self._model)

    def follow(self, show: Callable[[Any], object], *fields: str) -> None:
        """Call `show` with the model when it is bound and when one of these fields changes."""
        self._followers.append((frozenset(fields), show))

    def assign(self, field: str, value: object) -> None:
        """Set a field of the model to a person's input."""
        # A field that is deleted may lose its text last.
        if not shiboken6.isValid(self) or self._model is None:
            return
        try:
            setattr(self._model, field, value)
        except ValidationError as wrong:
            self.refused.emit(field, str(problems_of(type(self._model), wrong)[0].message))

    def text(self, widget: QLineEdit, field: str) -> None:
        """Bind a line of text."""
        self.follow(lambda model: put_text(widget, getattr(model, field)), field)
        widget.textChanged.connect(lambda text: self.assign(field, text))

    def check(self, widget: QCheckBox, field: str) -> None:
        """Bind a check box."""

        def show(model: Evented) -> None:
            with QSignalBlocker(widget):
                widget.setChecked(getattr(model, field))

        self.follow(show, field)
        widget.toggled.connect(lambda checked: self.assign(field, checked))

    def _on_changed(self, info: EmissionInfo) -> None:
        if not shiboken6.isValid(self):
            # The widgets are deleted; the model lives on.
            if self._model is not None:
                self._model.events.disconnect(self._on_changed)
            return
        for fields, show in self._followers:
            if info.signal.name in fields:
                show(self._model)


def put_text(widget: QLineEdit, text: str) -> None:
    """Show a text from its beginning, without signals; the same text keeps its cursor."""
    if widget.text() != text:
        with QSignalBlocker(widget):
            widget.setText(text)
            widget.setCursorPosition(0)
