"""The dialogs' common parts: size, keys and margins, a message beside the buttons, work under way, and one order."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from shipconsole.domain.change_feed import Changes
from shipconsole.domain.connection import Connection
from shipconsole.domain.order import Order
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.plan import PlannedUpdate, Request
from shipconsole.ui.kit import strings, widgets
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.preview import PreviewDialog
from shipconsole.ui.kit.prompt import Line, PromptButton, prompt
from shipconsole.ui.kit.screen_fit import fit_to_screen, limited, room_for
from shipconsole.ui.kit.tab_order import go_to_neighbor
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.kit.widgets import Badge, KeyButton, copy_problem

ENTER = "Ctrl+Enter"
"""Both keys that are called Enter, as a button shows them."""
_BOTH_ENTERS = ("Ctrl+Return", "Ctrl+Enter")

_T = TypeVar("_T")


class Dialog(QDialog):
    """A dialog of the program: named, no larger than the screen, with keys and margins. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, theme: Theme, name: str, title: str = "") -> None:
        """Initialize empty; `name` is the object name."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self._theme = theme
        self._closed = False
        """Its widgets may be deleted: work that ends later must not touch them."""
        self.finished.connect(self._on_finished)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own name
        """Go to the next widget in reading order, or to the one before."""
        return go_to_neighbor(self, (self,), forward=next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Have Enter press the button that has the keyboard, as Space does."""
        focused = self.focusWidget()
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if is_enter and is_plain and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def _fit(self, size_px: tuple[int, int]) -> None:
        """Take a size, or as much of it as the screen has."""
        px = self._theme.tokens.px
        self.resize(limited(self, px(size_px[0]), px(size_px[1])))

    def showEvent(self, event: QShowEvent) -> None:
        """Fit to a screen that is too small."""
        fit_to_screen(self)
        super().showEvent(event)

    def event(self, event: QEvent) -> bool:
        """Fit again when the content has grown beyond the screen."""
        is_handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            least, room = self.minimumSizeHint(), room_for(self)
            if least.width() > room.width() or least.height() > room.height():
                fit_to_screen(self)
        return is_handled

    def _column(self, spacing_px: int = 12) -> QVBoxLayout:
        """Return the column that fills the dialog, within its margins."""
        px = self._theme.tokens.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(16))
        column.setSpacing(px(spacing_px))
        return column

    def _make_keys(self, keys: Mapping[str, Callable[[], object]]) -> None:
        """Connect keys; a key that is held acts once."""
        for key, act in keys.items():
            for pressed in _BOTH_ENTERS if key == ENTER else (key,):
                shortcut = QShortcut(QKeySequence(pressed), self)
                shortcut.setAutoRepeat(False)
                shortcut.activated.connect(act)

    def _on_finished(self) -> None:
        self._closed = True


class ButtonRow(QHBoxLayout):
    """The bottom of a dialog: a message that can be copied, then buttons, from Close to the one that acts."""

    def __init__(self, theme: Theme, message_name: str, close: Callable[[], object]) -> None:
        """Initialize with Close alone; `message_name` is the message's object name."""
        super().__init__()
        self._message = widgets.label("", "secondary")
        self._message.setObjectName(message_name)
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = widgets.button(text("button.copy"), "link")
        self._copy.setObjectName(f"copy_{message_name}")
        self._copy.setAccessibleName(text("button.copy_problem"))
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(lambda: copy_problem(self._message.text(), self._message.window()))
        self._copy.hide()
        self.setSpacing(theme.tokens.px(10))
        self.addWidget(self._message, 1)
        self.addWidget(self._copy)
        self.add("close", text("button.close"), close, "Esc")

    def add(self, name: str, title: str, act: Callable[[], object], key: str = "", *, kind: str = "plain") -> KeyButton:
        """Add a button at the right. It only shows its key: the dialog connects it."""
        button = widgets.button(title, kind, key)
        button.setObjectName(name)
        # Enter in a field belongs to the field and presses no button.
        button.setAutoDefault(False)
        button.setProperty("place", "row")
        button.clicked.connect(act)
        self.addWidget(button)
        return button

    def show_message(self, message: str, severity: Severity = "") -> None:
        """Show a result or a problem in place of the message before; a problem can be copied with its details."""
        self._message.setText(plain(message, lines=True))
        widgets.set_severity(self._message, severity)
        self._copy.setVisible(severity == "bad" and bool(message))


def name_button(button: KeyButton, label: str) -> None:
    """Give a button another label, on the screen and for screen readers."""
    button.setText(widgets.button_text(label))
    button.setAccessibleName(plain(label))
    button.updateGeometry()


