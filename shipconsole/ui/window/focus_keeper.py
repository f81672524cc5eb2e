"""Remembers which field of the open order has the keyboard focus, so that it has it again after a crash."""

import json
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from shipconsole.operations.context import Context
from shipconsole.operations.orders import scan
from shipconsole.ui.kit.tasks import Tasks

SAVE_AFTER_MS = 300


class FocusKeeper(QObject):
    """Follows the focus inside some parts of a window, and puts it back on request."""

    def __init__(self, window: QWidget, parts: Sequence[QWidget], ctx: Context, tasks: Tasks) -> None:
        """Follow the focus inside the parts, wherever the window has them; fields are known by their object names."""
        super().__init__(window)
        self._window = window
        self._parts = parts
        self._ctx = ctx
        self._tasks = tasks
        self._saved = ""
        self._field: QLineEdit | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self._save)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    def put_back(self, saved: str) -> bool:
        """Focus the field that had the focus, with the cursor where it was; False where there is no such field."""
        try:
            kept: dict[str, object] = json.loads(saved or "{}")
            name, position, cursor = str(kept["field"]), int(str(kept["position"])), int(str(kept["cursor"]))
        except (ValueError, TypeError, KeyError):
            return False
        fields = self._named(name)
        if position >= len(fields):
            return False
        field = fields[position]
        field.setFocus()
        if isinstance(field, QLineEdit):
            field.setCursorPosition(cursor)
        return field.hasFocus()

    def _named(self, name: str) -> list[QWidget]:
        found = (field for part in self._parts for field in part.findChildren(QWidget, name))
        return [field for field in found if field.isVisibleTo(field.window())]

    def _is_inside(self, widget: QWidget) -> bool:
        return any(part.isAncestorOf(widget) for part in self._parts)

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._field is not None:
            self._field.cursorPositionChanged.disconnect(self._on_cursor_moved)
            self._field = None
        if isinstance(new, QLineEdit) and self._is_inside(new):
            self._field = new
            new.cursorPositionChanged.connect(self._on_cursor_moved)
            new.destroyed.connect(self._on_destroyed)
        self._timer.start()

    def _on_cursor_moved(self) -> None:
        self._timer.start()

    def _on_destroyed(self) -> None:
        self._field = None

    def _save(self) -> None:
        kept = self._kept()
        # A window that is hidden is about to close: where its focus goes then is no person's doing.
        if kept != self._saved and self._window.isVisible():
            self._saved = kept
            self._tasks.spawn("save the focus", scan.save_focus(self._ctx, kept))

    def _kept(self) -> str:
        field = QApplication.focusWidget()
        if field is None or not field.objectName() or not self._is_inside(field):
            return ""
        fields = self._named(field.objectName())
        if field not in fields:
            return ""
        cursor = field.cursorPosition() if isinstance(field, QLineEdit) else 0
        return json.dumps({"field": field.objectName(), "position": fields.index(field), "cursor": cursor})
