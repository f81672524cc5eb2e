"""Calls of the open order that need a person: announced while no field stands for them, and settled on its word."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from shipconsole.domain.call import NEEDS_ATTENTION, CallState
from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.outbox import resolve
from shipconsole.operations.outbox.resolve import Decision
from shipconsole.operations.worker import Call
from shipconsole.ui.kit import strings
from shipconsole.ui.kit.prompt import ask_reason
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.call_troubles import unmarked

ARRIVAL_NOT_KNOWN: tuple[CallState, ...] = ("unknown", "needs_attention", "dead")


class CallsByHand(QObject):
    """The calls of the order that is seen.

    Signals: troubled(call id, problem) for a call that needs a person, over(call id) when it no longer does,
    decided() after a person's word was kept, refused(a tuple of problems) where it could not be.
    """

    troubled = Signal(int, object)
    over = Signal(int)
    decided = Signal()
    refused = Signal(object)

    def __init__(self, window: QWidget, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Ask over that window; begin without calls."""
        super().__init__(window)
        self._window = window
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._calls: Sequence[Call] = ()
        self._announced: dict[int, CallState] = {}

    def show_sheet(self, sheet: OrderSheet) -> None:
        """Say, once for each state, what a call needs a person for and no field stands for."""
        self._calls = sheet.calls
        for call in sheet.calls:
            if call.state not in NEEDS_ATTENTION and self._announced.pop(call.id, None) is not None:
                self.over.emit(call.id)
        for call_id, problem in unmarked(sheet, self._announced).items():
            if problem is not None:
                self.troubled.emit(call_id, problem)
        self._announced |= {call.id: call.state for call in sheet.calls if call.state in NEEDS_ATTENTION}

    def tell_again(self, call_id: int) -> None:
        """Have a call told again; a person says why where the platform may have heard it already."""
        call = self._call(call_id)
        if call is not None and call.state in ARRIVAL_NOT_KNOWN:
            self._ask_why(call_id, "retry", text("button.retry"), strings.retry_meaning(call.connection))
        elif call is not None:
            self._on_why_told(call_id, "retry", Message("order_editor.retried"))

    def mark_confirmed(self, call_id: int) -> None:
        """Take a call for told."""
        call = self._call(call_id)
        if call is not None:
            explained = strings.mark_confirmed_meaning(call.connection)
            self._ask_why(call_id, "mark_confirmed", text("button.mark_confirmed"), explained)

    def discard(self, call_id: int) -> None:
        """Have nobody told."""
        call = self._call(call_id)
        if call is not None:
            self._ask_why(call_id, "discard", text("button.discard"), strings.discard_meaning(call.connection))

    async def _settle(self, call_id: int, decision: Decision, why: str | Message) -> None:
        try:
            await resolve.resolve_update(self._ctx, call_id, decision, why)
        except ValidationFailed as refused:
            self.refused.emit(refused.problems)
        self.decided.emit()

    def _call(self, call_id: int) -> Call | None:
        return next((call for call in self._calls if call.id == call_id), None)

    def _ask_why(self, call_id: int, decision: Decision, title: str, explained: str) -> None:
        ask = ask_reason(self._window, self._theme, title, explained)
        ask.answered.connect(partial(self._on_why_told, call_id, decision))
        ask.open()

    def _on_why_told(self, call_id: int, decision: Decision, why: str | Message) -> None:
        self._tasks.spawn("settle a call", self._settle(call_id, decision, why))
