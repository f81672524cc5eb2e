"""Closing the window: asks where work would be left unfinished, and says for what the program still waits."""

import asyncio
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.shipping.ship import Unfinished, unfinished
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme, badge
from shipconsole.ui.order_editor.panel import OrderEditorPanel
from shipconsole.ui.window.close_dialog import CloseDialog

LEAVING_EVERY_S = 0.2
LOOK_MOST_S = 2.0
"""How long a closing window looks for what is unfinished."""


class ClosingQuestion(QObject):
    """Asked once at a time; `close` is done when the window may close."""

    def __init__(
        self,
        window: QWidget,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        editor: OrderEditorPanel,
        close: Callable[[], None],
    ) -> None:
        """Ask nothing yet."""
        super().__init__(window)
        self._window = window
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._editor = editor
        self._close = close
        self._is_asking = False

    def ask(self) -> None:
        """Look whether work would be left unfinished, and ask where it would."""
        if not self._is_asking:
            self._is_asking = True
            self._tasks.spawn("look what is unfinished", self._ask())

    async def _ask(self) -> None:
        left = Unfinished()
        try:
            async with asyncio.timeout(LOOK_MOST_S):
                await self._editor.save_drafts()
                left = await unfinished(self._ctx)
        except (EnvironmentFailure, TimeoutError):
            # A database that does not answer keeps nobody in the program.
            pass
        finally:
            self._is_asking = False
        if not (left.packed or left.updates):
            self._close()
            return
        dialog = CloseDialog(self._window, self._theme, left)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._close)
        dialog.open()


async def say_leaving(window: QWidget, theme: Theme, top: int, in_flight: Callable[[], int], wait_s: float) -> None:
    """Say below `top` for what the program waits before it ends, and for how long at most."""
    until_s = time.monotonic() + wait_s
    said = badge("", "wait", dot=True)
    said.setObjectName("leaving")
    said.setParent(window)
    while waiting := in_flight():
        left_s = max(1, round(until_s - time.monotonic()))
        said.setText(text("closing.waiting", count=waiting, seconds=left_s))
        said.adjustSize()
        said.move((window.width() - said.width()) // 2, top + theme.tokens.px(12))
        said.show()
        said.raise_()
        await asyncio.sleep(LEAVING_EVERY_S)
