"""Closing the window: asks where work would be left unfinished, and shows what the program still waits for."""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.shipping.ship import Unfinished, unfinished
from shipconsole.ui.kit.prompt import Line, Prompt, PromptButton, prompt
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import badge
from shipconsole.ui.order_editor.panel import OrderEditorPanel

if TYPE_CHECKING:
    from shipconsole.ui.window.main_window import MainWindow

COUNTDOWN_S = 0.2
CHECK_MAX_S = 2.0
"""How long a closing window checks for unfinished work at most."""
ORDERS_NAMED = 5


class ClosingQuestion(QObject):
    """Asks one question at a time; `close` is called when the window may close."""

    def __init__(
        self,
        window: QWidget,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        editor: OrderEditorPanel,
        close: Callable[[], None],
        *,
        is_demo: bool = False,
    ) -> None:
        """Initialize without a question."""
        super().__init__(window)
        self._window = window
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._editor = editor
        self._close = close
        self._is_demo = is_demo
        self._is_asking = False

    def ask(self) -> None:
        """Check whether work would be left unfinished, and ask where it would."""
        if not self._is_asking:
            self._is_asking = True
            self._tasks.spawn("check for unfinished work", self._ask())

    async def _ask(self) -> None:
        left = Unfinished()
        try:
            async with asyncio.timeout(CHECK_MAX_S):
                await self._editor.save_drafts()
                left = await unfinished(self._ctx)
        except (EnvironmentFailure, TimeoutError):
            # A database that does not respond must not keep the program open.
            pass
        finally:
            self._is_asking = False
        if left.packed or left.updates:
            ask_to_close(self._window, self._theme, left, self._close, is_demo=self._is_demo)
        else:
            self._close()


def ask_to_close(
    window: QWidget, theme: Theme, left: Unfinished, close: Callable[[], None], *, is_demo: bool = False
) -> Prompt:
    """Name the unfinished work, and call `close` if a person closes the window all the same; a demo keeps nothing."""
    lines = [text("close.order_packed", number=number, count=units) for number, units in left.packed[:ORDERS_NAMED]]
    if len(left.packed) > ORDERS_NAMED:
        lines.append(text("close.more_orders", count=len(left.packed) - ORDERS_NAMED))
    if is_demo:
        lines.append(text("close.demo_removed"))
    elif left.packed:
        lines.append(text("close.drafts_kept"))
    if left.updates and not is_demo:
        lines.append(text("close.updates_left", count=left.updates))
    return prompt(
        window,
        theme,
        "close_dialog",
        text("close.title"),
        [Line(line, "unfinished") for line in lines],
        (
            PromptButton("close_program", text("button.close"), close),
            PromptButton("keep_packing", text("close.keep_packing"), key="Esc", is_default=True),
        ),
    )


async def show_countdown(window: "MainWindow", in_flight: Callable[[], int], wait_s: float) -> None:
    """Disable the window, and show how many requests the program waits for before it ends, and how long at most."""
    window.top_bar.setEnabled(False)
    window.columns.setEnabled(False)
    until_s = time.monotonic() + wait_s
    shown = badge("", "wait", dot=True)
    shown.setObjectName("leaving")
    shown.setParent(window)
    while waiting := in_flight():
        left_s = max(1, round(until_s - time.monotonic()))
        shown.setText(text("closing.waiting", count=waiting, seconds=left_s))
        shown.adjustSize()
        shown.move((window.width() - shown.width()) // 2, window.top_bar.height() + window.theme.tokens.px(12))
        shown.show()
        shown.raise_()
        await asyncio.sleep(COUNTDOWN_S)
