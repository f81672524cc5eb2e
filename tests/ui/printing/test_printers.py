"""Printing on printers and into folders: what is missing is a sentence, and no wait is endless."""

import stat
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.printing import sheets
from shipconsole.operations.printing.shipping_labels import ShippingLabel
from shipconsole.station.settings import Settings
from shipconsole.ui.printing import painter, printers
from shipconsole.ui.printing.layouts import pages_of
from shipconsole.ui.printing.page import A4, Page
from tests.support import pdf
from tests.support.pdf import codes_in
from tests.ui.printing.documents import slip_of

pytestmark = pytest.mark.usefixtures("qapp")
MISSING = "No such printer 4711"


def pages() -> tuple[Page, ...]:
    return pages_of((slip_of(),), A4)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def picture_of(page: Page) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert painter.as_image(page, 150).save(buffer, "PNG")
    return bytes(content.data())


async def test_a_folder_takes_each_document_as_a_file_of_its_own(tmp_path: Path) -> None:
    name = f"folder:{tmp_path}"
    for _ in range(2):
        assert await printers.print_pages(pages(), name, "Packing slip 10016/7") == name
    found = files(tmp_path)
    assert len(found) == 2
    assert all(file.name.startswith("Packing-slip-10016-7-") and file.suffix == ".pdf" for file in found)
    assert [pdf.read(file.read_bytes())[0].codes() for file in found] == [["10016"], ["10016"]]


async def test_a_missing_printer_and_a_missing_folder_are_said(tmp_path: Path) -> None:
    no_folder = f"folder:{tmp_path}/none"
    for name, message in ((MISSING, "printing.no_such_printer"), (no_folder, "printing.no_such_folder")):
        with pytest.raises(EnvironmentFailure) as failed:
            await printers.print_pages(pages(), name, "slip")
        assert failed.value.message.id == message
        assert files(tmp_path) == []


async def test_a_printer_that_does_not_respond_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hold, began = threading.Event(), threading.Event()

    def hang(*_: object) -> None:
        began.set()
        hold.wait()

    monkeypatch.setattr(painter, "save_pdf", hang)
    with pytest.raises(EnvironmentFailure) as failed:
        await printers.print_pages(pages(), f"folder:{tmp_path}", "slip", wait_s=0.05)
    assert failed.value.message.id == "printing.silent_printer"
    assert began.wait(60)
    hold.set()


async def test_a_file_that_can_not_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure) as failed:
        await printers.in_thread(painter.save_pdf, pages(), "slip", tmp_path / "none" / "slip.pdf")
    assert failed.value.message.id == "file.not_written"
    assert files(tmp_path) == []


async def test_a_label_is_put_into_the_folder_as_it_came(tmp_path: Path) -> None:
    (page,) = pages_of((sheets.command_sheet(Settings()),), A4)
    content = picture_of(page)
    await printers.print_label(ShippingLabel(kind="png", content=content), f"folder:{tmp_path}")
    await printers.print_label(ShippingLabel(kind="pdf", content=b"%PDF-1.7"), f"folder:{tmp_path}")
    found = {file.suffix: file.read_bytes() for file in files(tmp_path)}
    assert found == {".png": content, ".pdf": b"%PDF-1.7"}
    assert len(codes_in(QImage.fromData(content))) == len(sheets.command_sheet(Settings()).codes)


async def test_a_pdf_label_is_opened_where_no_printer_can_take_it() -> None:
    done = await printers.print_label(ShippingLabel(kind="pdf", content=b"%PDF-1.7 label"), "")
    assert isinstance(done, Path)
    assert done.read_bytes() == b"%PDF-1.7 label"
    assert stat.S_IMODE(done.parent.stat().st_mode) == 0o700
    done.unlink()
    done.parent.rmdir()


@pytest.mark.parametrize("program", ["#!/bin/sh\necho 'no paper' >&2\nexit 1\n", "no program\0"])
async def test_a_label_that_the_print_command_does_not_take_is_told_and_stays_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    command = tmp_path / "lp"
    command.write_text(program)
    command.chmod(0o755)
    folders: list[Path] = []

    def with_file(_printer: str, file: Path) -> list[str]:
        folders.append(file.parent)
        return [str(command), str(file)]

    monkeypatch.setattr(printers, "_names", lambda: ("Zebra",))
    monkeypatch.setattr(printers, "print_command", with_file)
    with pytest.raises(EnvironmentFailure) as failed:
        await printers.print_label(ShippingLabel(kind="pdf", content=b"%PDF-1.7 label"), "Zebra")
    assert failed.value.message.id == "printing.print_command_failed"
    assert [folder.exists() for folder in folders] == [False]


async def test_a_broken_picture_is_no_label() -> None:
    with pytest.raises(EnvironmentFailure) as failed:
        await printers.print_label(ShippingLabel(kind="png", content=b"\x89PNG\r\n\x1a\nbroken"), "")
    assert failed.value.message.id == "printing.label_not_pdf"


def test_a_picture_keeps_its_bars_on_paper(tmp_path: Path) -> None:
    from PySide6.QtPrintSupport import QPrinter

    (page,) = pages_of((slip_of(),), A4)
    device = QPrinter(QPrinter.PrinterMode.HighResolution)
    device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    device.setOutputFileName(str(tmp_path / "label.pdf"))
    painter.paint_picture(device, QImage.fromData(picture_of(page)))
    assert (tmp_path / "label.pdf").read_bytes().startswith(b"%PDF-")


def test_a_printer_device_of_qt_draws_the_same_page(tmp_path: Path) -> None:
    from PySide6.QtPrintSupport import QPrinter

    device = QPrinter(QPrinter.PrinterMode.HighResolution)
    device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    device.setOutputFileName(str(tmp_path / "slip.pdf"))
    device.setFullPage(True)
    many = pages_of((slip_of(), sheets.command_sheet(Settings())), A4)
    painter.paint_on(device, many)
    content = (tmp_path / "slip.pdf").read_bytes()
    assert content.count(b"/Type /Page\n") == len(many)


def test_the_systems_print_command_gets_the_file_after_all_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert printers.print_command("Zebra", Path("-label.pdf")) is None
    program = tmp_path / "lp"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "platform", "linux")
    assert printers.print_command("Zebra", Path("-label.pdf")) == [
        str(program),
        "-d",
        "Zebra",
        "-o",
        "fit-to-page",
        "--",
        "-label.pdf",
    ]
    assert "-d" not in (printers.print_command("", Path("label.pdf")) or [])


@pytest.mark.parametrize(("kind", "name"), [("slip", "A"), ("label", "B"), ("report", "C")])
def test_each_kind_of_document_has_its_printer(kind: printers.Kind, name: str) -> None:
    chosen = Settings(slip_printer="A", label_printer="B", report_printer="C")
    assert printers.printer_for(kind, chosen) == name


async def test_the_printers_of_this_computer_are_listed() -> None:
    assert isinstance(await printers.names(), tuple)
