"""Connects what the window prints with its order, its scans, and its banner."""

from PySide6.QtCore import QObject

from shipconsole.domain.problem import ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.printing import sheets
from shipconsole.ui.kit.live_settings import LiveSettings
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.printing.jobs import Printing
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.main_window import MainWindow

TOPIC = "printing"
"""The topic of the banner's message about what was not printed; the next document that is printed ends it."""


class WindowPaper(QObject):
    """The window's documents. Raises `RuntimeError` for a window without a context."""

    def __init__(self, window: MainWindow, theme: Theme, live: LiveSettings) -> None:
        """Begin without documents."""
        super().__init__(window)
        if window.ctx is None or window.tasks is None:
            raise RuntimeError("the window has no context yet")
        self._window = window
        self._live = live
        self.printing = Printing(window, window.ctx, window.tasks, theme, live.profile)
        self.printing.failed.connect(lambda message: window.banner.show_message(BannerMessage(message, topic=TOPIC)))
        self.printing.printed.connect(lambda _: window.banner.settle(TOPIC))

    def start(self) -> None:
        """Print slips by command code and at shipping, and labels on request; count what no carrier has scanned."""
        window = self._window
        window.editor.shipped.connect(self.printing.on_shipped)
        window.editor.slip_requested.connect(self.printing.preview_slip)
        window.scans.slip_requested.connect(lambda: self.printing.print_slip(window.editor.order_id))
        window.tracking.print_label_requested.connect(self.printing.print_shipping_label)
        if window.order_list.actions_on_orders is not None:
            window.order_list.actions_on_orders.slips_requested.connect(self.printing.preview_slips)
        self.printing.begin_counting()

    def show_slip(self) -> None:
        """Show the slips of the open order's last shipment, or of the last one here."""
        self.printing.preview_slip(self._window.editor.order_id)

    def show_label(self) -> None:
        """Show the text labels of the same shipment."""
        self.printing.preview_labels(self._window.editor.order_id)

    def show_command_sheet(self) -> None:
        """Show the command barcodes of this station."""
        try:
            sheet = sheets.command_sheet(self._live.settings)
        except ValidationFailed as refused:
            self.printing.failed.emit(" ".join(str(problem.sentence) for problem in refused.problems))
            return
        self.printing.preview("report", text("printing.command_sheet"), (sheet,))
