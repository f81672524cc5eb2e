"""What the window prints: slips by key, by command code and at shipping, labels, lists and reports with a preview."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.printing import hand_overs, sheets, shipping_labels, slips
from shipconsole.operations.printing.documents import Document
from shipconsole.station import settings as stored_settings
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.printing import painter, printers
from shipconsole.ui.printing.layouts import pages_of
from shipconsole.ui.printing.page import Page, chosen_paper
from shipconsole.ui.printing.printers import Kind

if TYPE_CHECKING:
    from shipconsole.ui.dialogs.print_preview import PrintPreviewDialog

SILENT_EVERY_MS = 60_000
_log = logging.getLogger(__name__)


class Job(NamedTuple):
    """Documents to print: of one kind, under a title; `problem` is what a person should know about them."""

    kind: Kind
    title: str
    documents: tuple[Document, ...]
    problem: str = ""


class Printing(QObject):
    """Prints for one window, without ever waiting for a printer.

    Signals: failed(text), for each document that was not printed or not as wished; printed(text), for one that was;
    silent_counted(int), how many packages were handed over and have no carrier scan.
    """

    failed = Signal(str)
    printed = Signal(str)
    silent_counted = Signal(int)

    def __init__(self, window: QWidget, ctx: Context, tasks: Tasks, theme: Theme, profile: Profile) -> None:
        """Begin without a shipment; the settings are read each time, since they may change meanwhile."""
        super().__init__(window)
        self._window = window
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._profile = profile
        self._last_shipment: int | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(SILENT_EVERY_MS)
        self._timer.timeout.connect(self.count_silent)

    async def settings(self) -> Settings:
        """Return the settings as they are now."""
        return (await asyncio.to_thread(stored_settings.load, self._profile)).settings

    # Slips

    def on_shipped(self, shipment_id: int) -> None:
        """Remember a shipment, and print its slips where the settings say so. The next scan does not wait for it."""
        self._last_shipment = shipment_id
        self._spawn("print the slips of a shipment", self._print_if_wished(shipment_id))

    def print_slip(self, order_id: int | None) -> None:
        """Print the slips of the open order's last shipment, or of the last one here, without a dialog."""
        self._spawn("print a packing slip", self._print_slip(order_id))

    def preview_slip(self, order_id: int | None) -> None:
        """Show the slips of the open order's last shipment, or of the last one here."""
        self._preview(lambda: self._slip_job(order_id))

    def preview_slips(self, order_ids: Sequence[int]) -> None:
        """Show the slips of several orders' last shipments; orders that have not shipped have none."""
        self._preview(lambda: self._slips_job(order_ids))

    def preview_labels(self, order_id: int | None) -> None:
        """Show the text labels for the boxes of the open order's last shipment, or of the last one here."""
        self._preview(lambda: self._labels_job(order_id))

    def preview_badges(self, packers: Sequence[tuple[str, str]]) -> None:
        """Show the badges of packers, given by name and badge id."""

        async def prepare() -> Job:
            sheet = sheets.badge_sheet(await self.settings(), packers)
            return Job("report", text("printing.badges"), (sheet,))

        self._preview(prepare)

    def preview(self, kind: Kind, title: str, documents: Sequence[Document]) -> "PrintPreviewDialog":
        """Show some documents."""

        async def prepare() -> Job:
            return Job(kind, title, tuple(documents))

        return self._preview(prepare)

    # Documents

    async def pages(self, documents: Sequence[Document]) -> tuple[Page, ...]:
        """Return the pages of documents on the paper of the settings."""
        chosen = await self.settings()
        return await printers.in_thread(pages_of, tuple(documents), chosen_paper(chosen.paper))

    async def print_pages(self, kind: Kind, title: str, pages: Sequence[Page], printer: str | None = None) -> str:
        """Print pages on a printer, by default on the one of the settings for their kind; return what to say."""
        name = printers.printer_for(kind, await self.settings()) if printer is None else printer
        used = await printers.print_pages(pages, name, title)
        return text("printing.sent", count=len(pages), printer=used)

    async def save_pdf(self, title: str, pages: Sequence[Page], file: Path) -> None:
        """Write pages as a PDF file."""
        await printers.in_thread(painter.save_pdf, tuple(pages), title, file)

    # Labels that a platform gives

    def print_shipping_label(self, address: str, say: Callable[[str, bool], object] | None = None) -> None:
        """Download a label at a checked address and print it; `say` gets each message and whether it is a problem."""
        self._spawn("print a shipping label", self._print_shipping_label(address, say or self._say))

    # Handed over, never scanned

    def begin_counting(self) -> None:
        """Count the packages that were handed over and not scanned, now and then."""
        self._timer.start()
        self.count_silent()

    def count_silent(self) -> None:
        """Count them now."""
        self._tasks.spawn("count packages without a scan", self._count_silent())

    async def _count_silent(self) -> None:
        chosen = await self.settings()
        self.silent_counted.emit(await hand_overs.count_silent(self._ctx, chosen.handed_over_silent_h))

    async def _print_if_wished(self, shipment_id: int) -> None:
        chosen = await self.settings()
        if chosen.print_slip_when_shipped:
            found = await slips.of_shipments(self._ctx, chosen, (shipment_id,))
            await self._print(_slip_job(found), chosen)

    async def _print_slip(self, order_id: int | None) -> None:
        await self._print(await self._slip_job(order_id), await self.settings())

    async def _print(self, job: Job, chosen: Settings) -> None:
        pages = await printers.in_thread(pages_of, job.documents, chosen_paper(chosen.paper))
        if pages:
            self.printed.emit(await self.print_pages(job.kind, job.title, pages))
        if job.problem:
            self.failed.emit(job.problem)

    async def _shipment(self, order_id: int | None) -> tuple[int, ...]:
        """Return the shipment that is meant: the open order's last one, else the last one here."""
        if order_id is not None:
            last = await slips.last_shipment(self._ctx, order_id)
            if last is not None:
                return (last,)
        if self._last_shipment is None:
            message = Message("printing.no_order_yet")
            if order_id is not None:
                message = Message("printing.nothing_shipped", count=1)
            raise ValidationFailed(Problem(("order",), message))
        return (self._last_shipment,)

    async def _slip_job(self, order_id: int | None) -> Job:
        chosen = await self.settings()
        return _slip_job(await slips.of_shipments(self._ctx, chosen, await self._shipment(order_id)))

    async def _slips_job(self, order_ids: Sequence[int]) -> Job:
        return _slip_job(await slips.of_orders(self._ctx, await self.settings(), order_ids))

    async def _labels_job(self, order_id: int | None) -> Job:
        (shipment_id,) = await self._shipment(order_id)
        labels = await slips.labels_of(self._ctx, shipment_id)
        number = labels[0].order_number if labels else ""
        return Job("label", text("printing.label_of", number=number), labels)

    async def _print_shipping_label(self, address: str, say: Callable[[str, bool], object]) -> None:
        say(text("shipping_label.fetching"), False)
        try:
            label = await shipping_labels.fetch(self._ctx, address)
            name = printers.printer_for("label", await self.settings())
            done = await printers.print_label(label, name)
        except EnvironmentFailure as failure:
            say(str(failure.message), True)
            return
        if not isinstance(done, Path):
            say(text("shipping_label.sent", printer=done), False)
        elif QDesktopServices.openUrl(QUrl.fromLocalFile(str(done))):
            say(text("printing.opened_instead"), False)
        else:
            say(text("printing.not_opened"), True)

    def _say(self, message: str, is_problem: bool) -> None:
        (self.failed if is_problem else self.printed).emit(message)

    def _preview(self, prepare: Callable[[], Awaitable[Job]]) -> "PrintPreviewDialog":
        from shipconsole.ui.dialogs.print_preview import PrintPreviewDialog

        parent = self._window
        modal = [child for child in parent.findChildren(QDialog) if child.isVisible()]
        dialog = PrintPreviewDialog(modal[-1] if modal else parent, self._ctx, self._tasks, self._theme, self, prepare)
        dialog.open()
        return dialog

    def _spawn(self, name: str, work: "Awaitable[None]") -> None:
        self._tasks.spawn(name, self._guarded(work))

    async def _guarded(self, work: Awaitable[None]) -> None:
        """Say what went wrong; nothing else in the window waits for paper."""
        try:
            await work
        except EnvironmentFailure as failure:
            self.failed.emit(text("printing.failed", reason=str(failure.message)))
        except ValidationFailed as refused:
            self.failed.emit(" ".join(str(problem.sentence) for problem in refused.problems))


def _slip_job(found: slips.Slips) -> Job:
    numbers = dict.fromkeys(slip.order_number for slip in found.slips)
    title = f"{text('printing.slip')} {', '.join(numbers)}"
    return Job("slip", title, found.slips, str(found.problem))
