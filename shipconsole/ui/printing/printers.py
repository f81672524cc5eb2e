"""Printers of this computer, and printing on them: in a thread, with a time limit, every failure as a sentence.

A printer may also be a folder, written ``folder:`` and its path: each document becomes a PDF file there.
"""

import asyncio
import atexit
import itertools
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

from PySide6.QtGui import QImage

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.printing.shipping_labels import ShippingLabel
from shipconsole.station.settings import Settings
from shipconsole.ui.printing import painter
from shipconsole.ui.printing.page import Page

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

P = ParamSpec("P")
T = TypeVar("T")

Kind = Literal["slip", "label", "report"]
FOLDER = "folder:"
WAIT_S = 60.0
_one_at_a_time = threading.Lock()
_numbers = itertools.count(1)


def printer_for(kind: Kind, settings: Settings) -> str:
    """Return the printer of the settings for a kind of document; empty for the system's default."""
    match kind:
        case "slip":
            return settings.slip_printer
        case "label":
            return settings.label_printer
        case _:
            return settings.report_printer


async def in_thread(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Await work that draws or talks to a printer, on a thread that keeps no program from ending."""
    done: Future[T] = Future()

    def run() -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            done.set_result(work(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            done.set_exception(error)

    threading.Thread(target=run, daemon=True, name="printing").start()
    return await asyncio.wrap_future(done)


async def names() -> tuple[str, ...]:
    """Return the names of the printers, the system's default first."""
    return await in_thread(_names)


async def print_pages(pages: Sequence[Page], printer: str, title: str, *, wait_s: float = WAIT_S) -> str:
    """Print pages on a printer, or on the default one; return the name of the printer.

    Raises `EnvironmentFailure` where there is no such printer, it takes no document, or it does not respond in time.
    """
    return await _in_time(_print, printer, wait_s, tuple(pages), printer, title)


async def print_label(label: ShippingLabel, printer: str, *, wait_s: float = WAIT_S) -> str | Path:
    """Print a platform's label; return the name of the printer, or the file that has to be opened instead.

    A picture is drawn here. Qt's essential parts draw no PDF, so that it is passed to the system's print command.
    """
    return await _in_time(_print_label, printer, wait_s, label, printer)


async def _in_time(work: Callable[P, T], printer: str, wait_s: float, /, *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        async with asyncio.timeout(wait_s):
            return await in_thread(work, *args, **kwargs)
    except TimeoutError:
        raise EnvironmentFailure(Message("printing.silent_printer", printer=printer or _default_words())) from None


def _default_words() -> Message:
    return Message("printing.default_printer")


def _names() -> tuple[str, ...]:
    # Loaded on the thread that prints: it takes a moment, and asks the system for its printers.
    from PySide6.QtPrintSupport import QPrinterInfo

    default = QPrinterInfo.defaultPrinterName()
    return tuple(sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != default, name.casefold())))


def _print(pages: Sequence[Page], name: str, title: str) -> str:
    if name.startswith(FOLDER):
        painter.save_pdf(pages, title, _file_in(name, title, "pdf"))
        return name
    if not _one_at_a_time.acquire(timeout=WAIT_S):
        raise EnvironmentFailure(Message("printing.silent_printer", printer=name or _default_words()))
    try:
        device = _printer(name)
        device.setDocName(title)
        painter.paint_on(device, pages)
        return device.printerName()
    finally:
        _one_at_a_time.release()


def _printer(name: str) -> "QPrinter":
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    known = QPrinterInfo.availablePrinterNames()
    if name and name not in known:
        raise EnvironmentFailure(Message("printing.no_such_printer", printer=name))
    info = QPrinterInfo.printerInfo(name) if name else QPrinterInfo.defaultPrinter()
    if info.isNull() and known and not name:
        info = QPrinterInfo.printerInfo(known[0])
    if info.isNull():
        raise EnvironmentFailure(Message("printing.no_printer"))
    device = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    # Positions count from the paper's edge; the pages keep their own margins.
    device.setFullPage(True)
    if not device.isValid():
        raise EnvironmentFailure(Message("printing.not_started"))
    return device


def _print_label(label: ShippingLabel, name: str) -> str | Path:
    if name.startswith(FOLDER):
        file = _file_in(name, "label", label.kind)
        _write(file, label.content)
        return name
    if label.kind == "png":
        return _print_picture(label.content, name)
    known = _names()
    if name and name not in known:
        raise EnvironmentFailure(Message("printing.no_such_printer", printer=name))
    try:
        file = Path(tempfile.mkdtemp(prefix="shipconsole-label-")) / "label.pdf"
    except OSError as error:
        raise EnvironmentFailure(Message("file.not_written", path="label.pdf", reason=str(error))) from error
    # It has a name and an address on it.
    remove = partial(shutil.rmtree, file.parent, ignore_errors=True)
    command = print_command(name, file) if known else None
    if command is None:
        # The viewer needs it for as long as the program runs.
        atexit.register(remove)
        _write(file, label.content)
        return file
    try:
        _write(file, label.content)
        _run(command)
    finally:
        remove()
    return name or known[0]


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=WAIT_S, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFailure(Message("printing.print_command_failed", reason=str(error))) from error
    if done.returncode:
        reason = done.stderr.strip().splitlines()
        raise EnvironmentFailure(
            Message("printing.print_command_failed", reason=reason[-1] if reason else str(done.returncode))
        )


def print_command(printer: str, file: Path) -> list[str] | None:
    """Return the system's command that prints a PDF file, None where there is none."""
    found = None if sys.platform == "win32" else shutil.which("lp")
    if found is None:
        return None
    return [found, *(["-d", printer] if printer else []), "-o", "fit-to-page", "--", str(file)]


def _print_picture(content: bytes, name: str) -> str:
    image = QImage.fromData(content)
    if image.isNull():
        raise EnvironmentFailure(Message("printing.label_not_pdf"))
    with _one_at_a_time:
        device = _printer(name)
        painter.paint_picture(device, image)
        return device.printerName()


def _file_in(name: str, title: str, ending: str) -> Path:
    folder = Path(name.removeprefix(FOLDER)).expanduser()
    if not folder.is_dir():
        raise EnvironmentFailure(Message("printing.no_such_folder", folder=str(folder)))
    stem = re.sub(r"[^\w.-]+", "-", title).strip("-.")[:80] or "document"
    while (file := folder / f"{stem}-{next(_numbers)}.{ending}").exists():
        continue
    return file


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EnvironmentFailure(Message("file.not_written", path=str(file), reason=reason)) from error
