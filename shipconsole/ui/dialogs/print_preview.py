"""The preview of documents: page by page, printed on the printer of their kind or another, or saved as a PDF file."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ENTER, ContextDialog
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.layout import MIDDLE, action, row
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.printing import printers
from shipconsole.ui.printing.page import Page
from shipconsole.ui.printing.page_view import PageView

if TYPE_CHECKING:
    from shipconsole.ui.printing.jobs import Job, Printing

SIZE_PX = (860, 780)


class PrintPreviewDialog(ContextDialog):
    """Shows documents once they have been prepared. Opened with `open()`."""

    def __init__(
        self,
        parent: QWidget | None,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        printing: "Printing",
        prepare: "Callable[[], Awaitable[Job]]",
    ) -> None:
        """Begin to prepare them."""
        super().__init__(parent, ctx, tasks, theme, name="print_preview_dialog", message_name="print_preview_message")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._printing = printing
        self._job: Job | None = None
        self._lay_out()
        self._fit(SIZE_PX)
        self._make_keys({ENTER: self.print, "Ctrl+P": self.print, "Ctrl+S": self._on_save_clicked})
        self._show_buttons()
        self._begin("prepare pages", self._prepare(prepare), self._show)
        self._show_message(text("print_preview.preparing"))

    @property
    def is_ready(self) -> bool:
        """Whether the pages are there."""
        return self._job is not None

    def print(self) -> None:
        """Print all pages on the chosen printer, and close the dialog once they are on their way."""
        if self._busy or self._job is None or not self.view.pages:
            return
        kind, title = self._job.kind, self._job.title
        name = str(self.printer.currentData())
        self._begin("print", self._printing.print_pages(kind, title, self.view.pages, name), self._on_printed)
        self._show_message(text("print_preview.printing"))

    def save_to(self, path: str) -> None:
        """Write all pages as a PDF file."""
        if path and self._job is not None and not self._busy:
            save = self._printing.save_pdf(self._job.title, self.view.pages, Path(path))
            self._begin("save a PDF file", save, lambda _: self._show_message(text("print_preview.saved", file=path)))

    async def _prepare(
        self, prepare: "Callable[[], Awaitable[Job]]"
    ) -> "tuple[Job, tuple[Page, ...], tuple[str, ...], str]":
        job = await prepare()
        pages = await self._printing.pages(job.documents)
        chosen = await self._printing.settings()
        try:
            known = await printers.names()
        except (EnvironmentFailure, ValidationFailed):
            known = ()
        return job, pages, known, printers.printer_for(job.kind, chosen)

    def _show(self, prepared: "tuple[Job, tuple[Page, ...], tuple[str, ...], str]") -> None:
        self._job, pages, known, printer = prepared
        self.setWindowTitle(plain(text("print_preview.title", title=self._job.title)))
        self._title.set_text(self._job.title)
        self.printer.addItem(text("printing.default_printer"), "")
        chosen = [printer] if printer and printer not in known else []
        for name in (*chosen, *known):
            self.printer.addItem(plain(name), name)
        self.printer.setCurrentIndex(max(0, self.printer.findData(printer)))
        self.view.set_pages(pages)
        self._show_message(self._job.problem, "wait")
        self._show_buttons()
        self._print_button.setFocus()

    def _on_printed(self, message: str) -> None:
        self._printing.printed.emit(message)
        self.accept()

    def _on_turned(self, position: int) -> None:
        count = len(self.view.pages)
        self._page.setText(text("print_preview.page", page=position + 1, count=count))
        self._previous.setEnabled(position > 0)
        self._next.setEnabled(position + 1 < count)

    def _show_buttons(self) -> None:
        can_print = self._job is not None and bool(self.view.pages) and not self._busy
        for widget in (self._print_button, self._save_button, self.printer):
            widget.setEnabled(can_print)

    def _on_save_clicked(self) -> None:
        if self._job is None:
            return
        dialog = QFileDialog(self, text("print_preview.save_title"), QDir.homePath(), text("print_preview.pdf_files"))
        dialog.setObjectName("pdf_file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(f"{self._job.title.replace('/', '-')}.pdf")
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def _lay_out(self) -> None:
        theme = self._theme
        self._title = widgets.Elided("", "number")
        self._title.setObjectName("print_preview_title")
        self.view = PageView(theme, self._tasks, "print_preview_page", text("print_preview.pages"))
        self.view.turned.connect(self._on_turned)
        self._page = widgets.label("", "secondary")
        self._page.setObjectName("print_preview_position")
        self._previous = action("previous_page", "‹", lambda: self.view.turn_to(self.view.position - 1))
        self._next = action("next_page", "›", lambda: self.view.turn_to(self.view.position + 1))
        for button, name in ((self._previous, "print_preview.previous"), (self._next, "print_preview.next")):
            button.setAccessibleName(text(name))
            widgets.set_tooltip(button, text(name))
            button.setEnabled(False)
            button.setMinimumWidth(self._theme.tokens.px(36))
        self.printer = Choice()
        self.printer.setObjectName("printer")
        self.printer.setAccessibleName(text("print_preview.printer"))
        self.printer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.printer.setMinimumContentsLength(18)
        title = widgets.label(text("print_preview.printer"), "field")
        title.setBuddy(self.printer)
        self._save_button = self._button_row.add(
            "save_pdf", text("print_preview.save"), self._on_save_clicked, "Ctrl+S"
        )
        self._print_button = self._button_row.add(
            "print", text("print_preview.print"), self.print, ENTER, kind="primary"
        )
        main = self._column(10)
        main.addLayout(row(theme, (self._title, 1), self._previous, self._page, self._next, spacing=8))
        main.addWidget(self.view, 1)
        main.addLayout(row(theme, (title, 0, MIDDLE), (self.printer, 1), spacing=8))
        main.addLayout(self._button_row)
