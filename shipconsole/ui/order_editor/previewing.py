"""What would be sent if the draft shipped now, found anew after each change; and the messages themselves, on demand."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations import before_sending
from shipconsole.operations.context import Context
from shipconsole.operations.shipping import ship
from shipconsole.operations.shipping.ship import PlannedUpdate
from shipconsole.ui.kit.preview import PreviewDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.draft_keeper import once

PREVIEW_AFTER_MS = 80


class Previewing(QObject):
    """`told` is what the draft would send, `refused` what it, or the last try to ship, was refused for.

    Signals: found() after each look; refused_now(a tuple of problems) for messages that were asked for; gone() where
    the order is part of another.
    """

    found = Signal()
    refused_now = Signal(object)
    gone = Signal()

    def __init__(
        self,
        window: QWidget,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        draft: Callable[[], tuple[int, ShipmentDraft] | None],
    ) -> None:
        """Ask `draft` for the order's id and what would ship; None while nothing could."""
        super().__init__(window)
        self._window = window
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._draft = draft
        self.told: tuple[PlannedUpdate, ...] = ()
        self.refused: tuple[Problem, ...] = ()
        self._read_of: int | None = None
        """The order that was read once more since it was opened."""
        self._generation = 0
        """Grows with every change of the draft; an answer for an older one is not shown."""
        self._timer = once(self, PREVIEW_AFTER_MS, self._on_due)

    def forget(self) -> None:
        """Let what was found be over: the draft is another one."""
        self._generation += 1
        self.told, self.refused = (), ()

    def begin(self) -> None:
        """Let what was found be over, and read the next order once more when something of it would be sent."""
        self.forget()
        self.pause()
        self._read_of = None

    def soon(self) -> None:
        """Look after a moment."""
        self._timer.start()

    def pause(self) -> None:
        """Look no more by itself."""
        self._timer.stop()

    def show_messages(self, order_id: int, draft: ShipmentDraft) -> None:
        """Show each message as it would leave."""
        self._tasks.spawn("show the messages", self._show_messages(order_id, draft))

    def _on_due(self) -> None:
        now = self._draft()
        if now is not None:
            self._tasks.spawn("preview", self._preview(*now, self._generation))

    async def _preview(self, order_id: int, draft: ShipmentDraft, generation: int) -> None:
        told: tuple[PlannedUpdate, ...] = ()
        refused: tuple[Problem, ...] = ()
        try:
            told = await ship.preview(self._ctx, order_id, draft)
        except ValidationFailed as why:
            refused = why.problems
        except LookupError:
            # The look at the store that follows the change opens what it became part of.
            return
        if generation == self._generation:
            self.told, self.refused = told, refused
            self.found.emit()
        if told and self._read_of != order_id:
            self._read_of = order_id
            if await before_sending.read_once_more(self._ctx, order_id):
                self.soon()

    async def _show_messages(self, order_id: int, draft: ShipmentDraft) -> None:
        try:
            told = await ship.preview(self._ctx, order_id, draft)
        except ValidationFailed as refused:
            self.refused_now.emit(refused.problems)
            return
        except LookupError:
            self.gone.emit()
            return
        dialog = PreviewDialog(self._window, self._theme, told)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
