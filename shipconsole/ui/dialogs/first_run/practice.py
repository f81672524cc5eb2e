"""A practice package in the demo: each code to scan is shown as a barcode, until the package is shipped."""

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.verdict import VerdictKind
from shipconsole.domain.verdict_queue import Step, VerdictQueue
from shipconsole.messages import text
from shipconsole.operations.orders import orders
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.barcode_view import BarcodeView
from shipconsole.ui.kit.dialog import Dialog
from shipconsole.ui.kit.layout import action, row, wrapped
from shipconsole.ui.kit.layout_items import clear

if TYPE_CHECKING:
    from shipconsole.operations.context import Context
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.ui.kit.theme import Theme
    from shipconsole.ui.window.scanner import ScanProcessor

ORDER = "10003"
"""A sample order of two items."""
LABEL = "9400111206206406260787"
SIZE_PX = (520, 276)
LOOK_EVERY_S = 0.5


class PracticeStep(NamedTuple):
    """A code to scan, and the id of the message that says why, with its arguments."""

    code: str
    message: str
    item: str = ""


class Practice:
    """The steps of one order, and how far it is."""

    def __init__(self, number: str, items: tuple[tuple[str, str, int], ...], prefix: str) -> None:
        """Plan the steps: the order, each unit of its items (SKU, name, units), the label, and shipping."""
        units = [(sku, name) for sku, name, count in items for _ in range(count)]
        self.steps = (
            PracticeStep(number, "practice.order"),
            *(PracticeStep(sku, "practice.item", name) for sku, name in units),
            PracticeStep(LABEL, "practice.label"),
            PracticeStep(f"{prefix}SHIP", "practice.ship"),
        )
        self.number = number
        self.position = 0
        self.is_shipped = False
        self._packed = 0
        self._total = len(units)

    @property
    def current(self) -> PracticeStep | None:
        """The step to do now, None once the package is shipped."""
        return None if self.is_shipped else self.steps[self.position]

    def take(self, queue: VerdictQueue) -> None:
        """Follow a verdict."""
        shown = queue.shown
        if shown.order_number == self.number and shown.kind in (VerdictKind.SHIPPED, VerdictKind.SHIPPED_ATTENTION):
            self.is_shipped = True
        elif queue.order_number != self.number:
            self.position, self._packed = 0, 0
        elif self.position == 0:
            self.position = 1
        elif shown.kind == VerdictKind.COMPLETE:
            self.position = 1 + self._total
        elif shown.kind == VerdictKind.GOOD and shown.label is not None and self.position == 1 + self._total:
            self.position = len(self.steps) - 1
        elif shown.kind == VerdictKind.GOOD and shown.label is None and self.position <= self._total:
            self._packed += 1
            self.position = min(1 + self._packed, self._total)


class PracticeDialog(Dialog):
    """Stays beside the window, which takes the scans. Signal: shipped(), once."""

    shipped = Signal()

    def __init__(self, parent: QWidget, ctx: "Context", tasks: "Tasks", theme: "Theme", scans: "ScanProcessor") -> None:
        """Read the order, and follow the window's scans."""
        super().__init__(parent, theme, "practice_dialog", text("practice.title"))
        self.setWindowFlag(Qt.WindowType.Tool)
        self.setModal(False)
        self._ctx = ctx
        self._prefix = scans.prefix
        self.practice: Practice | None = None
        """None until the order has been read."""
        px = theme.tokens.px
        self._count = widgets.label("", "secondary")
        self._title = widgets.label(text("practice.title"), "number")
        self._title.setObjectName("practice_step")
        self._title.setWordWrap(True)
        self._means = wrapped(text("practice.means"), "secondary", name="practice_means", selectable=True)
        self._place = QVBoxLayout()
        close = action("close", text("button.close"), self.reject, key="Esc")
        main = self._column(8)
        for label in (self._title, self._means):
            main.addWidget(label)
        main.addSpacing(px(6))
        main.addLayout(self._place)
        main.addStretch(1)
        main.addLayout(row(theme, self._count, 1, close))
        self._fit(SIZE_PX)
        # The window keeps the keyboard, and so Esc is pressed in it.
        self._window = parent.window()
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self._window)
        leave.activated.connect(self.reject)
        self.finished.connect(leave.deleteLater)
        scans.stepped.connect(self._on_stepped)
        tasks.spawn("read the practice order", self._read())

    def open(self) -> None:
        """Show it without taking the keyboard from the window, over the list of orders and below the items."""
        place = self._window.geometry()
        title_px = place.top() - self._window.frameGeometry().top()
        self.move(place.left(), place.bottom() - title_px - self.height())
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.show()

    async def _read(self) -> None:
        """Wait for the order, which the demo syncs as it starts."""
        while not self._closed:
            try:
                sheet = await orders.sheet(self._ctx, await orders.find(self._ctx, ORDER))
            except (LookupError, ValidationFailed):
                if not self._closed:
                    self._title.setText(text("practice.no_order"))
                await asyncio.sleep(LOOK_EVERY_S)
                continue
            if not self._closed:
                lines = sheet.order.lines
                items = tuple((line.sku, line.description or line.sku, line.left) for line in lines if line.left)
                self.practice = Practice(sheet.order.number, items, self._prefix)
                self._show()
            return

    def _on_stepped(self, step: Step) -> None:
        if self.practice is None or self._closed:
            return
        before = self.practice.current
        self.practice.take(step.queue)
        if self.practice.current is not before:
            self._show()
            if self.practice.is_shipped:
                self.shipped.emit()

    def _show(self) -> None:
        assert self.practice is not None
        clear(self._place)
        step = self.practice.current
        if step is None:
            self._count.setText("")
            self._title.setText(text("practice.shipped"))
            self._means.setText(text("practice.shipped_means"))
            return
        count, total = self.practice.position + 1, len(self.practice.steps)
        self._count.setText(text("first_run.step", number=count, total=total))
        names = {"item": step.item} if step.item else {}
        self._title.setText(plain(text(step.message, **names)))
        self._means.setText(text("practice.by_hand", code=step.code))
        code = BarcodeView(step.code, self._theme)
        code.setObjectName("practice_barcode")
        self._place.addWidget(code)
