"""What a packer is told where a draft was not saved: another station packs the order, or has packed it since."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from shipconsole.domain.draft import ShipmentDraft
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.ui.kit.prompt import Line, PromptButton, prompt
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.drafts import DraftSaver, NotSaved


class DraftQuestions(QObject):
    """Asks which draft is used, one order after the other; nothing is thrown away by itself.

    Signal: packed_elsewhere(text), where the order is packed at another station now and nothing is to be decided.
    """

    packed_elsewhere = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        drafts: DraftSaver,
        reload: Callable[[int], None],
    ) -> None:
        """Ask about what `drafts` could not save; `reload` shows an order's stored draft where the order is open."""
        super().__init__(parent)
        self._parent, self._ctx, self._tasks, self._theme = parent, ctx, tasks, theme
        self._drafts, self._reload = drafts, reload
        self._waiting: dict[int, NotSaved] = {}
        self._is_asking = False
        drafts.not_saved.connect(self.tell)

    def tell(self, found: NotSaved) -> None:
        """Say that a draft was not saved, and ask where it was typed while the other station could not be seen."""
        if found.is_packing and not found.is_kept:
            self.packed_elsewhere.emit(text("draft.packed_elsewhere", station=found.station))
            return
        if found.is_kept:
            self._drafts.undecided.add(found.order_id)
        # What was typed last counts.
        self._waiting[found.order_id] = found
        self._ask_next()

    def _ask_next(self) -> None:
        if not self._is_asking and self._waiting:
            self._is_asking = True
            self._tasks.spawn("ask about a draft", self._ask(next(iter(self._waiting))))

    async def _ask(self, order_id: int) -> None:
        try:
            sheet = await orders.sheet(self._ctx, order_id)
        except LookupError:
            self._drafts.forget(order_id)
            self._done(order_id)
            return
        except Exception:
            self._is_asking = False
            raise
        found = self._waiting[order_id]
        lines = [
            Line(text("draft.packed_since", station=found.station, number=sheet.order.number)),
            Line(_described("draft.theirs", sheet.draft or ShipmentDraft(), found.station), "theirs"),
            Line(_described("draft.ours", found.draft, self._ctx.station), "ours"),
        ]
        if found.is_kept:
            lines.append(Line(text("draft.kept_until"), style="secondary"))
        prompt(
            self._parent,
            self._theme,
            "draft_question",
            text("draft.title"),
            lines,
            (
                PromptButton("later", text("draft.later"), partial(self._done, order_id), key="Esc"),
                PromptButton("use_theirs", text("draft.use_theirs"), partial(self._use_theirs, order_id)),
                PromptButton("use_ours", text("draft.use_ours"), partial(self._use_ours, order_id)),
            ),
        )

    def _use_theirs(self, order_id: int) -> None:
        self._drafts.forget(order_id)
        self._reload(order_id)
        self._done(order_id)

    def _use_ours(self, order_id: int) -> None:
        self._tasks.spawn("save the draft", self._save_ours(order_id, self._waiting[order_id].draft))

    async def _save_ours(self, order_id: int, draft: ShipmentDraft) -> None:
        try:
            await self._drafts.save_over(order_id, draft)
            self._reload(order_id)
        finally:
            self._done(order_id)

    def _done(self, order_id: int) -> None:
        self._waiting.pop(order_id, None)
        self._is_asking = False
        self._ask_next()


def _described(message: str, draft: ShipmentDraft, station: str) -> str:
    numbers = [package.tracking_number.strip() for package in draft.packages if package.tracking_number.strip()]
    units = sum(sum(package.quantities.values()) for package in draft.packages)
    described = text(message, station=station, count=units)
    return f"{described} {text('draft.labels', numbers=tuple(numbers))}" if numbers else described
