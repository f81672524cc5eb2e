"""A dialog that works at the desk: it says how that went, keeps its keys, and asks before typed work is forgotten."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.shipping.ship import PlannedUpdate, Request
from shipconsole.ui.dialogs.preview import PreviewDialog
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.button_row import ButtonRow
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.unsaved_dialog import UnsavedDialog

ENTER = "Ctrl+Enter"
"""Both keys that are called Enter, as the foot shows them."""
_BOTH_ENTERS = ("Ctrl+Return", "Ctrl+Enter")
_LEFT_FREE_PX = 60

_T = TypeVar("_T")


class ContextDialog(QDialog):
    """What such a dialog has in common; what differs is overridden. Opened with `open()`."""

    def __init__(
        self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, *, name: str, said: str
    ) -> None:
        """Begin under an object name, with the foot's line under another; nothing is laid out yet."""
        super().__init__(parent)
        self.setObjectName(name)
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._closed = False
        """Its parts may be gone: what comes to an end later shows nothing here any more."""
        self._busy = False
        self._button_row = ButtonRow(theme, said, self.reject)
        self.finished.connect(self._on_finished)

    def reject(self) -> None:
        """Close, also by the window's own cross, but ask first where something typed would be forgotten."""
        unsaved = self._unsaved()
        if not unsaved:
            super().reject()
            return
        ask = UnsavedDialog(self, self._theme, unsaved)
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.accepted.connect(self._on_leave)
        ask.open()

    def _unsaved(self) -> Sequence[str]:
        """What was typed and is not stored, in lines; none where nothing was."""
        return ()

    async def _look_again(self) -> None:
        """Show the store as it is now: done where an act failed, perhaps for somebody else's work."""

    def _show_buttons(self) -> None:
        """Let the buttons say what they would do, and be pressed where they can do it."""

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Say what was refused."""
        self._say("\n".join(dict.fromkeys(str(one.sentence) for one in problems)), "bad")

    def _begin(self, name: str, act: Coroutine[Any, Any, _T], then: Callable[[_T], object] | None = None) -> None:
        """Start what was asked for, busy until it is over. Done, `then` hears of it, or else the dialog closes."""
        self._busy = True
        self._say("")
        self._show_buttons()
        self._tasks.spawn(name, self._finish(act, then))

    async def _finish(self, act: Awaitable[_T], then: Callable[[_T], object] | None) -> None:
        try:
            done = await act
        except ValidationFailed as refused:
            if self._closed:
                raise EnvironmentFailure(refused.message) from None
            await self._look_again()
            if not self._closed:
                self._refuse(refused.problems)
            return
        except EnvironmentFailure as trouble:
            if self._closed:
                raise
            self._say(str(trouble.message), "bad")
            await self._look_again()
            return
        finally:
            self._busy = False
            if not self._closed:
                self._show_buttons()
        if self._closed:
            return
        if then is None:
            self.accept()
        else:
            then(done)

    async def _preview(self, requests: Awaitable[Sequence[tuple[Connection, Request]]], nothing: str = "") -> None:
        """Show the very requests that would leave; `nothing` is said where there are none."""
        try:
            told = await requests
        except ValidationFailed as refused:
            if not self._closed:
                self._refuse(refused.problems)
            return
        if self._closed:
            return
        if not told:
            self._say(nothing)
            return
        dialog = PreviewDialog(self, self._theme, tuple(PlannedUpdate(place, request, None) for place, request in told))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _say(self, text: str, tone: kit.Tone = "") -> None:
        if not self._closed:
            self._button_row.say(text, tone)

    def _make_keys(self, keys: Mapping[str, Callable[[], object]]) -> None:
        """Hear keys, each once however long it is held."""
        for key, then in keys.items():
            for pressed in _BOTH_ENTERS if key == ENTER else (key,):
                shortcut = QShortcut(QKeySequence(pressed), self)
                shortcut.setAutoRepeat(False)
                shortcut.activated.connect(then)

    def _fit(self, size_px: tuple[int, int]) -> None:
        """Take that size, or as much of it as the screen has."""
        px, parent = self._theme.tokens.px, self.parentWidget()
        room = (parent.window() if parent is not None else self).screen().availableSize()
        width, height = size_px
        free = px(_LEFT_FREE_PX)
        self.resize(min(px(width), room.width() - free), min(px(height), room.height() - free))

    def _column(self, spacing_px: int = 12) -> QVBoxLayout:
        """Begin the column of all that is in the dialog."""
        px = self._theme.tokens.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(16))
        column.setSpacing(px(spacing_px))
        return column

    def _on_leave(self) -> None:
        super().reject()

    def _on_finished(self) -> None:
        self._closed = True