class ContextDialog(Dialog):
    """A dialog that runs operations: it shows their results, and asks before input is lost. Subclasses override."""

    def __init__(
        self,
        parent: QWidget | None,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        *,
        name: str,
        message_name: str,
        title: str = "",
    ) -> None:
        """Initialize with the button row, which the subclass lays out; `message_name` is its message's object name."""
        super().__init__(parent, theme, name, title)
        self._ctx = ctx
        self._tasks = tasks
        self._busy = False
        self._button_row = ButtonRow(theme, message_name, self.reject)

    def reject(self) -> None:
        """Close the dialog, but ask first where input would be lost."""
        unsaved = self._unsaved()
        if not unsaved:
            super().reject()
            return
        prompt(
            self,
            self._theme,
            "unsaved_dialog",
            text("unsaved.title"),
            (*(Line(line, "unsaved") for line in unsaved), Line(text("unsaved.means"), style="secondary")),
            (
                PromptButton("close_unsaved", text("unsaved.close"), super().reject),
                PromptButton("keep_editing", text("unsaved.keep_editing"), key="Esc", is_default=True),
            ),
        )

    def apply_changes(self, _changes: Changes) -> None:
        """Show what was saved here or at another station while the dialog is open; by default that is nothing."""

    def _unsaved(self) -> Sequence[str]:
        """Return a line for each input that is not saved."""
        return ()

    async def _reload(self) -> None:
        """Show what is stored now; called after a failure, for which another change may be the reason."""

    def _show_buttons(self) -> None:
        """Label and enable the buttons for what they can do now."""

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Show the problems of an input."""
        self._show_message("\n".join(dict.fromkeys(str(problem.sentence) for problem in problems)), "bad")

    def _begin(self, name: str, work: Coroutine[Any, Any, _T], done: Callable[[_T], object] | None = None) -> None:
        """Start a task, busy until it ends; then call `done` with its result, or close the dialog without one."""
        self._busy = True
        self._show_message("")
        self._show_buttons()
        self._tasks.spawn(name, self._finish(work, done))

    async def _finish(self, work: Awaitable[_T], done: Callable[[_T], object] | None) -> None:
        try:
            result = await work
        except ValidationFailed as refused:
            if self._closed:
                raise EnvironmentFailure(refused.message) from None
            await self._reload()
            if not self._closed:
                self._refuse(refused.problems)
            return
        except EnvironmentFailure as failure:
            if self._closed:
                raise
            self._show_message(str(failure.message), "bad")
            await self._reload()
            return
        finally:
            self._busy = False
            if not self._closed:
                self._show_buttons()
        if self._closed:
            return
        if done is None:
            self.accept()
        else:
            done(result)

    async def _preview(self, requests: Awaitable[Sequence[tuple[Connection, Request]]], if_none: str = "") -> None:
        """Show the requests as they would be sent, or the message `if_none`."""
        try:
            planned = await requests
        except ValidationFailed as refused:
            if not self._closed:
                self._refuse(refused.problems)
            return
        if self._closed:
            return
        if not planned:
            self._show_message(if_none)
            return
        updates = tuple(PlannedUpdate(connection, request, None) for connection, request in planned)
        dialog = PreviewDialog(self, self._theme, updates)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _show_message(self, message: str, severity: Severity = "") -> None:
        """Show a message beside the buttons."""
        if not self._closed:
            self._button_row.show_message(message, severity)


class OrderDialog(ContextDialog):
    """A dialog about one order, which is shown once it has been read and again when it has changed."""

    def __init__(
        self,
        parent: QWidget | None,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        order_id: int,
        *,
        name: str,
        part: str,
        title: Callable[[str], str],
    ) -> None:
        """Initialize without the order; object names start with `part`; `title` returns the title for a number."""
        super().__init__(parent, ctx, tasks, theme, name=name, message_name=f"{part}_message")
        self.order_id = order_id
        self._order: Order | None = None
        """None until it has been read, and after it was deleted."""
        self._title = title
        self._number = widgets.label("", "number")
        self._number.setObjectName(f"{part}_number")
        self._state: Badge | None = None

    def refresh(self) -> None:
        """Read the order again; input stays as far as the order still allows it."""
        # Work under way reloads by itself where it does not close the dialog.
        if not self._closed and not self._busy:
            self._tasks.spawn("read the order", self._reload())

    async def _show_sheet(self, sheet: OrderSheet) -> None:
        """Show an order; subclasses read more first. Raises `LookupError` where the order was deleted meanwhile."""
        self._show_order(sheet.order)

    async def _reload(self) -> None:
        try:
            sheet = await orders.sheet(self._ctx, self.order_id)
            if not self._closed:
                await self._show_sheet(sheet)
        except LookupError:
            if not self._closed:
                self._order = None
                self._show_message(text("order_editor.gone", key=key_name("F5")), "bad")
                self._show_buttons()

    def _show_order(self, order: Order) -> None:
        """Show an order's number and state."""
        self._order = order
        self.setWindowTitle(plain(self._title(order.number)))
        self._number.setText(plain(order.number))
        if self._state is not None:
            label, severity = strings.order_state(order.state)
            self._state.setText(label)
            widgets.set_severity(self._state, severity)
            self._state.show()

    def _head(self) -> QHBoxLayout:
        """Return a row with the order's number and state, and room at the right."""
        self._state = widgets.badge("", "quiet")
        self._state.hide()
        head = QHBoxLayout()
        head.setSpacing(self._theme.tokens.px(10))
        head.addWidget(self._number)
        head.addWidget(self._state)
        head.addStretch(1)
        return head
